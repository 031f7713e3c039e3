import type { RandomSource } from 'rx-mesh/kernel';
import type { SplitRule } from '../policy/traffic-policy';
import type { ServiceInstance } from '../service-instance';

/**
 * Draws the version of a call by the weights of a split: among the versions of which an instance suits the call, else among
 * those that run at all. `undefined` where none of them runs: better another version than no answer.
 */
export function drawVersion(
  split: readonly SplitRule[],
  known: readonly ServiceInstance[],
  random: RandomSource,
  suits: (instance: ServiceInstance) => boolean,
): string | undefined {
  const running = split.filter(({ version, weight }) => weight > 0 && known.some(isOf(version)));
  const suited = running.filter(({ version }) => known.filter(isOf(version)).some(suits));
  const drawn = suited.length > 0 ? suited : running;
  const total = drawn.reduce((sum, { weight }) => sum + weight, 0);
  let left = random.next() * total;
  for (const { version, weight } of drawn) {
    left -= weight;
    if (left < 0) return version;
  }
  return drawn.at(-1)?.version;
}

/** Whether an instance is of a version: `2` stands for `2.1.0` too. */
export function isOf(version: string): (instance: ServiceInstance) => boolean {
  return (instance) => instance.version === version || instance.version.startsWith(`${version}.`);
}
