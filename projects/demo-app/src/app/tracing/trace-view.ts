import { type TraceSpan } from 'rx-mesh/tracing';
import { type SpanState } from '../ui/span-look';
import { type WaterfallRow } from '../ui/waterfall';

/** The spans of one trace that are known here. */
export interface TraceView {
  readonly traceId: string;
  /** What it is about: the name of its first span. */
  readonly name: string;
  readonly state: SpanState;
  /** Wall time, in milliseconds. */
  readonly startTime: number;
  /** In milliseconds; `undefined` while it is running. */
  readonly duration: number | undefined;
  /** Each parent before its children, otherwise by their start. */
  readonly spans: readonly PlacedSpan[];
}

/** A span, and how deep it is nested. */
export interface PlacedSpan {
  readonly span: TraceSpan;
  readonly depth: number;
}

/** How a span stands. */
export function stateOf({ endTime, status }: TraceSpan): SpanState {
  return endTime ? status : 'running';
}

/** The service that a span has asked, or the host; empty when it has asked nobody. */
export function serviceOf({ tags }: TraceSpan): string {
  return String(tags['rx_mesh.service'] ?? tags['server.address'] ?? '').split('.')[0] ?? '';
}

/** The traces of these spans, newest first. */
export function tracesOf(spans: Iterable<TraceSpan>): readonly TraceView[] {
  const byTrace = new Map<string, Map<string, TraceSpan>>();
  for (const span of spans) {
    const members = byTrace.get(span.traceId) ?? new Map<string, TraceSpan>();
    // One that has just ended may be in both lists.
    byTrace.set(span.traceId, members.set(span.spanId, span));
  }
  return Array.from(byTrace.values(), (members) => viewOf([...members.values()])).sort(
    (a, b) => b.startTime - a.startTime,
  );
}

/** The lines of the waterfall. What is running ends now. */
export function rowsOf(
  { spans, startTime }: TraceView,
  now: number,
): { readonly rows: readonly WaterfallRow[]; readonly total: number } {
  const rows = spans.map(({ depth, span }): WaterfallRow => {
    const start = span.startTime.getTime();
    const name = span.operationName;
    const service = serviceOf(span);
    return {
      spanId: span.spanId,
      name,
      // The name of a call begins with it.
      service: name.startsWith(service) ? '' : service,
      depth,
      state: stateOf(span),
      offset: start - startTime,
      duration: span.duration ?? Math.max(0, now - start),
      logs: span.logs.map(({ timestamp }) => timestamp.getTime() - startTime),
    };
  });
  return { rows, total: Math.max(0, ...rows.map(({ duration, offset }) => offset + duration)) };
}

function viewOf(members: readonly TraceSpan[]): TraceView {
  const spans = inOrder(members);
  const roots = spans.filter(({ depth }) => depth === 0).map(({ span }) => span);
  // Several, where the first of them was forgotten before the others.
  const root = roots.find(({ parentSpanId }) => parentSpanId === undefined) ?? roots[0];
  const startTime = Math.min(...members.map((span) => span.startTime.getTime()));
  const ends = members.map(({ endTime }) => endTime?.getTime() ?? Infinity);
  const duration = root?.duration ?? Math.max(...ends) - startTime;
  return {
    traceId: root?.traceId ?? '',
    name: root?.operationName ?? '',
    state: traceState(root, members),
    startTime,
    duration: ends.includes(Infinity) ? undefined : duration,
    spans,
  };
}

function traceState(root: TraceSpan | undefined, members: readonly TraceSpan[]): SpanState {
  if (!root || members.some(({ endTime }) => !endTime)) return 'running';
  const failed = members.some(({ status }) => status === 'error' || status === 'timeout');
  return root.status === 'ok' && failed ? 'recovered' : root.status;
}

function inOrder(members: readonly TraceSpan[]): readonly PlacedSpan[] {
  const known = new Set(members.map(({ spanId }) => spanId));
  const children = new Map<string, TraceSpan[]>();
  const byStart = [...members].sort((a, b) => a.startTime.getTime() - b.startTime.getTime());
  for (const span of byStart) {
    const { parentSpanId = '' } = span;
    const parent = known.has(parentSpanId) ? parentSpanId : '';
    children.set(parent, [...(children.get(parent) ?? []), span]);
  }
  const under = (parent: string, depth: number): readonly PlacedSpan[] =>
    (children.get(parent) ?? []).flatMap((span) => [
      { span, depth },
      ...under(span.spanId, depth + 1),
    ]);
  return under('', 0);
}
