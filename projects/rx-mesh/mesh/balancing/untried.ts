import type { RandomSource } from 'rx-mesh/kernel';
import type { ServiceInstance } from '../service-instance';

const NONE: readonly ServiceInstance[] = /* @__PURE__ */ Object.freeze([]);

/** Those that were not tried, or all when all were. The same list when nothing was tried. */
export function untriedOf(
  instances: readonly ServiceInstance[],
  tried: ReadonlySet<string>,
): readonly ServiceInstance[] {
  if (tried.size === 0) return instances;
  const untried = instances.filter(({ id }) => !tried.has(id));
  return untried.length > 0 ? untried : instances.length > 0 ? instances : NONE;
}

/** A place in a list of this length. */
export function drawIndex(random: RandomSource, length: number): number {
  return Math.min(length - 1, Math.floor(random.next() * length));
}

/** For an index that is known to be in the list. */
export function elementAt<T>(list: readonly T[], index: number): T {
  return list[index] as T;
}
