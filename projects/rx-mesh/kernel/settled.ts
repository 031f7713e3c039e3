import { type MonoTypeOperatorFunction, Observable, tap } from 'rxjs';

/** What to do at the end of one subscription. Exactly one of the three is called, once. */
export interface SettledCallbacks<T> {
  /** The stream completed, or `isFinal` said that its answer is there. */
  readonly success?: ((last: T | undefined) => void) | undefined;
  /** The stream failed. */
  readonly failure?: ((error: unknown) => void) | undefined;
  /** The subscriber left before an end: for an HTTP call, it was aborted. */
  readonly cancelled?: (() => void) | undefined;
  /**
   * Whether a value is the answer, after which nothing can go wrong. Without it a subscriber that takes one value
   * and leaves would look as if it had cancelled. @default never
   */
  readonly isFinal?: ((value: T) => boolean) | undefined;
}

/**
 * Tells how each subscription ended: by success, by failure or by the subscriber leaving; never two of them, and
 * never none. The callback runs before the subscriber hears of it. A callback that throws is a bug in telemetry: it
 * is rethrown outside the stream, which goes on untouched.
 *
 * @usageNotes
 * ```ts
 * source$.pipe(tapSettled({ success: () => ok++, failure: () => bad++, cancelled: () => left++ }));
 * ```
 */
export function tapSettled<T>(callbacks: SettledCallbacks<T>): MonoTypeOperatorFunction<T> {
  const { success, failure, cancelled, isFinal } = callbacks;
  return (source) =>
    new Observable<T>((subscriber) => {
      let settled = false;
      let last: T | undefined;
      const settle = (callback: (() => void) | undefined): void => {
        if (settled) return;
        settled = true;
        if (callback) aside(callback);
      };
      // Added before the source runs: a subscriber may leave while the source still emits inside of subscribe. It
      // also runs before the teardown of the source, so that one which throws cannot keep the outcome back.
      subscriber.add(() => settle(cancelled));
      return source
        .pipe(
          tap({
            next: (value) => {
              last = value;
              if (!settled && isFinal && aside(() => isFinal(value))) {
                settle(success && (() => success(value)));
              }
            },
            error: (error: unknown) => settle(failure && (() => failure(error))),
            complete: () => settle(success && (() => success(last))),
          }),
        )
        .subscribe(subscriber);
    });
}

/**
 * Runs something that must not disturb whoever calls: what it throws is a bug of its own, and is rethrown outside of
 * the call. Then there is no result.
 */
export function aside<R>(callback: () => R): R | undefined {
  try {
    return callback();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
    return undefined;
  }
}
