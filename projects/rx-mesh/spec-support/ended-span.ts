import type { SpanStatus, TraceSpan, Tracer } from 'rx-mesh/tracing';

/** Ends a span and gives it as it will stay; `undefined` when there was no such active span. */
export function endedSpan(
  tracer: Tracer,
  spanId: string,
  status?: SpanStatus,
): TraceSpan | undefined {
  return tracer.end(spanId, status) ? tracer.recentSpans().at(-1) : undefined;
}
