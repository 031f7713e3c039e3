import type { ServiceInstance } from '../service-instance';
import type { BalancingContext, BalancingStrategy } from './balancing-strategy';
import { hashText, mix } from './hash';
import { type DrawingPorts, peakEwma } from './peak-ewma';
import { PerGroup } from './per-group';
import { elementAt } from './untried';

/**
 * Calls with the same key go to the same instance, for its weight in keys ("Highest Random Weight", Thaler and Ravishankar
 * 1998, with weights by logarithm). When an instance comes or goes, only the keys that have to move do. The next best
 * takes over where the best was tried. Calls without a key are spread as `peak-ewma` does.
 *
 * The simplest and most even of the hashing strategies, and the right one up to some dozens of instances: a pick looks at
 * each of them.
 *
 * @usageNotes
 * ```ts
 * provideRxMesh(withBalancing(rendezvousHash));
 * inject(LoadBalancerService).lease('carts', { strategy: 'rendezvous-hash', key: cartId });
 * ```
 */
export function rendezvousHash(ports: DrawingPorts): BalancingStrategy {
  const keyless = peakEwma(ports);
  const hashes = new PerGroup<Uint32Array>((instances) =>
    Uint32Array.from(instances, ({ id }) => hashText(id)),
  );
  return {
    name: 'rendezvous-hash',
    pick: (context) =>
      context.key === undefined
        ? keyless.pick(context)
        : highest(context, hashText(context.key), hashes.of(context.group, context.instances)),
  };
}

const RANGE = 2 ** 32;

function highest(
  { instances, tried }: BalancingContext,
  key: number,
  hashes: Uint32Array,
): ServiceInstance | undefined {
  let best: ServiceInstance | undefined;
  let most = -1;
  for (let at = 0; at < instances.length; at++) {
    const instance = elementAt(instances, at);
    // Above 0 and below 1, so that the logarithm is a number below 0.
    const draw = (mix(key ^ (hashes[at] ?? 0)) + 0.5) / RANGE;
    // Where nothing weighs anything, all weigh the same.
    const weight = instance.weight > 0 ? instance.weight : WEIGHTLESS;
    const score = (weight / -Math.log(draw)) * (tried.has(instance.id) ? TRIED : 1);
    if (score > most) {
      best = instance;
      most = score;
    }
  }
  return best;
}

// Behind all that were not tried, and still in the order of their scores.
const TRIED = 1e-24;
// Behind all that weigh something.
const WEIGHTLESS = 1e-12;
