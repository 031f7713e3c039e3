import { type RxMeshFeature, ɵmakeFeature } from 'rx-mesh/kernel';
import { CIRCUIT_BREAKER } from './circuit-breaker-options';
import { RESILIENCE, checkResilience, withDefaults } from './policy-options';
import type { ResilienceOptions } from './resilience-options';
import { RETRY } from './retry-policy';

/**
 * Sets how the application keeps its calls healthy: those of services, those of the `resilienceInterceptor`, and the
 * defaults of breakers and retries that are made by hand. What is not given is as in `thinClient()`.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * provideRxMesh(withResilience({ breaker: { consecutiveFailures: 3 }, retry: { retries: 1 } }));
 * ```
 */
export function withResilience(options: ResilienceOptions): RxMeshFeature<'resilience'> {
  const { breaker, retry } = options;
  return ɵmakeFeature('resilience', [
    { provide: RESILIENCE, useValue: checkResilience(withDefaults(options)) },
    CIRCUIT_BREAKER.provide(given(breaker)),
    RETRY.provide(given(retry)),
  ]);
}

function given<O extends object>(options: O | false | undefined): O | undefined {
  return options === false ? undefined : options;
}
