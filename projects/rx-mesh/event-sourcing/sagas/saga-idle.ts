import { type Observable, timer } from 'rxjs';
import { flowOf } from '../store/flow';
import type { SagaDefinition } from './saga-definition';
import { SagaLog, type SagaLogPorts } from './saga-log';
import type { SagaRecord } from './saga-record';
import type { SagaRegistry } from './saga-registry';

/** What is needed to see that a saga stands still. */
export interface IdlePorts extends SagaLogPorts {
  readonly registry: Pick<SagaRegistry, 'of'>;
}

const LONGEST = 2_147_483_647; // ms

/**
 * Watches a saga that somebody else runs. Emits once it has not moved for longer than it may take, so that whoever ran it
 * is likely to be gone, and completes; without a value when it has ended or is paused.
 *
 * @param idleAfter How long it may stand still, in milliseconds, besides what it waits for.
 */
export function standsStill(
  stream: string,
  idleAfter: number,
  ports: IdlePorts,
): Observable<undefined> {
  return flowOf(async (flow) => {
    const { clock, registry } = ports;
    const log = new SagaLog(stream, ports, flow);
    await log.catchUp();
    for (;;) {
      const before = log.record;
      if (flow.ended() || !before || before.end || before.isPaused) return;
      const rest = idleAfter + restOf(before, registry.of(before), clock.now());
      await flow.until(timer(Math.min(rest, LONGEST), clock.scheduler));
      await log.catchUp();
      if (log.record === before) break;
    }
    if (!flow.ended()) flow.next(undefined);
  });
}

/** After how many milliseconds something more has to be recorded at the latest, if somebody runs the saga. */
function restOf({ steps, undo }: SagaRecord, definition: SagaDefinition, now: number): number {
  const plans = new Map(definition.stages.flat().map((plan) => [plan.name, plan]));
  const rests = [...(undo ?? steps)].flatMap(([name, { state, due = now }]) => {
    const plan = plans.get(name);
    if (state === 'retrying') return [due - now];
    if (state === 'running') return plan?.kind === 'run' ? [plan.timeout] : [];
    // An event may come at any time.
    return state === 'waiting' ? [plan?.kind === 'wait' ? due - now : 0] : [];
  });
  return rests.length === 0 ? 0 : Math.max(0, Math.min(...rests));
}
