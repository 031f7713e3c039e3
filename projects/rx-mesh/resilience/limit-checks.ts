import type { OptionCheck } from 'rx-mesh/kernel';

/** A limit that lets at least one through. */
export const above1: OptionCheck<number> = (value) =>
  Number.isFinite(value) && value >= 1 ? undefined : 'a number of at least 1';

/** A share that neither takes all nor nothing. */
export const share: OptionCheck<number> = (value) =>
  value > 0 && value < 1 ? undefined : 'a number above 0 and below 1';

/** Whether a limit begins where it may be. */
export function inBounds({
  initial,
  max,
  min,
}: {
  readonly initial: number;
  readonly max: number;
  readonly min: number;
}): readonly ['initial' | 'max', string] | undefined {
  if (max < min) return ['max', `at least min, which is ${min}`];
  return initial < min || initial > max
    ? ['initial', `between min and max, which are ${min} and ${max}`]
    : undefined;
}
