import fc from 'fast-check';
import { FrequencySketch } from './frequency-sketch';
import { GhostList } from './ghost-list';
import { hashOf } from './key-hash';

const keys = fc.array(
  fc.integer({ min: 0, max: 40 }).map((key) => hashOf(`key ${key}`, 7)),
  {
    maxLength: 400,
  },
);

describe(FrequencySketch.name, () => {
  it('never says too little before it halves', () => {
    fc.assert(
      fc.property(keys, (hashes) => {
        const sketch = new FrequencySketch(1000);
        const truth = new Map<number, number>();
        for (const hash of hashes) {
          sketch.increment(hash);
          truth.set(hash, (truth.get(hash) ?? 0) + 1);
        }
        for (const [hash, count] of truth) {
          expect(sketch.frequency(hash)).toBeGreaterThanOrEqual(Math.min(15, count));
        }
      }),
    );
  });

  it('says 0 of most that it never saw, and at most 15', () => {
    const sketch = new FrequencySketch(256);
    for (let key = 0; key < 100; key++) sketch.increment(hashOf(`seen ${key}`, 1));
    for (let time = 0; time < 40; time++) sketch.increment(hashOf('often', 1));
    const unseen = Array.from({ length: 1000 }, (_, key) => sketch.frequency(hashOf(`${key}`, 1)));

    expect(unseen.filter((count) => count > 0).length).toBeLessThan(50);
    expect(sketch.frequency(hashOf('often', 1))).toBe(15);
  });

  it('halves all counters after ten requests an entry', () => {
    const sketch = new FrequencySketch(10);
    for (let time = 0; time < 12; time++) sketch.increment(1);
    for (let key = 0; key < 87; key++) sketch.increment(hashOf(`${key}`, 1));

    expect(sketch.frequency(1)).toBe(12);
    sketch.increment(hashOf('last', 1));
    expect(sketch.frequency(1)).toBe(6);
  });

  it('forgets nothing when it grows', () => {
    fc.assert(
      fc.property(keys, (hashes) => {
        const sketch = new FrequencySketch(1000);
        hashes.forEach((hash) => sketch.increment(hash));
        const before = hashes.map((hash) => sketch.frequency(hash));
        sketch.grow();

        expect(sketch.entries).toBe(512);
        expect(hashes.map((hash) => sketch.frequency(hash))).toEqual(before);
      }),
    );
  });
});

describe(GhostList.name, () => {
  it('remembers until it is taken', () => {
    const ghosts = new GhostList();

    expect(ghosts.take(5)).toBe(false);
    ghosts.add(5, 10);
    expect([ghosts.take(5), ghosts.take(5)]).toEqual([true, false]);
  });

  it('forgets old ones for new ones', () => {
    const ghosts = new GhostList();
    const hashes = Array.from({ length: 2000 }, (_, key) => hashOf(`${key}`, 1));
    for (const hash of hashes) ghosts.add(hash, 100);
    const known = hashes.filter((hash) => ghosts.take(hash));

    expect(known.length).toBeGreaterThan(100);
    expect(known.length).toBeLessThanOrEqual(128);
    expect(known).toContain(hashes[1999]);
  });
});

describe(hashOf.name, () => {
  it('is other for another seed: who knows the keys does not know what falls together', () => {
    const low = (key: number, seed: number): number => hashOf(`key ${key}`, seed) & 1023;
    const together = Array.from({ length: 100_000 }, (_, key) => key).filter(
      (key) => low(key, 1) === 0,
    );
    const spread = new Set(together.map((key) => low(key, 2)));

    expect(together.length).toBeGreaterThan(50);
    expect(spread.size).toBeGreaterThan(together.length * 0.8);
  });

  it('is the same for the same key and seed, a number of 32 bits', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer(), (key, seed) => {
        expect(hashOf(key, seed)).toBe(hashOf(key, seed));
        expect(hashOf(key, seed)).toBe(hashOf(key, seed) | 0);
      }),
    );
  });
});
