import { type Observable, type ObservableInput } from 'rxjs';
import { inSpan } from './in-span';
import type { TraceContext } from './trace-span';
import { type TracedOptions, tracerOf } from './traced';

/**
 * Does some work in a span of its own for each subscriber, and hands the span to the work, so that what it does can be
 * a part of it: a request by {@link inTrace}, another `withSpan` or `traced` by `parent`. Nothing global is set, so what
 * runs side by side is never mixed up, and what comes late, after an `await` or a `retry`, still knows where it belongs.
 *
 * The span ends as that of {@link traced} does.
 *
 * @param name What is done, in words that do not vary with the data.
 * @param work Makes the stream, or a promise. What it throws fails the stream.
 * @usageNotes
 * ```ts
 * readonly order$ = this.id$.pipe(
 *   switchMap((id) =>
 *     withSpan(
 *       'open order',
 *       (span) => this.http.get<Order>(`/orders/${id}`, { context: inTrace(span) }),
 *       { tracer: this.tracer },
 *     ),
 *   ),
 * );
 * ```
 */
export function withSpan<T>(
  name: string,
  work: (span: TraceContext) => ObservableInput<T>,
  options: TracedOptions = {},
): Observable<T> {
  return inSpan(tracerOf(options, withSpan), name, options, work);
}
