import { type Context, type SpanContext, TraceFlags, context, trace } from '@opentelemetry/api';
import type { TraceContext } from 'rx-mesh/tracing';
import { TraceStateText } from './trace-state-text';

// W3C trace context, level 2. The package has no name for it.
const RANDOM_FLAG = 2;

const TRACE_ID = /^(?!0{32})[\da-f]{32}$/;
const SPAN_ID = /^(?!0{16})[\da-f]{16}$/;

/** Whether both ids have the form that W3C trace context demands: the rule of `rx-mesh/tracing`. */
export function hasIds({ traceId, spanId }: Pick<TraceContext, 'traceId' | 'spanId'>): boolean {
  // What is no text came past the compiler, and a pattern would make a text of it.
  return (
    typeof traceId === 'string' &&
    typeof spanId === 'string' &&
    TRACE_ID.test(traceId) &&
    SPAN_ID.test(spanId)
  );
}

/** A context of ours as OpenTelemetry has it. */
export function toSpanContext(ours: TraceContext): SpanContext {
  const { traceId, spanId, sampled = true, random, traceState, remote } = ours;
  return {
    traceId,
    spanId,
    traceFlags:
      (sampled ? TraceFlags.SAMPLED : TraceFlags.NONE) | (random === true ? RANDOM_FLAG : 0),
    isRemote: remote === true,
    ...(traceState ? { traceState: new TraceStateText(traceState) } : undefined),
  };
}

/** A context of OpenTelemetry as one of ours. */
export function toTraceContext(theirs: SpanContext): TraceContext {
  const { traceId, spanId, traceFlags, isRemote } = theirs;
  return {
    traceId,
    spanId,
    sampled: isSampled(theirs),
    random: (traceFlags & RANDOM_FLAG) > 0,
    traceState: stateOf(theirs),
    remote: isRemote === true,
  };
}

/** Whether a span is recorded and sent. */
export function isSampled({ traceFlags }: SpanContext): boolean {
  return (traceFlags & TraceFlags.SAMPLED) > 0;
}

/** The `tracestate` of a span as text. */
export function stateOf({ traceState }: SpanContext): string | undefined {
  const text = traceState?.serialize();
  return text === '' ? undefined : text;
}

/** The span of the application that is active now; `undefined` when there is none. */
export function activeTrace(): TraceContext | undefined {
  const active = trace.getSpanContext(context.active());
  return active && hasIds(active) ? toTraceContext(active) : undefined;
}

/** What is active now, with another span in it, or with none. */
export function activeWith(span: TraceContext | undefined): Context {
  const now = context.active();
  if (!span) return trace.deleteSpan(now);
  const active = trace.getSpanContext(now);
  // The span itself, which knows more than its ids.
  if (active?.spanId === span.spanId && active.traceId === span.traceId) return now;
  return trace.setSpanContext(now, toSpanContext(span));
}
