import {
  type Backoff,
  type Clock,
  type RandomSource,
  createOptions,
  exponentialBackoff,
  nonNegative,
  nonNegativeInteger,
} from 'rx-mesh/kernel';
import { Observable, defer, retry, timer } from 'rxjs';
import { isTransientError } from './error-verdict';
import type { CallContext, ResiliencePolicy } from './policy';
import { RetriesExhaustedError } from './resilience-errors';
import { retryAfterOf } from './retry-after';

/** Options of {@link retryPolicy}. */
export interface RetryOptions {
  /** How many new attempts there may be after the first: a whole number of at least 0. @default 2 */
  readonly retries?: number | undefined;
  /**
   * How long to wait before each. A wait that is `NaN` or above 2147483647 ms means that there is none; one below 0
   * counts as 0. @default `exponentialBackoff()`: 200 ms, doubling, full jitter, at most 10 s
   */
  readonly backoff?: Backoff | undefined;
  /** Whether a failure is worth a new attempt. @default {@link isTransientError} */
  readonly isRetryable?: ((error: unknown) => boolean) | undefined;
  /**
   * The longest wait that a `Retry-After` of the server is followed for, in milliseconds, at least 0. One that asks for
   * more is not tried again: to come back early would be of no use. @default 60000
   */
  readonly maxRetryAfter?: number | undefined;
}

/** The options of {@link retryPolicy} with a value for each. */
export type RetryValues = {
  readonly [K in keyof RetryOptions]-?: NonNullable<RetryOptions[K]>;
};

// A timer of the platform that is longer overflows, and is over at once: a storm instead of a pause.
const LONGEST_WAIT = 2_147_483_647;

/** The defaults of retries, and the token by which an application changes them. */
export const RETRY = /* @__PURE__ */ createOptions<RetryValues>(
  'RetryOptions',
  {
    retries: 2,
    backoff: /* @__PURE__ */ exponentialBackoff(),
    isRetryable: isTransientError,
    maxRetryAfter: 60_000,
  },
  { retries: nonNegativeInteger, maxRetryAfter: nonNegative },
);

/** What the policy needs of the kernel. */
export interface RetryPorts {
  /** Measures the waits. */
  readonly clock: Clock;
  /** Spreads them. */
  readonly random: RandomSource;
}

/**
 * Runs failed work again: only work that is idempotent, only after a failure that may pass, never beyond the deadline
 * of the call, and with waits that are spread by chance so that clients which failed together do not return together.
 *
 * Values that the work emitted before it failed have been passed on, and come again; a new attempt never begins before
 * the failed one is torn down. What `isRetryable` or `backoff` throws is the error of the stream.
 *
 * A failure that is not worth a new attempt is passed on as it is, be it the first or the last; so is the only failure of
 * work that was tried once. When attempts or time run out after several, the error is a {@link RetriesExhaustedError}.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * prices$.pipe(resilient(retryPolicy({ clock, random }, { retries: 3 }), 'prices'));
 * ```
 */
export function retryPolicy(ports: RetryPorts, options: RetryOptions = {}): ResiliencePolicy {
  const resolved = RETRY.resolve(options);
  return (source, context) =>
    context.idempotent === false || resolved.retries === 0
      ? source
      : retried(source, context, ports, resolved);
}

function retried<T>(
  source: Observable<T>,
  context: CallContext,
  { clock, random }: RetryPorts,
  { backoff, isRetryable, maxRetryAfter, retries }: RetryValues,
): Observable<T> {
  return defer(() => {
    const failures: unknown[] = [];
    let previous = 0;
    const nextDelay = (error: unknown): number | undefined => {
      if (failures.length > retries) return undefined;
      const asked = retryAfterOf(error, clock) ?? 0;
      if (asked > maxRetryAfter) return undefined;
      previous = backoff(failures.length - 1, random, previous);
      const delay = Math.max(previous, asked);
      const isInTime = clock.monotonic() + delay < (context.deadline ?? Infinity);
      return delay <= LONGEST_WAIT && isInTime ? delay : undefined;
    };
    return source.pipe(
      retry({
        delay: (error: unknown) => {
          failures.push(error);
          if (!isRetryable(error)) return failing(error);
          const delay = nextDelay(error);
          if (delay === undefined) {
            return failing(
              failures.length === 1 ? error : new RetriesExhaustedError(context.name, failures),
            );
          }
          context.observe?.({ type: 'retry-scheduled', attempt: failures.length, delay, error });
          return timer(delay, clock.scheduler);
        },
      }),
    );
  });
}

// What a stream fails with need not be an `Error`; it is passed on as it is.
function failing(error: unknown): Observable<never> {
  return new Observable((subscriber) => subscriber.error(error));
}
