import type { SpanKind, TraceSpan } from '../trace-span';
import type { SpanFormat, TraceResource } from './span-exporter';
import { jsonOf, microsOf, textOf } from './span-values';

// Zipkin has no word for work inside of an application: it leaves the kind out.
const KINDS: Readonly<Record<SpanKind, string | undefined>> = {
  internal: undefined,
  client: 'CLIENT',
  server: 'SERVER',
  producer: 'PRODUCER',
  consumer: 'CONSUMER',
};

/** Spans as the JSON of Zipkin's API v2: an array, times in microseconds, and every tag a text. */
export const zipkinJson: SpanFormat = {
  contentType: 'application/json',
  encodeSpan: (span, resource) => jsonOf(zipkinSpan(span, resource)),
  wrap: (encoded) => `[${encoded.join()}]`,
};

// What is `undefined` is left out of the text: Zipkin takes no null.
function zipkinSpan(span: TraceSpan, { serviceName }: TraceResource): object {
  const { duration, parentSpanId } = span;
  return {
    traceId: span.traceId,
    id: span.spanId,
    parentId: parentSpanId === '' ? undefined : parentSpanId,
    kind: KINDS[span.kind],
    name: span.operationName.toLowerCase(),
    timestamp: microsOf(span.startTime),
    // Zipkin takes 0 for a span that has not ended.
    duration: duration === undefined ? undefined : Math.max(1, Math.round(duration * 1000)),
    localEndpoint: { serviceName: serviceName.toLowerCase() },
    tags: Object.fromEntries(tagsOf(span)),
    annotations: annotationsOf(span),
  };
}

// No two that are the same, which Zipkin refuses.
function annotationsOf({ logs }: TraceSpan): readonly object[] {
  const annotations = logs.map(({ timestamp, message, fields }) => ({
    timestamp: microsOf(timestamp),
    value: fields ? `${message} ${textOf(fields)}` : message,
  }));
  const byText = annotations.map((one) => [`${one.timestamp} ${one.value}`, one] as const);
  return [...new Map(byText).values()];
}

function tagsOf({ tags, status, links }: TraceSpan): ReadonlyMap<string, string> {
  const texts = new Map(Object.entries(tags).map(([key, value]) => [key, textOf(value)] as const));
  // Zipkin has no links; so they can be read at least.
  const linked = links.map(({ context }) => `${context.traceId}-${context.spanId}`);
  if (linked.length > 0) texts.set('rx_mesh.links', linked.join());
  if (status === 'cancelled') texts.set('rx_mesh.cancelled', 'true');
  const failed = status === 'error' || status === 'timeout';
  if (failed && !texts.has('error')) {
    // The presence of the tag is what makes a failure there; its value is shown.
    texts.set('error', status === 'timeout' ? 'timeout' : (texts.get('error.type') ?? 'true'));
  }
  return texts;
}
