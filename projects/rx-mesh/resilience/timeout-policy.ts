import { type Clock, createOptions, waitable } from 'rx-mesh/kernel';
import { EMPTY, concat, defer, takeUntil, tap, throwError, timer } from 'rxjs';
import type { ResiliencePolicy } from './policy';
import { CallTimeoutError } from './resilience-errors';

/** Options of {@link timeoutPolicy}. */
export interface TimeoutOptions {
  /** The most time from subscribe to completion, in milliseconds: above 0 and at most 2147483647. @default 5000 */
  readonly limit?: number | undefined;
  /** What the limit is for, as the error tells it. @default 'attempt' */
  readonly scope?: 'attempt' | 'call' | undefined;
}

/** The options of {@link timeoutPolicy} with a value for each. */
export type TimeoutValues = {
  readonly [K in keyof TimeoutOptions]-?: NonNullable<TimeoutOptions[K]>;
};

/** The defaults of time-outs, and the token by which an application changes them. */
export const TIMEOUT = /* @__PURE__ */ createOptions<TimeoutValues>(
  'TimeoutOptions',
  { limit: 5000, scope: 'attempt' },
  { limit: waitable },
);

/**
 * Ends work that takes too long with a {@link CallTimeoutError}. The work is cancelled first; who hears of the error
 * finds nothing under way. The limit is for the whole of it, not for the pauses between values as in the `timeout` of
 * RxJS; a request that shows progress can hang, too.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * report$.pipe(resilient(timeoutPolicy({ clock }, { limit: 2000 }), 'report'));
 * ```
 */
export function timeoutPolicy(
  { clock }: { readonly clock: Clock },
  options: TimeoutOptions = {},
): ResiliencePolicy {
  const { limit, scope } = TIMEOUT.resolve(options);
  return (source, { name }) =>
    defer(() => {
      let late = false;
      const over$ = timer(limit, clock.scheduler).pipe(tap(() => (late = true)));
      // `concat` goes on when the work is torn down. An error of `over$` itself would be told before that.
      return concat(
        source.pipe(takeUntil(over$)),
        defer(() => (late ? throwError(() => new CallTimeoutError(name, limit, scope)) : EMPTY)),
      );
    });
}
