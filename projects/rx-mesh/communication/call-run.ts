import type { CallContext } from 'rx-mesh/resilience';
import type { CallPlan } from './call-plan';
import type { CallReport } from './call-telemetry';

/** What answered in place of the service. */
export interface StandIn {
  readonly error: unknown;
  readonly age: number | undefined;
}

/** One call under way. */
export interface Run {
  readonly plan: CallPlan<unknown>;
  readonly report: CallReport;
  readonly context: CallContext;
  /** The instances that got a request; a new attempt goes to another one while there is one. */
  readonly tried: Set<string>;
  attempt: number;
}

/** Opens a call; what the policies say of it goes to its report. */
export function beginRun(plan: CallPlan<unknown>, report: CallReport): Run {
  const run: Run = {
    plan,
    report,
    tried: new Set(),
    attempt: 0,
    context: {
      name: plan.name,
      idempotent: plan.idempotent,
      deadline: plan.endsAt,
      priority: plan.call.priority,
      observe: (event) => {
        if (event.type === 'rejected') report.rejected(run.attempt, event.error);
        else if (event.type === 'retry-scheduled') report.retry(event.attempt, event.delay);
      },
    },
  };
  return run;
}
