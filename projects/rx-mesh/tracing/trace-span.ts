/** What a span covers, in the words of OpenTelemetry; `internal` is work inside of this application. */
export type SpanKind = 'internal' | 'client' | 'server' | 'producer' | 'consumer';

/**
 * How a span ended. `unset`: it has not, or nobody knows; `ok`; `error`; `timeout`: it failed because it took too long;
 * `cancelled`: whoever asked for the work left before its end, which is no failure.
 */
export type SpanStatus = 'unset' | 'ok' | 'error' | 'timeout' | 'cancelled';

/** The value of a tag. */
export type SpanTagValue = string | number | boolean;

/** The place of a span in its trace: what a child, or another service, has to know. */
export interface TraceContext {
  /** The trace: 32 lower-case hexadecimal digits, not all zero. */
  readonly traceId: string;
  /** The span: 16 lower-case hexadecimal digits, not all zero. */
  readonly spanId: string;
  /** Whether the trace is recorded. Decided once, where the trace begins. @default true */
  readonly sampled?: boolean | undefined;
  /** Whether the last 14 digits of the trace id are random, so that others may sample by them. @default false */
  readonly random?: boolean | undefined;
  /** What the tracing systems on the way have to say, in the form of the header `tracestate`. */
  readonly traceState?: string | undefined;
  /** What the application itself hands on from span to span. `w3cPropagator` does not send it. */
  readonly baggage?: Readonly<Record<string, string>> | undefined;
  /** Whether the span is one of another service. @default false */
  readonly remote?: boolean | undefined;
  /** Whether the trace is recorded against all samplers on the way, as B3 can ask for. @default false */
  readonly debug?: boolean | undefined;
}

/** A span that another one has to do with, though it is not a part of it: what a batch was made of, what came before. */
export interface SpanLink {
  /** The other span, of this or of another trace. */
  readonly context: TraceContext;
  /** What they have to do with each other. @default none */
  readonly tags?: Readonly<Record<string, SpanTagValue>> | undefined;
}

/** Something that happened at one moment of a span. */
export interface TraceLog {
  /** When, on the clock of the span: its wall time at the start, plus what passed since. */
  readonly timestamp: Date;
  /** What happened. */
  readonly message: string;
  /** Details. */
  readonly fields?: Readonly<Record<string, SpanTagValue>> | undefined;
}

/**
 * A span as it is at one moment. It never changes: a later state is another object. A span is a {@link TraceContext}
 * too, and can be handed on as one.
 */
export interface TraceSpan extends TraceContext {
  /**
   * Whether the trace is recorded. A span that is not has ids to hand on, and is in no list unless `tailSampling` looks at
   * it.
   */
  readonly sampled: boolean;
  /** The span that this one is a part of; `undefined` where a trace begins. */
  readonly parentSpanId?: string | undefined;
  /** What is done, in words that do not vary with the data. */
  readonly operationName: string;
  /** What the span covers. */
  readonly kind: SpanKind;
  /** The wall time of the start. */
  readonly startTime: Date;
  /** The start plus the duration; `undefined` while the span is active. */
  readonly endTime?: Date | undefined;
  /** How long it took, in milliseconds of the monotonic clock, at least 0; `undefined` while the span is active. */
  readonly duration?: number | undefined;
  /** What is known about the work. */
  readonly tags: Readonly<Record<string, SpanTagValue>>;
  /** What happened meanwhile, in order. */
  readonly logs: readonly TraceLog[];
  /** Other spans that it has to do with. */
  readonly links: readonly SpanLink[];
  /** How it ended; `unset` while the span is active. */
  readonly status: SpanStatus;
  /** How many tags were left out, for there were too many or they had no proper value. */
  readonly droppedTags: number;
  /** How many logs were left out. */
  readonly droppedLogs: number;
  /** How many links were left out, for there were too many or their ids are malformed. */
  readonly droppedLinks: number;
}

/** The context by itself, without what else a span has. */
export function contextOf(
  context: TraceContext & { readonly parentSpanId?: string | undefined },
): TraceContext & { readonly sampled: boolean; readonly parentSpanId?: string | undefined } {
  const { traceId, spanId, sampled = true, random, traceState, baggage, debug } = context;
  const { parentSpanId } = context;
  return { traceId, spanId, sampled, random, traceState, baggage, debug, parentSpanId };
}

const TRACE_ID = /^(?!0{32})[\da-f]{32}$/;
const SPAN_ID = /^(?!0{16})[\da-f]{16}$/;

/** Whether both ids have the form that W3C trace context demands. */
export function hasIds({ traceId, spanId }: TraceContext): boolean {
  return isId(traceId, TRACE_ID) && isId(spanId, SPAN_ID);
}

// What is no text came past the compiler. A pattern makes a text of it, which may throw, or look like an id and be none.
function isId(id: unknown, form: RegExp): boolean {
  return typeof id === 'string' && form.test(id);
}
