import type { SpanKind } from 'rx-mesh/tracing';

/** How a span ended, in the words of OpenTelemetry. Zipkin knows a failure only by the tag `error`. */
export type ReceivedStatus = 'unset' | 'ok' | 'error';

/** A span as a receiver has understood it, in one shape whatever its format on the wire was. */
export interface ReceivedSpan {
  /** 32 lower-case hexadecimal digits; Zipkin takes 16 as well. */
  readonly traceId: string;
  /** 16 lower-case hexadecimal digits. */
  readonly spanId: string;
  /** The span that this one is a part of; not there where a trace begins. */
  readonly parentSpanId?: string;
  /** What was done. */
  readonly name: string;
  /** What the span covers; `internal` where the wire does not say. */
  readonly kind: SpanKind;
  /** When it began, in milliseconds since the Unix epoch, with a fraction; 0 when it did not say. */
  readonly startTime: number;
  /** How long it took, in milliseconds, with a fraction; 0 when it did not say. */
  readonly duration: number;
  /** Who recorded it; `''` when it did not say. */
  readonly service: string;
  /** What is known about the work, as texts. */
  readonly attributes: Readonly<Record<string, string>>;
  /** How it ended. */
  readonly status: ReceivedStatus;
}

/** The spans of one trace that have come so far. */
export interface ReceivedTrace {
  /** What they have in common. */
  readonly traceId: string;
  /** In the order in which they came first. */
  readonly spans: readonly ReceivedSpan[];
}
