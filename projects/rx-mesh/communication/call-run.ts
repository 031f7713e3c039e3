import type { CallContext } from 'rx-mesh/resilience';
import type { CallPlan } from './call-plan';
import type { CallReport } from './call-telemetry';

/** What answered in place of the service. */
export interface StandIn {
  readonly error: unknown;
  readonly age: number | undefined;
}

/** One call under way. */
export interface Run<T> {
  readonly plan: CallPlan<T>;
  readonly report: CallReport;
  readonly context: CallContext;
  /** The instances that got a request; a new attempt goes to another one while there is one. */
  readonly tried: Set<string>;
  attempt: number;
}
