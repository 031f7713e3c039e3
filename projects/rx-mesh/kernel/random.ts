import { InjectionToken } from '@angular/core';

declare const ngDevMode: boolean;

/** A source of chance: jitter, balancing and sampling all draw from one. */
export interface RandomSource {
  /** The next number, evenly spread over 0 (inclusive) to 1 (exclusive). */
  next(): number;
}

/** The source of chance that every service of rx-mesh draws from. @default Math.random */
export const RANDOM = new InjectionToken<RandomSource>(ngDevMode ? 'rx-mesh RANDOM' : '', {
  providedIn: 'root',
  factory: () => ({ next: () => Math.random() }),
});

/**
 * A repeatable source of chance: the same seed gives the same numbers on every machine.
 *
 * The generator is sfc32 (Chris Doty-Humphrey, PractRand), its state filled by splitmix32. It is fast and well
 * spread, and not for secrets.
 *
 * @param seed Any number; only its integer part modulo 2^32 counts.
 * @usageNotes
 * ```ts
 * const random = seededRandom(42);
 * random.next(); // the same on every run
 * ```
 */
export function seededRandom(seed: number): RandomSource {
  const fill = splitmix32(seed);
  let a = fill();
  let b = fill();
  let c = fill();
  let counter = 1;
  const step = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
  // The author's advice: throw the first values away until the state is mixed.
  for (let i = 0; i < 12; i++) step();
  return { next: () => step() / 4_294_967_296 };
}

function splitmix32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return mixed ^ (mixed >>> 15);
  };
}
