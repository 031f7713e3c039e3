import { InvalidOptionError, positive, positiveInteger } from 'rx-mesh/kernel';
import type { Sampler } from './sampler';

/** Options of {@link rateLimited}. */
export interface RateLimitedOptions {
  /**
   * How many may come at once after a silence: a whole number of at least 1.
   * @default `perSecond` without its fraction, at least 1
   */
  readonly burst?: number | undefined;
}

// What adds up to one token may be less than one by rounding.
const ENOUGH = 1 - 1e-9;

/**
 * Samples the first ones, and so many a second after that: in t seconds at most `perSecond * t + burst`. Beyond, it samples
 * none.
 *
 * It counts whatever it is asked about: give it to {@link parentBased} for its root, and it counts traces. Each sampler has
 * a count of its own, and those who share the sampler share the count: all requests of a server do. A clock that steps
 * back costs nothing of what has been saved up.
 *
 * @param perSecond How many a second, above 0; 0.1 is one in ten seconds.
 * @throws InvalidOptionError when a number is out of its range.
 * @usageNotes
 * ```ts
 * withTracing({ sampler: parentBased(rateLimited(5, { burst: 20 })) });
 * ```
 */
export function rateLimited(perSecond: number, options: RateLimitedOptions = {}): Sampler {
  const { burst = Math.max(1, Math.floor(perSecond)) } = options;
  check('perSecond', perSecond, positive(perSecond));
  check('burst', burst, positiveInteger(burst));
  let saved = burst;
  let last: number | undefined;
  return {
    sample: ({ now }) => {
      const elapsed = last !== undefined && now > last ? now - last : 0;
      // Also when it is earlier: a count that waited for its old time would sample nothing until then.
      last = now;
      saved = Math.min(burst, saved + (elapsed * perSecond) / 1000);
      if (saved < ENOUGH) return false;
      saved -= 1;
      return true;
    },
  };
}

function check(name: string, value: number, expected: string | undefined): void {
  if (expected) throw new InvalidOptionError(`rateLimited.${name}`, value, expected);
}
