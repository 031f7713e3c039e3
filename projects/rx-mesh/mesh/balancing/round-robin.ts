import type { ServiceInstance } from '../service-instance';
import type { BalancingContext, BalancingStrategy } from './balancing-strategy';
import type { DrawingPorts } from './peak-ewma';
import { type Before, PerGroup } from './per-group';
import { elementAt } from './untried';

/**
 * One instance after the other, each service by itself. Weights are not heeded.
 *
 * The first pick is drawn, or all pages that were reloaded together would start at the same instance. When the list
 * changes it goes on after the instance that was picked last; never again from the start, which loads the first ones
 * with every deployment (grpc-java PR 4462). While the list stays, each of n instances gets k of n·k picks.
 *
 * Instances that were tried are passed over, as long as another is there. A pick costs the same for any number of
 * instances, but for the first one after a change of the list.
 *
 * @usageNotes
 * ```ts
 * inject(LoadBalancerService).lease('orders', { strategy: 'round-robin' });
 * ```
 */
export function roundRobin({ random }: DrawingPorts): BalancingStrategy {
  // As if the instance before the first pick had been picked.
  const start = ({ length }: readonly ServiceInstance[]): number =>
    Math.floor(random.next() * length) - 1;
  const cursors = new PerGroup<Cursor>((instances, before) => ({
    at: continued(before, instances) ?? start(instances),
  }));
  return {
    name: 'round-robin',
    pick: ({ group, instances, tried }: BalancingContext) => {
      const { length } = instances;
      if (length === 0) return undefined;
      const cursor = cursors.of(group, instances);
      let at = cursor.at;
      for (let step = 0; step < length; step++) {
        at = at + 1 < length ? at + 1 : 0;
        if (tried.size === 0 || !tried.has(elementAt(instances, at).id)) break;
        // After the last one all were tried, and it is the turn of the first again.
        if (step === length - 1) at = at + 1 < length ? at + 1 : 0;
      }
      cursor.at = at;
      return instances[at];
    },
  };
}

/** Where in the list the last pick stands. */
interface Cursor {
  at: number;
}

/** Where the last pick stands in a new list: itself, or just before the next one of the old list that is still there. */
function continued(
  before: Before<Cursor> | undefined,
  next: readonly ServiceInstance[],
): number | undefined {
  if (!before) return undefined;
  const { instances, state } = before;
  const places = new Map(next.map(({ id }, place) => [id, place]));
  for (let step = 0; step < instances.length; step++) {
    const index = (state.at + step + instances.length) % instances.length;
    const place = places.get(elementAt(instances, index).id);
    if (place !== undefined) return step === 0 ? place : place - 1;
  }
  return undefined;
}
