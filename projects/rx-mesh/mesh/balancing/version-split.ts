import type { RandomSource } from 'rx-mesh/kernel';
import type { SplitRule } from '../policy/traffic-policy';
import type { ServiceInstance } from '../service-instance';

/**
 * Draws the version of a call by the weights of a split, among the versions that run. `undefined` where there is no split,
 * or none of its versions runs: better another version than no answer.
 */
export function drawVersion(
  split: readonly SplitRule[] | undefined,
  known: readonly ServiceInstance[],
  random: RandomSource,
): string | undefined {
  if (!split) return undefined;
  const running = split.filter(({ version, weight }) => weight > 0 && known.some(isOf(version)));
  const total = running.reduce((sum, { weight }) => sum + weight, 0);
  let left = random.next() * total;
  for (const { version, weight } of running) {
    left -= weight;
    if (left < 0) return version;
  }
  return running.at(-1)?.version;
}

/** Whether an instance is of a version: `2` stands for `2.1.0` too. */
export function isOf(version: string): (instance: ServiceInstance) => boolean {
  return (instance) => instance.version === version || instance.version.startsWith(`${version}.`);
}
