import fc from 'fast-check';
import { LRUCache } from 'lru-cache';
import { SeededRandom } from 'rx-mesh/testing';
import type { EvictionBounds, EvictionFactory, EvictionPolicy } from './eviction-policy';
import { lru } from './lru';
import { PolicyNode } from './node-list';
import { s3Fifo } from './s3-fifo';
import { wTinyLfu } from './w-tiny-lfu';

type Step = readonly ['get' | 'put' | 'remove', key: string, weight: number];

const POLICIES: readonly (readonly [string, EvictionFactory])[] = [
  ['wTinyLfu', wTinyLfu()],
  ['lru', lru()],
  ['s3Fifo', s3Fifo()],
];

const steps = fc.array(
  fc.tuple(
    fc.constantFrom<Step[0][]>('get', 'put', 'put', 'remove'),
    fc.integer({ min: 0, max: 30 }).map(String),
    fc.constantFrom(0, 0.1, 1, 2, 5, 12),
  ),
  { maxLength: 400 },
);

const bounds = fc.record({
  maxEntries: fc.constantFrom(1, 2, 5, 20, Infinity),
  maxWeight: fc.constantFrom(1, 10, 30, Infinity),
});

/** A cache that is as plain as can be, and looks at what its policy tells. */
class PlainCache {
  readonly nodes = new Map<string, PolicyNode>();
  readonly evicted: string[] = [];
  readonly policy: EvictionPolicy;

  constructor(
    factory: EvictionFactory,
    readonly bounds: EvictionBounds,
    seed = 1,
  ) {
    this.policy = factory(bounds, new SeededRandom(seed));
  }

  run([what, key, weight]: Step): void {
    const node = this.nodes.get(key);
    if (what === 'put') this.put(key, weight, node);
    if (!node) return;
    if (what === 'get') this.policy.touch(node);
    if (what === 'remove') this.drop(node);
  }

  put(key: string, weight: number, node = this.nodes.get(key)): void {
    if (node) {
      this.policy.touch(node);
      if (!this.policy.reweigh(node, weight)) this.drop(node);
    } else {
      const added = new PolicyNode(key, weight);
      if (this.policy.add(added)) this.nodes.set(key, added);
    }
    for (let gone = this.policy.evict(); gone; gone = this.policy.evict()) {
      // Told once, and of what is there.
      if (this.nodes.get(gone.key) !== gone) throw new Error(`evicted twice: ${gone.key}`);
      this.nodes.delete(gone.key);
      this.evicted.push(gone.key);
    }
  }

  drop(node: PolicyNode): void {
    this.policy.remove(node);
    this.policy.remove(node); // once more does nothing
    this.nodes.delete(node.key);
  }
}

describe.each(POLICIES)('%s', (_name, factory) => {
  it('holds what the cache holds, and never more than its bounds', () => {
    fc.assert(
      fc.property(steps, bounds, (list, limits) => {
        const cache = new PlainCache(factory, limits);
        for (const step of list) {
          cache.run(step);
          const { policy, nodes } = cache;
          const weight = [...nodes.values()].reduce((sum, node) => sum + node.weight, 0);

          expect(policy.count).toBe(nodes.size);
          expect(policy.weight).toBeCloseTo(weight, 6);
          expect(nodes.size).toBeLessThanOrEqual(limits.maxEntries);
          expect(policy.weight).toBeLessThanOrEqual(limits.maxWeight);
          expect([...nodes.values()].every((node) => node.list)).toBe(true);
        }
      }),
    );
  });

  it('evicts nothing while all is within the bounds', () => {
    const cache = new PlainCache(factory, { maxEntries: 2000, maxWeight: 2000 });
    for (let key = 0; key < 2000; key++) cache.put(String(key), 1);

    expect(cache.evicted).toEqual([]);
    expect(cache.policy.count).toBe(2000);
  });

  it('refuses what alone is heavier than all may be, and changes nothing', () => {
    const cache = new PlainCache(factory, { maxEntries: 10, maxWeight: 5 });
    const node = new PolicyNode('a', 5);
    cache.policy.add(node);

    expect(cache.policy.add(new PolicyNode('b', 5.5))).toBe(false);
    expect(cache.policy.reweigh(node, 6)).toBe(false);
    expect([cache.policy.count, cache.policy.weight, node.weight]).toEqual([1, 5, 5]);
    expect(cache.policy.evict()).toBeUndefined();
  });

  it('makes room when something grows', () => {
    const cache = new PlainCache(factory, { maxEntries: 10, maxWeight: 5 });
    for (const key of ['a', 'b', 'c', 'd', 'e']) cache.put(key, 1);
    cache.put('e', 3);

    expect(cache.policy.weight).toBeLessThanOrEqual(5);
    expect(cache.evicted).toHaveLength(2);
  });

  it('does the same for the same seed', () => {
    fc.assert(
      fc.property(steps, bounds, fc.integer(), (list, limits, seed) => {
        const [one, other] = [1, 2].map(() => {
          const cache = new PlainCache(factory, limits, seed);
          for (const step of list) cache.run(step);
          return cache.evicted;
        });

        expect(one).toEqual(other);
      }),
      { numRuns: 30 },
    );
  });
});

describe(lru.name, () => {
  it('does what lru-cache does', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 20 }), (list, maxEntries) => {
        const cache = new PlainCache(lru(), { maxEntries, maxWeight: Infinity });
        const oracle = new LRUCache<string, number>({ max: maxEntries });
        for (const step of list) {
          cache.run(step);
          const [what, key] = step;
          if (what === 'get') oracle.get(key);
          else if (what === 'put') oracle.set(key, 1);
          else oracle.delete(key);

          expect([...cache.nodes.keys()].sort()).toEqual([...oracle.keys()].sort());
        }
      }),
    );
  });
});

describe(wTinyLfu.name, () => {
  const fill = (seed: number): PlainCache => {
    const cache = new PlainCache(wTinyLfu(), { maxEntries: 100, maxWeight: Infinity }, seed);
    for (let key = 0; key < 100; key++) cache.put(`old ${key}`, 1);
    for (let round = 0; round < 20; round++) {
      for (const node of cache.nodes.values()) cache.policy.touch(node);
    }
    return cache;
  };

  it('keeps what is in use when somebody walks through many keys', () => {
    const cache = fill(1);
    for (let key = 0; key < 1000; key++) cache.put(`scan ${key}`, 1);

    expect([...cache.nodes.keys()].filter((key) => key.startsWith('old')).length).toBeGreaterThan(
      75,
    );
  });

  it('now and then admits what is asked for often, however often all others are: nobody can shut it by a flood', () => {
    const cache = fill(2);
    // All counters are at their most: by frequency alone, none of these would ever come in.
    for (let round = 0; round < 30; round++) {
      for (const node of cache.nodes.values()) cache.policy.touch(node);
      for (let key = 0; key < 60; key++) cache.put(`new ${key}`, 1);
    }

    expect([...cache.nodes.keys()].filter((key) => key.startsWith('new')).length).toBeGreaterThan(
      20,
    );
  });
});
