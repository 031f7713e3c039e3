import { Injectable, inject } from '@angular/core';
import { type ServicePolicy, TRAFFIC_POLICIES } from 'rx-mesh/mesh';
import {
  CIRCUIT_BREAKER,
  CircuitBreakerService,
  RESILIENCE,
  type ResiliencePolicy,
} from 'rx-mesh/resilience';
import { partOf } from './call-errors';
import type { PlanDefaults } from './call-plan';

/** What the rules of the mesh say of calls. */
@Injectable({ providedIn: 'root' })
export class ServiceRules {
  private readonly policies = inject(TRAFFIC_POLICIES);
  private readonly breakers = inject(CircuitBreakerService);
  private readonly own = partOf(inject(RESILIENCE).breaker);
  private readonly applied = new Map<string, ServicePolicy['breaker']>();

  /** The defaults of calls of a service: those of the application, but for what the rules say. */
  defaultsOf(service: string, defaults: PlanDefaults): PlanDefaults {
    const { deadline, retry, timeout } = this.policies.of(service);
    if (deadline === undefined && timeout === undefined && retry?.retries === undefined) {
      return defaults;
    }
    return {
      ...defaults,
      timeout: timeout ?? defaults.timeout,
      deadline: deadline ?? defaults.deadline,
      retries: retry?.retries ?? defaults.retries,
    };
  }

  /** What goes wrong on purpose in an attempt; `undefined` for nothing. */
  faultOf(service: string): ResiliencePolicy | undefined {
    return this.policies.faultOf(service);
  }

  /** Brings the breaker of a service up to the rules. What its window has seen stays. */
  apply(service: string): void {
    const { breaker } = this.policies.of(service);
    if (this.applied.get(service) === breaker) return;
    this.applied.set(service, breaker);
    // From the ground up, so that a rule that is gone leaves nothing behind.
    this.breakers.configure(service, { ...CIRCUIT_BREAKER.defaults, ...this.own, ...breaker });
  }
}
