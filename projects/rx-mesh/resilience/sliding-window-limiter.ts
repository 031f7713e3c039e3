import { type Clock, createOptions, positive, positiveInteger } from 'rx-mesh/kernel';
import { KeyedRateLimiter, type RateCell, type RateLimiter } from './rate-limiter';

/** Options of {@link slidingWindowLimiter}. */
export interface SlidingWindowLimiterOptions {
  /** How much may be done in any interval: a whole number of at least 1. @default 10 */
  readonly limit?: number | undefined;
  /** The interval, in milliseconds, above 0. @default 1000 */
  readonly interval?: number | undefined;
  /** How many keys have a limit of their own: a whole number of at least 1. @default 1000 */
  readonly maxKeys?: number | undefined;
}

/** The options of {@link slidingWindowLimiter} with a value for each. */
export type SlidingWindowLimiterValues = {
  readonly [K in keyof SlidingWindowLimiterOptions]-?: NonNullable<SlidingWindowLimiterOptions[K]>;
};

const SLIDING_WINDOW_LIMITER = /* @__PURE__ */ createOptions<SlidingWindowLimiterValues>(
  'SlidingWindowLimiterOptions',
  { limit: 10, interval: 1000, maxKeys: 1000 },
  { limit: positiveInteger, interval: positive, maxKeys: positiveInteger },
);

/**
 * A limiter that never lets more than so many through within any interval, wherever that begins. It remembers when each
 * of them went: exact, at the price of that many numbers a key.
 *
 * @throws InvalidOptionError when an option is out of its range.
 */
export function slidingWindowLimiter(
  { clock }: { readonly clock: Clock },
  options: SlidingWindowLimiterOptions = {},
): RateLimiter {
  const { interval, limit, maxKeys } = SLIDING_WINDOW_LIMITER.resolve(options);
  return new KeyedRateLimiter(
    () => clock.monotonic(),
    maxKeys,
    () => windowCell(limit, interval),
  );
}

function windowCell(limit: number, interval: number): RateCell {
  // When what counts still was or will be done, in order.
  const times: number[] = [];
  return {
    at: (now, cost) => {
      if (cost > limit) return Infinity;
      let gone = 0;
      while (gone < times.length && (times[gone] ?? now) + interval <= now) gone++;
      times.splice(0, gone);
      // There is room when the one that is too many has left the window.
      const blocking = times[times.length - limit + cost - 1];
      const latest = times.at(-1) ?? now;
      return Math.max(now, latest, blocking === undefined ? now : blocking + interval);
    },
    take: (at, cost) => {
      for (let i = 0; i < cost; i++) times.push(at);
      return () => {
        const first = times.indexOf(at);
        if (first >= 0) times.splice(first, cost);
      };
    },
    idle: (now) => (times.at(-1) ?? -Infinity) + interval <= now,
  };
}
