import type { AdaptiveThrottleOptions } from './adaptive-throttle';
import type { BulkheadOptions } from './bulkhead';
import type { CircuitBreakerOptions } from './circuit-breaker-options';
import type { ConcurrencyLimit } from './concurrency-limit';
import type { ResiliencePorts } from './policy';
import type { RetryBudgetOptions } from './retry-budget';
import type { RetryOptions } from './retry-policy';

/**
 * What keeps the calls of one service healthy. A part that is `false` is left out; one that is not given is as in
 * `thinClient()`, and an option that is not given has its own default.
 */
export interface ResilienceOptions {
  /** How work that failed is tried again. @default two retries, only of failures that came quickly */
  readonly retry?: Omit<RetryOptions, 'budget'> | false | undefined;
  /** What the retries of one service may cost. @default those of `RETRY_BUDGET` */
  readonly budget?: RetryBudgetOptions | false | undefined;
  /** Spares a service that is overloaded part of the calls. @default those of `ADAPTIVE_THROTTLE` */
  readonly throttle?: AdaptiveThrottleOptions | false | undefined;
  /** Stops calls to a service that is ill. @default those of `CIRCUIT_BREAKER` */
  readonly breaker?: CircuitBreakerOptions | false | undefined;
  /** How many calls run at once, and how many wait. @default none */
  readonly bulkhead?: ServiceBulkheadOptions | false | undefined;
}

/** The options of a bulkhead that is made anew for each service. */
export interface ServiceBulkheadOptions extends Omit<BulkheadOptions, 'limit'> {
  /** How many may run at once, or what makes a limit for a service that adapts itself. @default 6 */
  readonly limit?: number | ((ports: ResiliencePorts) => ConcurrencyLimit) | undefined;
}
