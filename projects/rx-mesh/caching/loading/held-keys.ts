import type { Clock, RandomSource } from 'rx-mesh/kernel';
import type { CacheOptionValues } from '../cache-options';

// A key has peace for a tenth of its ttl, but at most for this long (milliseconds).
const LONGEST = 30_000;
// Of so many keys it is known; of more, those that failed first are tried again earlier.
const MOST = 1000;

/** Keys whose load has failed: while there is a value of before, its source is left in peace for a time. */
export class HeldKeys {
  readonly #until = new Map<string, number>();
  readonly #clock: Clock;
  readonly #random: RandomSource;

  constructor(clock: Clock, random: RandomSource) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Whether a key is held back at a moment. */
  has(key: string, now: number): boolean {
    return now < (this.#until.get(key) ?? 0);
  }

  /** Holds a key back from now on. */
  add(key: string, { ttl, jitter }: CacheOptionValues): void {
    const pause = Math.min(LONGEST, ttl / 10) * (1 + jitter * this.#random.next());
    this.#until.delete(key);
    this.#until.set(key, this.#clock.monotonic() + pause);
    for (const oldest of this.#until.keys()) {
      if (this.#until.size <= MOST) break;
      this.#until.delete(oldest);
    }
  }

  /** Its load has succeeded. */
  delete(key: string): void {
    this.#until.delete(key);
  }
}
