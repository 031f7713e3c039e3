import type { RandomSource } from 'rx-mesh/kernel';
import type { ServiceInstance } from '../service-instance';
import type { BalancingContext, BalancingStrategy } from './balancing-strategy';
import { PerGroup } from './per-group';
import { drawIndex, elementAt, untriedOf } from './untried';

/** What strategies that draw need of the kernel. */
export interface DrawingPorts {
  /** Where chance comes from. */
  readonly random: RandomSource;
}

/**
 * The better of two that are drawn ("The Power of Two Choices", Mitzenmacher 1996), by what a call to them would cost:
 * the latency that this application sees ("Peak EWMA", Finagle and linkerd2), times the calls under way, over the weight.
 * A failure costs 5 seconds. It needs no news from the servers, and many small clients do well with it. The default.
 *
 * A pick costs the same for any number of instances.
 *
 * @usageNotes
 * ```ts
 * withServiceMesh({ strategy: 'peak-ewma' });
 * ```
 */
export function peakEwma({ random }: DrawingPorts): BalancingStrategy {
  // By place in the list: to look a load up by id costs more than all the rest, once there are hundreds.
  const loads = new PerGroup<(Load | undefined)[]>((instances) => instances.map(() => undefined));
  return {
    name: 'peak-ewma',
    pick: (context) => {
      const { group, instances, tried } = context;
      if (tried.size > 0) return cheaperOfTwo(untriedOf(instances, tried), context, random, []);
      return cheaperOfTwo(instances, context, random, loads.of(group, instances));
    },
  };
}

type Load = ReturnType<BalancingContext['loadOf']>;

/** The cheaper of two distinct instances that are drawn; the first of them where both cost the same. */
function cheaperOfTwo(
  instances: readonly ServiceInstance[],
  context: BalancingContext,
  random: RandomSource,
  loads: (Load | undefined)[],
): ServiceInstance | undefined {
  const { length } = instances;
  if (length < 2) return instances[0];
  const first = drawIndex(random, length);
  const drawn = drawIndex(random, length - 1);
  const second = drawn + (drawn >= first ? 1 : 0);
  const cost = (at: number): number => {
    const instance = elementAt(instances, at);
    const weight = context.weightOf(instance);
    const load = (loads[at] ??= context.loadOf(instance));
    return weight > 0 ? load.cost(context.now) / weight : Infinity;
  };
  return elementAt(instances, cost(second) < cost(first) ? second : first);
}
