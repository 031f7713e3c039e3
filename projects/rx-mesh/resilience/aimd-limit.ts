import { createOptions, positive } from 'rx-mesh/kernel';
import type { ConcurrencyLimit, ConcurrencySample } from './concurrency-limit';
import { above1, inBounds, share } from './limit-checks';

/** Options of {@link aimdLimit}. */
export interface AimdLimitOptions {
  /** The limit to begin with, at least 1. @default 10 */
  readonly initial?: number | undefined;
  /** The lowest limit, at least 1. @default 1 */
  readonly min?: number | undefined;
  /** The highest limit, at least `min`. @default 100 */
  readonly max?: number | undefined;
  /** An answer that takes longer than so many milliseconds counts as lost, above 0. @default 2000 */
  readonly slow?: number | undefined;
  /** By what the limit is multiplied when work is lost: above 0 and below 1. @default 0.9 */
  readonly decrease?: number | undefined;
}

/** The options of {@link aimdLimit} with a value for each. */
export type AimdLimitValues = {
  readonly [K in keyof AimdLimitOptions]-?: NonNullable<AimdLimitOptions[K]>;
};

const AIMD_LIMIT = /* @__PURE__ */ createOptions<AimdLimitValues>(
  'AimdLimitOptions',
  { initial: 10, min: 1, max: 100, slow: 2000, decrease: 0.9 },
  { initial: above1, min: above1, max: above1, slow: positive, decrease: share },
  inBounds,
);

/**
 * A limit that grows by one while it is used, and falls by a share when work is lost or slow: additive increase,
 * multiplicative decrease, as TCP and Netflix concurrency-limits (`AIMDLimit`) do. It needs to know what slow is.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * const bulkhead = new Bulkhead('search', { clock }, { limit: aimdLimit({ slow: 500 }) });
 * ```
 */
export function aimdLimit(options: AimdLimitOptions = {}): ConcurrencyLimit {
  const { decrease, initial, max, min, slow } = AIMD_LIMIT.resolve(options);
  let limit = initial;
  return {
    get value() {
      return limit;
    },
    sample: ({ dropped, duration, inFlight }: ConcurrencySample) => {
      if (dropped || duration > slow) limit = Math.max(min, limit * decrease);
      // What is hardly used says nothing about more.
      else if (2 * inFlight >= limit) limit = Math.min(max, limit + 1);
    },
  };
}
