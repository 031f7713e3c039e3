import type { ServiceInstance } from '../service-instance';
import type { BalancingContext, BalancingStrategy } from './balancing-strategy';
import type { DrawingPorts } from './peak-ewma';
import { drawIndex, elementAt, untriedOf } from './untried';

/**
 * The instance with the fewest calls of this application under way, for its weight; where several have as few, one of
 * them is drawn. It looks at every instance. An instance that fails fast has few calls under way: keep ejection on, or use
 * `peak-ewma`.
 *
 * @usageNotes
 * ```ts
 * inject(LoadBalancerService).lease('orders', { strategy: 'least-connections' });
 * ```
 */
export function leastConnections({ random }: DrawingPorts): BalancingStrategy {
  return {
    name: 'least-connections',
    pick: (context) => {
      const instances = untriedOf(context.instances, context.tried);
      if (instances.length === 0) return undefined;
      const start = drawIndex(random, instances.length);
      let best: ServiceInstance | undefined;
      let least = Infinity;
      for (let step = 0; step < instances.length; step++) {
        const instance = elementAt(instances, (start + step) % instances.length);
        const load = loadOf(instance, context);
        if (best === undefined || load < least) {
          best = instance;
          least = load;
        }
      }
      return best;
    },
  };
}

function loadOf(instance: ServiceInstance, context: BalancingContext): number {
  const weight = context.weightOf(instance);
  return weight > 0 ? (context.loadOf(instance).inFlight + 1) / weight : Infinity;
}
