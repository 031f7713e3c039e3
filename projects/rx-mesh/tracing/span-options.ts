import type { SpanKind, SpanLink, SpanTagValue, TraceContext, TraceSpan } from './trace-span';

/** How a span begins. */
export interface SpanOptions {
  /**
   * What the span is a part of; `null` begins a new trace, and so does a parent whose ids are malformed.
   * @default the context of the page, see `Tracer.useTraceContext`
   */
  readonly parent?: TraceContext | null | undefined;
  /** What it covers. @default 'internal' */
  readonly kind?: SpanKind | undefined;
  /** What is known about the work from the start. */
  readonly tags?: Readonly<Record<string, SpanTagValue>> | undefined;
  /** What the application hands on from here, beside what the parent has; the same key again replaces it. @default none */
  readonly baggage?: Readonly<Record<string, string>> | undefined;
  /** Other spans that it has to do with: those of the messages of a batch. @default none */
  readonly links?: readonly SpanLink[] | undefined;
  /**
   * When it began, for work that is noted afterwards: a reading of `CLOCK.monotonic()`, which in a browser is that of
   * `performance.now()`. One in the future counts as now. @default now
   */
  readonly startedAt?: number | undefined;
}

/** What a `Tracer` does, as it does it. */
export type TracerEvent =
  | {
      /** A span that is recorded began. */
      readonly type: 'span-started';
      /** The span at its start. */
      readonly span: TraceSpan;
    }
  | {
      /** A span ended. */
      readonly type: 'span-ended';
      /** The span as it will stay. */
      readonly span: TraceSpan;
    };
