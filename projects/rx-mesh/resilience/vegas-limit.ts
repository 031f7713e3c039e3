import { type RandomSource, createOptions, positiveInteger } from 'rx-mesh/kernel';
import type { ConcurrencyLimit, ConcurrencySample } from './concurrency-limit';
import { above1, inBounds } from './limit-checks';

/** Options of {@link vegasLimit}. */
export interface VegasLimitOptions {
  /** The limit to begin with, at least 1. @default 20 */
  readonly initial?: number | undefined;
  /** The lowest limit, at least 1. @default 1 */
  readonly min?: number | undefined;
  /** The highest limit, at least `min`. @default 200 */
  readonly max?: number | undefined;
  /**
   * After how many times the limit of samples the shortest duration is measured anew, half to all of it by chance: at
   * least 1. @default 30
   */
  readonly probe?: number | undefined;
}

/** The options of {@link vegasLimit} with a value for each. */
export type VegasLimitValues = {
  readonly [K in keyof VegasLimitOptions]-?: NonNullable<VegasLimitOptions[K]>;
};

const VEGAS_LIMIT = /* @__PURE__ */ createOptions<VegasLimitValues>(
  'VegasLimitOptions',
  { initial: 20, min: 1, max: 200, probe: 30 },
  { initial: above1, min: above1, max: above1, probe: positiveInteger },
  inBounds,
);

/**
 * A limit that estimates how many calls wait over there, from how much longer they take than the shortest did, and keeps
 * that number small (TCP Vegas; `VegasLimit` of Netflix concurrency-limits). It needs no number of milliseconds.
 *
 * @param random Spreads the new measurements of the shortest duration.
 * @throws InvalidOptionError when an option is out of its range.
 */
export function vegasLimit(
  random: RandomSource,
  options: VegasLimitOptions = {},
): ConcurrencyLimit {
  const { initial, max, min, probe } = VEGAS_LIMIT.resolve(options);
  let limit = initial;
  let shortest = Infinity;
  let samples = 0;
  let until = 0;
  const adjust = (by: number): void => {
    limit = Math.min(max, Math.max(min, limit + by));
  };
  const probeLater = (): void => {
    samples = 0;
    until = probe * (0.5 + random.next() / 2) * limit;
  };
  probeLater();
  return {
    get value() {
      return limit;
    },
    sample: ({ dropped, duration, inFlight }: ConcurrencySample) => {
      if (!(duration > 0)) return;
      const step = Math.max(1, Math.log10(limit));
      if (dropped) {
        adjust(-step);
        return;
      }
      if (++samples > until) {
        shortest = duration;
        probeLater();
        return;
      }
      if (duration < shortest) {
        shortest = duration;
        return;
      }
      // What is hardly used says nothing about more.
      if (inFlight < limit / 2) return;
      const queue = Math.ceil(limit * (1 - shortest / duration));
      const [alpha, beta] = [3 * step, 6 * step];
      if (queue <= step) adjust(beta);
      else if (queue < alpha) adjust(step);
      else if (queue > beta) adjust(-step);
    },
  };
}
