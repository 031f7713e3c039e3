import { type Clock, createOptions, positive, positiveInteger } from 'rx-mesh/kernel';
import { KeyedRateLimiter, type RateCell, type RateLimiter } from './rate-limiter';

/** Options of {@link gcraLimiter}. */
export interface GcraLimiterOptions {
  /** How much may be done in each interval, in the long run, above 0. @default 10 */
  readonly limit?: number | undefined;
  /** The interval, in milliseconds, above 0. @default 1000 */
  readonly interval?: number | undefined;
  /** How much may be done at once after a pause: a whole number of at least 1. @default 10 */
  readonly burst?: number | undefined;
  /** How many keys have a limit of their own: a whole number of at least 1. @default 1000 */
  readonly maxKeys?: number | undefined;
}

/** The options of {@link gcraLimiter} with a value for each. */
export type GcraLimiterValues = {
  readonly [K in keyof GcraLimiterOptions]-?: NonNullable<GcraLimiterOptions[K]>;
};

const GCRA_LIMITER = /* @__PURE__ */ createOptions<GcraLimiterValues>(
  'GcraLimiterOptions',
  { limit: 10, interval: 1000, burst: 10, maxKeys: 1000 },
  { limit: positive, interval: positive, burst: positiveInteger, maxKeys: positiveInteger },
);

/**
 * A limiter that lets work through at an even rate, with a burst after a pause: the generic cell rate algorithm (ITU-T
 * I.371), which is a token bucket that needs one number a key.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * const limiter = gcraLimiter({ clock: inject(CLOCK) }, { limit: 5, burst: 2 });
 * limiter.tryAcquire(); // true
 * ```
 */
export function gcraLimiter(
  { clock }: { readonly clock: Clock },
  options: GcraLimiterOptions = {},
): RateLimiter {
  const { burst, interval, limit, maxKeys } = GCRA_LIMITER.resolve(options);
  const step = interval / limit;
  return new KeyedRateLimiter(
    () => clock.monotonic(),
    maxKeys,
    () => gcraCell(step, burst),
  );
}

function gcraCell(step: number, burst: number): RateCell {
  // The theoretical arrival time: when all that was let through would be over at an even rate.
  let over = -Infinity;
  return {
    at: (now, cost) =>
      cost > burst ? Infinity : Math.max(now, Math.max(now, over) + (cost - burst) * step),
    take: (at, cost) => {
      // Counted from its own time: what is reserved for later is not old by then.
      over = Math.max(over, at) + cost * step;
      return () => (over -= cost * step);
    },
    idle: (now) => over <= now,
  };
}
