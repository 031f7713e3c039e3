import { assertInInjectionContext, inject } from '@angular/core';
import type { MonoTypeOperatorFunction } from 'rxjs';
import { inSpan } from './in-span';
import type { SpanOptions } from './span-options';
import { Tracer } from './tracer';

/** Options of {@link traced}. */
export interface TracedOptions extends SpanOptions {
  /** Who records. Left out, the operator needs an injection context. */
  readonly tracer?: Tracer | undefined;
}

/**
 * Gives each subscription of a stream a span, from subscribe to its end: `ok` when it completes, `error` or `timeout`
 * with the tag `error.type` when it fails, `cancelled` when the subscriber leaves before that, as `take(1)` and
 * `switchMap` do. The message of an error is not recorded, for it may hold anything.
 *
 * @param name What is done, in words that do not vary with the data.
 * @usageNotes
 * ```ts
 * readonly report$ = this.rows$.pipe(map(sum), traced('build report'));
 * ```
 */
export function traced<T>(name: string, options: TracedOptions = {}): MonoTypeOperatorFunction<T> {
  const tracer = tracerOf(options, traced);
  return (source) => inSpan(tracer, name, options, () => source);
}

/** The tracer that was given, or that of the injection context. */
export function tracerOf({ tracer }: TracedOptions, caller: (...of: never[]) => unknown): Tracer {
  if (tracer) return tracer;
  assertInInjectionContext(caller);
  return inject(Tracer);
}
