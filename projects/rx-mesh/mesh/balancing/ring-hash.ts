import type { ServiceInstance } from '../service-instance';
import type { BalancingContext, BalancingStrategy } from './balancing-strategy';
import { hashText } from './hash';
import { type DrawingPorts, peakEwma } from './peak-ewma';
import { PerGroup } from './per-group';

/** The points of all instances on a circle, in order, and whose they are. */
interface Ring {
  readonly points: Uint32Array;
  readonly owners: Uint16Array;
}

/**
 * Calls with the same key go to the same instance: the next one on a circle of hashes (Karger and others 1997, as in
 * libketama). Each instance has 160 points for its weight, so that only the keys that have to move do when one comes or
 * goes. The next one on the circle takes over where it was tried. Calls without a key are spread as `peak-ewma` does.
 *
 * A pick costs the logarithm of the number of instances; a change of the list sorts the circle anew.
 *
 * @usageNotes
 * ```ts
 * provideRxMesh(withBalancing(ringHash));
 * inject(LoadBalancerService).lease('carts', { strategy: 'ring-hash', key: cartId });
 * ```
 */
export function ringHash(ports: DrawingPorts): BalancingStrategy {
  const keyless = peakEwma(ports);
  const rings = new PerGroup<Ring>(ringOf);
  return {
    name: 'ring-hash',
    pick: (context) =>
      context.key === undefined
        ? keyless.pick(context)
        : walk(context, hashText(context.key), rings.of(context.group, context.instances)),
  };
}

const POINTS = 160;
const MOST_POINTS = 65_536;

function ringOf(instances: readonly ServiceInstance[]): Ring {
  const weights = instances.map(({ weight }) => weight);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = total > 0 ? total / instances.length : 1;
  const scale = Math.min(POINTS, MOST_POINTS / Math.max(1, instances.length)) / mean;
  const points: (readonly [number, number])[] = [];
  for (const [owner, { id, weight }] of instances.entries()) {
    const own =
      weight > 0 || total === 0 ? Math.max(1, Math.round((total > 0 ? weight : 1) * scale)) : 0;
    for (let point = 0; point < own; point++) points.push([hashText(id, point + 1), owner]);
  }
  points.sort(([a, ownerA], [b, ownerB]) => a - b || ownerA - ownerB);
  return {
    points: Uint32Array.from(points, ([point]) => point),
    owners: Uint16Array.from(points, ([, owner]) => owner),
  };
}

function walk(
  { instances, tried }: BalancingContext,
  key: number,
  { points, owners }: Ring,
): ServiceInstance | undefined {
  const { length } = points;
  if (length === 0) return instances[0];
  const start = firstFrom(points, key);
  for (let step = 0; step < length; step++) {
    const instance = instances[owners[(start + step) % length] ?? 0];
    if (instance && !tried.has(instance.id)) return instance;
    if (tried.size === 0) return instance;
  }
  return instances[owners[start % length] ?? 0];
}

/** The place of the first point that is at least the key; past the end where the circle begins anew. */
function firstFrom(points: Uint32Array, key: number): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((points[middle] ?? 0) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
