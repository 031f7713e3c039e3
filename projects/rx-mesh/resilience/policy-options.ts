import { InjectionToken } from '@angular/core';
import { ADAPTIVE_THROTTLE } from './adaptive-throttle';
import { BULKHEAD } from './bulkhead';
import { CIRCUIT_BREAKER } from './circuit-breaker-options';
import { thinClient } from './presets';
import type { ResilienceOptions, ServiceBulkheadOptions } from './resilience-options';
import { RETRY_BUDGET } from './retry-budget';
import { RETRY } from './retry-policy';

declare const ngDevMode: boolean;

/** What the application has set; the rest is as in `thinClient()`. */
export const RESILIENCE = new InjectionToken<ResilienceOptions>(
  ngDevMode ? 'rx-mesh ResilienceOptions' : '',
  { providedIn: 'root', factory: () => thinClient() },
);

/** Fills in what is not given as in `thinClient()`; a part that is given keeps what it does not say of retries. */
export function withDefaults(options: ResilienceOptions): ResilienceOptions {
  const thin = thinClient();
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const merged: ResilienceOptions = { ...thin, ...Object.fromEntries(given) };
  return options.retry ? { ...merged, retry: { ...thin.retry, ...options.retry } } : merged;
}

/**
 * Looks at all options at once, so that a wrong one is found where it is written.
 *
 * @throws InvalidOptionError when an option is out of its range.
 */
export function checkResilience(options: ResilienceOptions): ResilienceOptions {
  const { breaker, budget, bulkhead, retry, throttle } = options;
  if (breaker) CIRCUIT_BREAKER.resolve(breaker);
  if (budget) RETRY_BUDGET.resolve(budget);
  if (retry) RETRY.resolve(retry);
  if (throttle) ADAPTIVE_THROTTLE.resolve(throttle);
  if (bulkhead) BULKHEAD.resolve({ ...bulkhead, limit: numberOf(bulkhead.limit) });
  return options;
}

function numberOf(limit: ServiceBulkheadOptions['limit']): number | undefined {
  return typeof limit === 'function' ? undefined : limit;
}
