import { type Signal, isSignal } from '@angular/core';
import {
  type Clock,
  type Diagnostics,
  InvalidOptionError,
  type PageState,
  type RandomSource,
  StateStore,
} from 'rx-mesh/kernel';
import { ChaosError, type ResiliencePolicy, chaosPolicy } from 'rx-mesh/resilience';
import { type Observable, isObservable } from 'rxjs';
import { parseTrafficPolicy } from './parse-traffic-policy';
import type { TrafficPolicies } from './traffic-policies';
import type { FaultRule, ServicePolicy, TrafficPolicy } from './traffic-policy';

/** Rules that stay as they are, or come from somewhere while the application runs. What comes need not be sound. */
export type TrafficPolicySource = TrafficPolicy | Signal<unknown> | Observable<unknown>;

/** What rules need of the house. */
export interface PolicyPorts {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly page: PageState;
  readonly diagnostics: Diagnostics;
  /** The balancing strategies that there are. */
  readonly strategies: readonly string[];
}

interface Rules {
  readonly policy: TrafficPolicy;
  readonly services: Map<string, ServicePolicy>;
  readonly faults: Map<string, ResiliencePolicy | undefined>;
}

const NOTHING: TrafficPolicy = /* @__PURE__ */ Object.freeze({});
// Names of services may come from users.
const MOST = 10_000;

/** The rules in force. A policy that is not sound is refused whole; the last good one stays. */
export class PolicyRules implements TrafficPolicies {
  readonly #ports: PolicyPorts;
  #offered: unknown;
  readonly #store = new StateStore<Rules>(rulesOf(NOTHING));

  /** The policy in force: on subscribe, then after each change. */
  readonly policy$: Observable<TrafficPolicy> = this.#store.select(({ policy }) => policy);

  constructor(ports: PolicyPorts) {
    this.#ports = ports;
  }

  /** The policy in force. */
  get policy(): TrafficPolicy {
    return this.#store.snapshot.policy;
  }

  of(service: string): ServicePolicy {
    const { policy, services } = this.#store.snapshot;
    const known = services.get(service);
    if (known) return known;
    const own = policy.services;
    const rules = Object.freeze({
      ...policy.defaults,
      ...(own && Object.hasOwn(own, service) ? own[service] : undefined),
    });
    if (services.size < MOST) services.set(service, rules);
    return rules;
  }

  faultOf(service: string): ResiliencePolicy | undefined {
    const { faults } = this.#store.snapshot;
    if (faults.has(service)) return faults.get(service);
    const rule = this.of(service).fault;
    const fault = rule && this.#fault(rule);
    if (faults.size < MOST) faults.set(service, fault);
    return fault;
  }

  /**
   * Puts a policy in force.
   *
   * @throws InvalidOptionError that names the path of what is wrong. The policy before it stays.
   */
  set(value: unknown): void {
    const policy = parseTrafficPolicy(value, this.#ports.strategies);
    this.#store.update(() => rulesOf(policy));
  }

  /** Puts a policy in force that nobody waits for: one that is not sound is told to the diagnostics. */
  offer(value: unknown): void {
    // The effect of a signal offers its first value once more.
    if (value === this.#offered) return;
    this.#offered = value;
    try {
      this.set(value);
    } catch (error) {
      this.refuse(error);
    }
  }

  /** Tells that no new rules can be had, and why. */
  refuse(cause: unknown): void {
    const why = cause instanceof InvalidOptionError ? cause.message : 'its source failed.';
    this.#ports.diagnostics.report({
      code: 'RXM310',
      severity: 'error',
      source: 'TrafficPolicy',
      message: `A traffic policy was refused: ${why} The last good one stays in force.`,
      cause,
    });
  }

  #fault({ abort, delay }: FaultRule): ResiliencePolicy {
    return chaosPolicy(this.#ports, {
      latencyRate: delay?.share ?? 0,
      latency: delay?.time,
      errorRate: abort?.share ?? 0,
      error: ({ name }) => new ChaosError(name, abort?.status),
    });
  }
}

/** Where rules come from, once the application can say so: made in its injection context. */
export type TrafficPolicyFactory = () => TrafficPolicySource;

/** Whether rules stay as they are. */
export function isFixed(source: TrafficPolicySource): source is TrafficPolicy {
  return !isSignal(source) && !isObservable(source);
}

function rulesOf(policy: TrafficPolicy): Rules {
  return { policy, services: new Map(), faults: new Map() };
}
