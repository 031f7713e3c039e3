import type { Clock } from 'rx-mesh/kernel';

const LOOK = 1000; // ms
const DRIFT = 50; // ms

/**
 * Wall times in the order and at the distance of the monotonic clock, by the rule of `rx-mesh/tracing`: the wall is looked at
 * once a second at most, and believed again when it has moved away.
 */
export class SpanWall {
  readonly #clock: Clock;
  #ahead = NaN;
  #lookedAt = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * When something begins that is noted now, in milliseconds since the epoch.
   *
   * @param startedAt When it began, as a reading of the monotonic clock. @default now; one in the future is now
   */
  startOf(startedAt: number | undefined): number {
    const now = this.#clock.monotonic();
    if (now - this.#lookedAt >= LOOK) this.#look(now);
    const isPast = startedAt !== undefined && startedAt < now && startedAt > -Infinity;
    return (isPast ? startedAt : now) + this.#ahead;
  }

  #look(now: number): void {
    const ahead = this.#clock.now() - now;
    if (!(Math.abs(ahead - this.#ahead) <= DRIFT)) this.#ahead = ahead;
    this.#lookedAt = now;
  }
}
