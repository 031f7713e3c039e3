import type { ServiceInstance } from '../service-instance';
import type { BalancingContext, BalancingStrategy } from './balancing-strategy';
import type { DrawingPorts } from './peak-ewma';
import { PerGroup } from './per-group';
import { elementAt } from './untried';

/** Where each instance stands: it is picked when it is in front. */
interface Standing {
  /** Credit of each instance of the list, in its order. */
  readonly credit: Float64Array;
}

/**
 * One instance after the other, each as often as its weight says and evenly spread (nginx, "smooth weighted round
 * robin"): weights 5, 1, 1 give `a a b a c a a`. Where all weigh the same it is plain round robin.
 *
 * The first pick of a service is drawn. A change of the list keeps the standing of those that stay. A pick looks at every
 * instance: some microseconds for a thousand.
 *
 * @usageNotes
 * ```ts
 * inject(LoadBalancerService).lease('orders', { strategy: 'weighted-round-robin' });
 * ```
 */
export function smoothWeightedRoundRobin({ random }: DrawingPorts): BalancingStrategy {
  const standings = new PerGroup<Standing>((instances, before) => {
    const credit = new Float64Array(instances.length);
    const known = new Map(before?.instances.map(({ id }, at) => [id, at]));
    for (const [at, { id, weight }] of instances.entries()) {
      const old = known.get(id);
      credit[at] =
        old === undefined || !before ? random.next() * weight : (before.state.credit[old] ?? 0);
    }
    return { credit };
  });
  return {
    name: 'weighted-round-robin',
    pick: (context) => pickInFront(context, standings.of(context.group, context.instances).credit),
  };
}

function pickInFront(
  context: BalancingContext,
  credit: Float64Array,
  even = false,
): ServiceInstance | undefined {
  const { instances, tried } = context;
  let total = 0;
  let best = -1;
  let fallback = -1;
  for (let at = 0; at < instances.length; at++) {
    const instance = elementAt(instances, at);
    const weight = even ? 1 : context.weightOf(instance);
    const now = (credit[at] ?? 0) + weight;
    if (tried.size > 0 && tried.has(instance.id)) {
      fallback = fallback < 0 ? at : fallback;
      continue;
    }
    credit[at] = now;
    total += weight;
    if (best < 0 || (weight > 0 && now > (credit[best] ?? 0))) best = at;
  }
  if (best < 0) return instances[fallback];
  // Where nothing weighs anything, all weigh the same.
  if (total === 0) return pickInFront(context, credit, true);
  credit[best] = (credit[best] ?? 0) - total;
  return instances[best];
}
