import { InjectionToken } from '@angular/core';
import type { ResiliencePolicy } from 'rx-mesh/resilience';
import type { ServicePolicy } from './traffic-policy';

declare const ngDevMode: boolean;

/** The rules of the mesh that are in force. */
export interface TrafficPolicies {
  /** The rules for one service; the same object as long as they have not changed. */
  of(service: string): ServicePolicy;
  /** What goes wrong on purpose in each attempt to call a service; `undefined` for nothing. */
  faultOf(service: string): ResiliencePolicy | undefined;
}

const NO_RULES: ServicePolicy = /* @__PURE__ */ Object.freeze({});

/** Where balancing and calls look for rules. Set it by `withTrafficPolicy`. @default no rules */
export const TRAFFIC_POLICIES = new InjectionToken<TrafficPolicies>(
  ngDevMode ? 'rx-mesh TRAFFIC_POLICIES' : '',
  { providedIn: 'root', factory: () => ({ of: () => NO_RULES, faultOf: () => undefined }) },
);
