import { createOptions, nonNegative, positiveInteger } from 'rx-mesh/kernel';
import type { ConcurrencyLimit, ConcurrencySample } from './concurrency-limit';
import { above1, inBounds } from './limit-checks';

/** Options of {@link gradientLimit}. */
export interface GradientLimitOptions {
  /** The limit to begin with, at least 1. @default 20 */
  readonly initial?: number | undefined;
  /** The lowest limit, at least 1. @default 2 */
  readonly min?: number | undefined;
  /** The highest limit, at least `min`. @default 200 */
  readonly max?: number | undefined;
  /** How many may wait over there, beyond what runs, at least 0. @default 4 */
  readonly queue?: number | undefined;
  /** By how much answers may become slower before the limit falls, as a factor of at least 1. @default 1.5 */
  readonly tolerance?: number | undefined;
  /** How much of the way to a new limit one sample goes: above 0, at most 1. @default 0.2 */
  readonly smoothing?: number | undefined;
  /** Over how many samples the usual duration is taken, at least 1. @default 600 */
  readonly longWindow?: number | undefined;
}

/** The options of {@link gradientLimit} with a value for each. */
export type GradientLimitValues = {
  readonly [K in keyof GradientLimitOptions]-?: NonNullable<GradientLimitOptions[K]>;
};

const GRADIENT_LIMIT = /* @__PURE__ */ createOptions<GradientLimitValues>(
  'GradientLimitOptions',
  { initial: 20, min: 2, max: 200, queue: 4, tolerance: 1.5, smoothing: 0.2, longWindow: 600 },
  {
    initial: above1,
    min: above1,
    max: above1,
    queue: nonNegative,
    tolerance: above1,
    smoothing: (value) => (value > 0 && value <= 1 ? undefined : 'a number above 0, at most 1'),
    longWindow: positiveInteger,
  },
  inBounds,
);

// Below it, an average of a few is better than the first sample alone.
const WARM_UP = 10;

/**
 * A limit that compares how long answers take with how long they usually take, and falls when they become slower
 * (`Gradient2Limit` of Netflix concurrency-limits). It needs no number of milliseconds; a client of few calls gives it
 * too few samples.
 *
 * @throws InvalidOptionError when an option is out of its range.
 */
export function gradientLimit(options: GradientLimitOptions = {}): ConcurrencyLimit {
  const { initial, longWindow, max, min, queue, smoothing, tolerance } =
    GRADIENT_LIMIT.resolve(options);
  let limit = initial;
  let usual = 0;
  let samples = 0;
  const within = (value: number): number => Math.min(max, Math.max(min, value));
  return {
    get value() {
      return limit;
    },
    sample: ({ dropped, duration, inFlight }: ConcurrencySample) => {
      if (dropped) {
        limit = within(limit * 0.9);
        return;
      }
      if (!(duration > 0)) return;
      samples++;
      const weight = samples <= WARM_UP ? 1 / samples : 2 / (longWindow + 1);
      usual += (duration - usual) * weight;
      // After a slow time the usual is far too long; it comes down faster than its window.
      if (usual / duration > 2) usual *= 0.95;
      // What is hardly used says nothing about more.
      if (inFlight < limit / 2) return;
      const gradient = Math.max(0.5, Math.min(1, (tolerance * usual) / duration));
      limit = within(limit * (1 - smoothing) + (limit * gradient + queue) * smoothing);
    },
  };
}
