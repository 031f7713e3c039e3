import type { SpanKind, SpanLink, SpanStatus, TraceContext, TraceSpan } from '../trace-span';
import type { RejectedSpans, SpanFormat, TraceResource } from './span-exporter';
import { jsonOf, nanosOf, textOf } from './span-values';

const KINDS: Readonly<Record<SpanKind, number>> = {
  internal: 1,
  server: 2,
  client: 3,
  producer: 4,
  consumer: 5,
};

const STATUS: Readonly<Record<SpanStatus, { readonly code: number; readonly message?: string }>> = {
  unset: { code: 0 },
  ok: { code: 1 },
  error: { code: 2 },
  timeout: { code: 2, message: 'timeout' },
  // Whoever asked has left: OpenTelemetry takes that for no failure.
  cancelled: { code: 0 },
};

const TWO_TO_63 = 2 ** 63;

/**
 * Spans as the JSON of OTLP/HTTP (`ExportTraceServiceRequest`): ids are hexadecimal, enums are numbers, and integers of
 * 64 bits are decimal strings, for a number would lose their last digits.
 */
export const otlpJson: SpanFormat = {
  contentType: 'application/json',
  encodeSpan: (span) => jsonOf(otlpSpan(span)),
  wrap: (encoded, resource) =>
    `{"resourceSpans":[{"resource":${jsonOf(otlpResource(resource))},` +
    `"scopeSpans":[{"scope":{"name":"rx-mesh"},"spans":[${encoded.join()}]}]}]}`,
  rejectedBy,
};

function otlpSpan(span: TraceSpan): object {
  const { startTime, status } = span;
  const tags = new Map<string, unknown>(Object.entries(span.tags));
  if (status === 'cancelled') tags.set('rx_mesh.cancelled', true);
  // HTTP semantic conventions: a good answer leaves the status unset. `Ok` is what an application says of its own work.
  const isAnswered = status === 'ok' && tags.has('http.response.status_code');
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    traceState: present(span.traceState),
    parentSpanId: present(span.parentSpanId),
    flags: flagsOf(span),
    name: span.operationName,
    kind: KINDS[span.kind],
    startTimeUnixNano: nanosOf(startTime),
    // The end itself is known in whole milliseconds only.
    endTimeUnixNano: nanosOf(startTime, span.duration),
    attributes: attributes(tags),
    droppedAttributesCount: span.droppedTags,
    events: span.logs.map(({ timestamp, message, fields }) => ({
      timeUnixNano: nanosOf(timestamp),
      name: message,
      attributes: attributes(Object.entries(fields ?? {})),
    })),
    droppedEventsCount: span.droppedLogs,
    links: span.links.map(otlpLink),
    droppedLinksCount: span.droppedLinks,
    status: STATUS[isAnswered ? 'unset' : status],
  };
}

function otlpLink({ context, tags }: SpanLink): object {
  return {
    traceId: context.traceId,
    spanId: context.spanId,
    traceState: present(context.traceState),
    attributes: attributes(Object.entries(tags ?? {})),
    flags: flagsOf(context),
  };
}

function flagsOf({ sampled = true, random }: TraceContext): number {
  return (sampled ? 1 : 0) + (random ? 2 : 0);
}

function otlpResource({ serviceName, attributes: extra }: TraceResource): object {
  const all = new Map<string, unknown>(Object.entries(extra))
    .set('service.name', serviceName)
    .set('telemetry.sdk.name', 'rx-mesh')
    .set('telemetry.sdk.language', 'webjs');
  return { attributes: attributes(all) };
}

function attributes(entries: Iterable<readonly [string, unknown]>): object[] {
  return Array.from(entries, ([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: unknown): object {
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value !== 'number') return { stringValue: textOf(value) };
  if (Number.isInteger(value) && Math.abs(value) < TWO_TO_63) {
    return { intValue: BigInt(value).toString() };
  }
  // JSON has no such numbers; Protobuf's has words for them.
  return { doubleValue: Number.isFinite(value) ? value : String(value) };
}

function present(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

// {"partialSuccess":{"rejectedSpans":"3","errorMessage":"..."}}; an empty object there is a whole success.
interface Answer {
  readonly partialSuccess?: {
    readonly rejectedSpans?: unknown;
    readonly errorMessage?: unknown;
  } | null;
}

function rejectedBy(answer: string): RejectedSpans | undefined {
  try {
    const partial = (JSON.parse(answer) as Answer | null)?.partialSuccess;
    const count = Number(partial?.rejectedSpans);
    const reason = partial?.errorMessage;
    return count > 0
      ? { count, reason: typeof reason === 'string' ? reason.slice(0, 200) : '' }
      : undefined;
  } catch {
    // A proxy may answer in its own words: the status is what counts.
    return undefined;
  }
}
