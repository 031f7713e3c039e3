import { createOptions, nonNegative, withoutStack } from 'rx-mesh/kernel';
import { Observable, Subscription } from 'rxjs';
import { type ResiliencePolicy, type ResiliencePorts, definePolicy } from './policy';
import type { RateLimiter } from './rate-limiter';
import { RateLimitedError } from './resilience-errors';

/** Options of {@link rateLimitPolicy}. */
export interface RateLimitOptions {
  /**
   * How long work may wait for its turn, in milliseconds: at least 0 and at most 2147483647. What would have to wait
   * longer is refused at once. @default 0
   */
  readonly maxWait?: number | undefined;
}

/** The options of {@link rateLimitPolicy} with a value for each. */
export type RateLimitValues = {
  readonly [K in keyof RateLimitOptions]-?: NonNullable<RateLimitOptions[K]>;
};

const RATE_LIMIT = /* @__PURE__ */ createOptions<RateLimitValues>(
  'RateLimitOptions',
  { maxWait: 0 },
  { maxWait: (wait) => nonNegative(wait) ?? (wait < 2 ** 31 ? undefined : 'at most 2147483647') },
);

// A turn that is so much too late was slept through, and with it those of all others.
const OVERSLEPT = 1000;

/**
 * Runs work no more often than a limiter allows: at once, or at the turn that it reserves. Who leaves before its turn
 * gives it back. A turn that the page slept through is asked for anew, so that the first moment awake is no burst. Work
 * with a `key` has the limit of that key.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * const limiter = gcraLimiter(ports, { limit: 5, interval: 1000, burst: 2 });
 * suggestions$.pipe(resilient(rateLimitPolicy(ports, limiter, { maxWait: 500 }), 'suggest'));
 * ```
 */
export function rateLimitPolicy(
  { clock }: Pick<ResiliencePorts, 'clock'>,
  limiter: RateLimiter,
  options: RateLimitOptions = {},
): ResiliencePolicy {
  const { maxWait } = RATE_LIMIT.resolve(options);
  return definePolicy(
    'rate-limit',
    (source, { key, name, observe }) =>
      new Observable((out) => {
        const ask = (patience: number): void => {
          const turn = limiter.reserve(patience, key);
          if (!turn) {
            const wait = limiter.retryAfter(key);
            const error = withoutStack(() => new RateLimitedError(name, wait));
            observe?.({ type: 'rejected', error });
            out.error(error);
          } else if (turn.delay === 0) {
            out.add(source.subscribe(out));
          } else {
            observe?.({ type: 'waiting', reason: 'rate-limit' });
            const due = clock.monotonic() + turn.delay;
            const unused = new Subscription(() => turn.cancel());
            out.add(unused);
            out.add(
              clock.scheduler.schedule(() => {
                out.remove(unused);
                if (clock.monotonic() - due > OVERSLEPT) ask(maxWait);
                else out.add(source.subscribe(out));
              }, turn.delay),
            );
          }
        };
        ask(maxWait);
      }),
  );
}
