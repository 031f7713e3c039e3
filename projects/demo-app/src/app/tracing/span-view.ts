import {
  type SpanTagValue,
  type TraceContext,
  type TraceSpan,
  w3cPropagator,
} from 'rx-mesh/tracing';
import { type SeenRequest } from '../backends/wire-log';
import { formatDuration } from '../ui/format';
import { type Fact, type SpanView } from '../ui/span-details';
import { stateOf } from './trace-view';

/** The header that makes what another system does a part of this span. */
export function traceparentOf(context: TraceContext): string {
  const headers = new Map<string, string>();
  w3cPropagator.inject(context, (name, value) => headers.set(name, value));
  return headers.get('traceparent') ?? '';
}

/**
 * All of a span, for people.
 *
 * @param known The ids of the traces that can be shown.
 * @param seen What the services have seen.
 */
export function spanView(
  span: TraceSpan,
  known: ReadonlySet<string>,
  seen: readonly SeenRequest[],
): SpanView {
  const start = span.startTime.getTime();
  return {
    name: span.operationName,
    state: stateOf(span),
    facts: [
      { name: 'Trace', value: span.traceId },
      { name: 'Span', value: span.spanId },
      { name: 'Parent', value: span.parentSpanId ?? 'none, a trace begins here' },
      { name: 'Kind', value: span.kind },
      { name: 'Began', value: span.startTime.toISOString() },
      {
        name: 'Took',
        value: span.duration === undefined ? 'still running' : formatDuration(span.duration),
      },
    ],
    tags: factsOf(span.tags),
    logs: span.logs.map(({ fields, message, timestamp }) => ({
      at: formatDuration(Math.max(0, timestamp.getTime() - start)),
      text: [message, ...factsOf(fields).map(({ name, value }) => `${name}=${value}`)].join(' · '),
    })),
    links: span.links.map(({ context: { spanId, traceId }, tags }) => ({
      traceId,
      text: [...factsOf(tags).map(({ value }) => value), traceId, spanId].join(' · '),
      known: known.has(traceId),
    })),
    baggage: factsOf(span.baggage),
    wire: wireOf(span.spanId, seen),
  };
}

function wireOf(spanId: string, seen: readonly SeenRequest[]): readonly Fact[] {
  const request = seen.find(({ traceparent }) => traceparent?.split('-')[2] === spanId);
  if (!request) return [];
  return [
    { name: 'By', value: request.instance },
    { name: 'traceparent', value: request.traceparent ?? '' },
    { name: 'baggage', value: request.baggage ?? 'none' },
  ];
}

function factsOf(values: Readonly<Record<string, SpanTagValue>> = {}): readonly Fact[] {
  return Object.entries(values).map(([name, value]) => ({ name, value: String(value) }));
}
