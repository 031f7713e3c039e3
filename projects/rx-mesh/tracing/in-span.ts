import { tapSettled } from 'rx-mesh/kernel';
import { type Observable, type ObservableInput, defer } from 'rxjs';
import { errorType, statusOf } from './error-type';
import type { SpanOptions } from './span-options';
import type { TraceContext } from './trace-span';
import type { Tracer } from './tracer';

/** What an HTTP request knows of its answers. */
export interface Answers<T> {
  /** Whether a value is the answer. */
  readonly isFinal: (value: T) => boolean;
  /** The status of the answer, or of the error; 0 without one. */
  readonly codeOf: (result: unknown) => number;
}

/** Does some work in a span of its own for each subscriber. */
export function inSpan<T>(
  tracer: Tracer,
  name: string,
  options: SpanOptions,
  work: (context: TraceContext) => ObservableInput<T>,
  answers?: Answers<T>,
): Observable<T> {
  return defer(() => {
    const span = tracer.startSpan(name, options);
    const { spanId } = span;
    const settle = (result: unknown, failure?: string): void => {
      const code = answers?.codeOf(result) ?? 0;
      if (code > 0) tracer.tag(spanId, 'http.response.status_code', code);
      // Some interceptor may give out a response that HttpClient would have made an error.
      const type = failure ?? (code < 400 ? undefined : String(code));
      if (type !== undefined) tracer.tag(spanId, 'error.type', type);
      tracer.end(spanId, type === undefined ? 'ok' : statusOf(type));
    };
    // Deferred once more, so that work which throws has failed, and has not ended without a word.
    return defer(() => work(tracer.contextOf(span))).pipe(
      tapSettled<T>({
        isFinal: answers?.isFinal,
        success: settle,
        failure: (error) => settle(error, errorType(error)),
        cancelled: () => {
          tracer.tag(spanId, 'rx_mesh.cancelled', true);
          tracer.end(spanId, 'cancelled');
        },
      }),
    );
  });
}
