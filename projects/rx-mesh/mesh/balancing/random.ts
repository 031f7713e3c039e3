import type { RandomSource } from 'rx-mesh/kernel';
import type { ServiceInstance } from '../service-instance';
import type { BalancingContext, BalancingStrategy } from './balancing-strategy';
import type { DrawingPorts } from './peak-ewma';
import { PerGroup } from './per-group';
import { drawIndex, elementAt, untriedOf } from './untried';

/**
 * Any instance, each as likely as the others. Weights are not heeded.
 *
 * @usageNotes
 * ```ts
 * inject(LoadBalancerService).lease('orders', { strategy: 'random' });
 * ```
 */
export function randomChoice({ random }: DrawingPorts): BalancingStrategy {
  return {
    name: 'random',
    pick: ({ instances, tried }) => {
      const untried = untriedOf(instances, tried);
      return untried[drawIndex(random, untried.length)];
    },
  };
}

/**
 * Any instance, each as likely as its weight says: twice the weight, twice the calls in the long run. An instance of
 * weight 0 is picked only where all have it.
 *
 * Drawn by rejection: a pick costs the same for any number of instances as long as their weights are alike, and looks at
 * every instance where they are very different.
 *
 * @usageNotes
 * ```ts
 * inject(LoadBalancerService).lease('orders', { strategy: 'weighted-random' });
 * ```
 */
export function weightedRandom({ random }: DrawingPorts): BalancingStrategy {
  const heaviest = new PerGroup<number>((instances) =>
    instances.reduce((most, { weight }) => Math.max(most, weight), 0),
  );
  return {
    name: 'weighted-random',
    pick: (context) => {
      const { group, instances, tried } = context;
      const most = heaviest.of(group, instances);
      for (let draw = 0; draw < DRAWS && instances.length > 1 && most > 0; draw++) {
        const instance = elementAt(instances, drawIndex(random, instances.length));
        if (tried.size > 0 && tried.has(instance.id)) continue;
        if (random.next() * most < context.weightOf(instance)) return instance;
      }
      return scan(untriedOf(instances, tried), random, context);
    },
  };
}

const DRAWS = 16;

function scan(
  instances: readonly ServiceInstance[],
  random: RandomSource,
  context: BalancingContext,
): ServiceInstance | undefined {
  let total = 0;
  for (const instance of instances) total += context.weightOf(instance);
  let left = random.next() * total;
  for (const instance of instances) {
    left -= context.weightOf(instance);
    if (left < 0) return instance;
  }
  return instances[drawIndex(random, instances.length)];
}
