import type { Clock } from 'rx-mesh/kernel';

const LOOK = 1000; // ms
const DRIFT = 50; // ms

/**
 * Wall times that keep the order and the distance of the monotonic clock: the wall clock counts whole milliseconds, and
 * may jump between two spans of one trace. It is looked at once a second at most, and believed again when it has moved
 * away: it was set, or the machine slept while the monotonic clock stood still.
 */
export class AnchoredWall {
  readonly #clock: Clock;
  #ahead = NaN;
  #lookedAt = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The wall time of a reading of the monotonic clock that was made just now. */
  at(reading: number): number {
    if (reading - this.#lookedAt >= LOOK) this.#look(reading);
    return reading + this.#ahead;
  }

  #look(reading: number): void {
    const ahead = this.#clock.now() - reading;
    if (!(Math.abs(ahead - this.#ahead) <= DRIFT)) this.#ahead = ahead;
    this.#lookedAt = reading;
  }
}
