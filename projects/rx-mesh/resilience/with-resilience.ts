import { type RxMeshFeature, ɵmakeFeature } from 'rx-mesh/kernel';
import { CIRCUIT_BREAKER, type CircuitBreakerOptions } from './circuit-breaker-options';
import { RETRY, type RetryOptions } from './retry-policy';

/** Options of {@link withResilience}. */
export interface ResilienceOptions {
  /** What circuit breakers are made with. */
  readonly breaker?: CircuitBreakerOptions | undefined;
  /** How calls of services are tried again. */
  readonly retry?: RetryOptions | undefined;
}

/**
 * Sets the defaults of the application for circuit breakers and retries.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * provideRxMesh(withResilience({ breaker: { consecutiveFailures: 3 }, retry: { retries: 1 } }));
 * ```
 */
export function withResilience(options: ResilienceOptions): RxMeshFeature<'resilience'> {
  return ɵmakeFeature('resilience', [
    CIRCUIT_BREAKER.provide(options.breaker),
    RETRY.provide(options.retry),
  ]);
}
