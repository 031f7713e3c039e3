import { TestBed } from '@angular/core/testing';
import fc from 'fast-check';
import { RANDOM, seededRandom } from './random';

const draw = (seed: number, count: number): number[] => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => random.next());
};

/** Pearson's chi squared of draws in equal bins: about the number of bins less one when they are even. */
const chiSquared = (values: readonly number[], bins: number): number => {
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) {
    const bin = Math.floor(value * bins);
    counts[bin] = (counts[bin] ?? NaN) + 1; // a value out of range must not go unseen
  }
  const expected = values.length / bins;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
};

describe('seededRandom', () => {
  it('gives the same numbers for the same seed, on every machine', () => {
    expect(draw(42, 50)).toEqual(draw(42, 50));
  });

  // Figures of a second implementation of sfc32 and splitmix32, in integers of another language.
  it('is sfc32, filled by splitmix32', () => {
    const words = draw(42, 10_000).map((value) => value * 2 ** 32);

    expect(words.slice(0, 3)).toEqual([1_959_603_763, 2_423_114_712, 2_466_933_512]);
    expect(words[9999]).toBe(3_020_053_413);
    expect(draw(-5, 1)).toEqual([2_804_387_006 / 2 ** 32]);
  });

  it('stays within 0 and 1 and repeats itself for any seed', () => {
    fc.assert(
      fc.property(fc.double(), (seed) => {
        const values = draw(seed, 20);
        expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
        expect(draw(seed, 20)).toEqual(values);
      }),
    );
  });

  it('counts only the integer part of a seed, modulo 2^32', () => {
    expect(draw(7.9, 5)).toEqual(draw(7, 5));
    expect(draw(7 + 2 ** 32, 5)).toEqual(draw(7, 5));
  });

  it('differs between neighbouring seeds from the first number on', () => {
    const firsts = Array.from({ length: 4096 }, (_, seed) => seededRandom(seed).next());

    expect(new Set(firsts).size).toBe(4096);
    expect(chiSquared(firsts, 64)).toBeLessThan(110); // 99.98 % of even spreads with 63 degrees of freedom
  });

  it.each([0, 1, 42, -5, 2 ** 31])('spreads the numbers of seed %p evenly', (seed) => {
    const values = draw(seed, 20_000);
    const mean = values.reduce((sum, value) => sum + value) / values.length;
    const pairs = values.slice(1).map((value, i) => (value + (values[i] ?? 0)) % 1);

    expect(Math.abs(mean - 0.5)).toBeLessThan(0.01);
    expect(chiSquared(values, 64)).toBeLessThan(120);
    expect(chiSquared(pairs, 64)).toBeLessThan(120); // consecutive numbers know nothing of each other
  });
});

describe('RANDOM', () => {
  it('draws from the platform by default', () => {
    const random = TestBed.inject(RANDOM);
    const values = Array.from({ length: 100 }, () => random.next());

    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(new Set(values).size).toBeGreaterThan(90);
  });
});
