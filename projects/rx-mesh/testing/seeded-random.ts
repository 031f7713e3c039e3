import { type RandomSource, seededRandom } from 'rx-mesh/kernel';

/**
 * A repeatable source of chance that can be wound back.
 *
 * @usageNotes
 * ```ts
 * const random = new SeededRandom(42);
 * const first = random.next();
 * random.reset();
 * random.next() === first; // true
 * ```
 */
export class SeededRandom implements RandomSource {
  #source: RandomSource;

  /** @param seed Any number; only its integer part modulo 2^32 counts. */
  constructor(
    /** Where the sequence starts. @default 1 */
    readonly seed = 1,
  ) {
    this.#source = seededRandom(seed);
  }

  /** The next number, evenly spread over 0 (inclusive) to 1 (exclusive). */
  next(): number {
    return this.#source.next();
  }

  /** Starts the same sequence again. */
  reset(): void {
    this.#source = seededRandom(this.seed);
  }
}
