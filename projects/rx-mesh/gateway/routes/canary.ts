import type { RandomSource } from 'rx-mesh/kernel';

/** One of several that share the requests of a route. */
export interface CanaryArm {
  /** Names it: the same name draws the same numbers, wherever it stands in the table. */
  readonly key: string;
  /** Its part, at least 0; only what it is of the sum counts. */
  readonly weight: number;
}

/** A text as 32 evenly spread bits: FNV-1a with the finaliser of MurmurHash3. Not for secrets. */
export function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * Which arm one takes for good. Each arm draws a number from seed, its key and the id, and the soonest wins (weighted
 * rendezvous): when the weight of an arm grows, some come to it from the others, and nobody else moves. Cumulated shares would
 * hold that for two arms only.
 *
 * @param id Who it is.
 * @param seed What tells this draw from others.
 */
export function stickyArm<A extends CanaryArm>(
  arms: readonly A[],
  id: string,
  seed: string,
): A | undefined {
  let chosen: A | undefined;
  let soonest = Infinity;
  for (const arm of arms) {
    // Half a step up: the logarithm of 0 would be no number.
    const u = (hash32(`${seed}\0${arm.key}\0${id}`) + 0.5) / 4_294_967_296;
    const time = -Math.log(u) / arm.weight;
    if (time < soonest) {
      soonest = time;
      chosen = arm;
    }
  }
  return chosen;
}

/** Which arm a request takes by chance, by cumulated weights. */
export function chanceArm<A extends CanaryArm>(
  arms: readonly A[],
  random: RandomSource,
): A | undefined {
  const open = arms.filter(({ weight }) => weight > 0);
  let left = random.next() * open.reduce((sum, { weight }) => sum + weight, 0);
  return open.find(({ weight }) => (left -= weight) < 0) ?? open.at(-1);
}
