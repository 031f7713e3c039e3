import { aimdLimit } from './aimd-limit';
import { isTransientError } from './error-verdict';
import type { ResilienceOptions } from './resilience-options';
import { isCallTimeoutError } from './resilience-errors';

/**
 * What suits the tab of a browser, one of thousands with a few calls a minute, and the default: a throttle that learns
 * from few answers, hardly a retry in hand, and none after a time-out, which is the sign of overload. `bench/storm` has
 * the numbers.
 *
 * @usageNotes
 * ```ts
 * provideRxMesh(withResilience({ ...thinClient(), breaker: { consecutiveFailures: 3 } }));
 * ```
 */
export function thinClient(): ResilienceOptions {
  return {
    retry: { retries: 2, isRetryable: isQuickFailure },
    budget: { capacity: 10, initial: 2, ratio: 0.2 },
    throttle: {},
    breaker: {},
    bulkhead: false,
  };
}

/**
 * What suits a client of many calls a second, such as a dashboard that polls, a server that renders pages or a gateway: a
 * limit of concurrency that adapts itself, and a budget for retries. A client of few calls learns too little for it.
 *
 * @param slow An answer that takes longer than so many milliseconds is a sign of overload: half of the time-out is a good
 *   start. @default 2000
 * @usageNotes
 * ```ts
 * provideRxMesh(withResilience(busyClient(500)));
 * ```
 */
export function busyClient(slow = 2000): ResilienceOptions {
  return {
    retry: { retries: 2 },
    budget: { capacity: 10, initial: 10, ratio: 0.2 },
    throttle: false,
    breaker: {},
    bulkhead: { limit: () => aimdLimit({ slow }), queue: 50, maxWait: slow },
  };
}

function isQuickFailure(error: unknown): boolean {
  return isTransientError(error) && !isCallTimeoutError(error);
}
