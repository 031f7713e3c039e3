import { Injectable, inject } from '@angular/core';
import { CLOCK, PAGE_STATE, RANDOM } from 'rx-mesh/kernel';
import {
  AdaptiveThrottle,
  RESILIENCE,
  type ResiliencePolicy,
  type RetryAllowance,
  adaptiveThrottlePolicy,
  budgetOf,
  bulkheadOf,
  bulkheadPolicy,
  noBudget,
} from 'rx-mesh/resilience';
import { COMMUNICATION } from './with-communication';

/** What all calls of one service share, besides its circuit breaker. */
export interface ServiceGuard {
  /** What retries may cost. */
  readonly budget: RetryAllowance;
  /** Spares an overloaded service part of the calls. */
  readonly throttle: ResiliencePolicy;
  /** How many requests run at once. */
  readonly bulkhead: ResiliencePolicy;
}

// Names of services may come from users.
const MOST_GUARDS = 10_000;
const nothing: ResiliencePolicy = (source) => source;

/** Makes what the calls of a service share, when it is first called. */
@Injectable({ providedIn: 'root' })
export class ServiceGuards {
  private readonly options = inject(RESILIENCE);
  private readonly limit = inject(COMMUNICATION.token).timeout;
  private readonly ports = {
    clock: inject(CLOCK),
    random: inject(RANDOM),
    page: inject(PAGE_STATE),
  };
  private readonly guards = new Map<string, ServiceGuard>();

  /** The guard of a service. */
  of(service: string): ServiceGuard {
    const known = this.guards.get(service);
    if (known) return known;
    for (const oldest of this.guards.keys()) {
      if (this.guards.size < MOST_GUARDS) break;
      this.guards.delete(oldest);
    }
    const { budget, bulkhead, throttle } = this.options;
    const guard: ServiceGuard = {
      budget: budgetOf(budget) ?? noBudget,
      throttle:
        throttle === false
          ? nothing
          : adaptiveThrottlePolicy(
              new AdaptiveThrottle(this.ports, { limit: this.limit, ...throttle }),
            ),
      bulkhead:
        bulkhead === false ? nothing : bulkheadPolicy(bulkheadOf(service, this.ports, bulkhead)),
    };
    this.guards.set(service, guard);
    return guard;
  }
}
