import type { RandomSource } from 'rx-mesh/kernel';
import type { ServiceInstance } from '../service-instance';
import type { BalancingContext, BalancingStrategy } from './balancing-strategy';
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
  return { name: 'peak-ewma', pick: (context) => betterOfTwo(context, random, costOf) };
}

/** The cheaper of two distinct instances that are drawn; the first of them where both cost the same. */
export function betterOfTwo(
  context: BalancingContext,
  random: RandomSource,
  cost: (instance: ServiceInstance, context: BalancingContext) => number,
): ServiceInstance | undefined {
  const instances = untriedOf(context.instances, context.tried);
  const { length } = instances;
  if (length < 2) return instances[0];
  const first = drawIndex(random, length);
  const drawn = drawIndex(random, length - 1);
  const a = elementAt(instances, first);
  const b = elementAt(instances, drawn + (drawn >= first ? 1 : 0));
  return cost(b, context) < cost(a, context) ? b : a;
}

function costOf(instance: ServiceInstance, context: BalancingContext): number {
  const weight = context.weightOf(instance);
  return weight > 0 ? context.loadOf(instance).cost(context.now) / weight : Infinity;
}
