import type { ResiliencePolicy } from './policy';
import { reportOrder } from './policy-order';

declare const ngDevMode: boolean;

/**
 * Makes one policy of several; the first is the outermost. In development a senseless order is reported as `RXM209` to
 * the diagnostics, when it is composed where `inject` works: in a field or a factory of Angular.
 *
 * The order that holds in most cases, from the outside: fallback, stale answer, deadline, single flight, rate limit,
 * retry, throttle, hedge, circuit breaker, bulkhead, time-out of an attempt, chaos.
 *
 * @usageNotes
 * ```ts
 * const policy = composePolicies(retryPolicy(ports), circuitBreakerPolicy(breaker), timeoutPolicy(ports));
 * ```
 */
export function composePolicies(...policies: readonly ResiliencePolicy[]): ResiliencePolicy {
  if (ngDevMode) reportOrder(policies);
  return (source, context) =>
    policies.reduceRight((guarded, policy) => policy(guarded, context), source);
}
