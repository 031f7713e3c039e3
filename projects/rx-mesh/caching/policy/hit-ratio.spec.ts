import { seededRandom } from 'rx-mesh/kernel';
import { TRACES, hitRatio, optimum } from '../spec-support/cache-traces';
import type { EvictionFactory } from './eviction-policy';
import { lru } from './lru';
import { wTinyLfu } from './w-tiny-lfu';

/** Short traces at one size; bench/caching-hit-ratio.mjs has all of them. */
const SIZE = 100;
const WANTED = ['Zipf 1.0', 'scan + Zipf', 'recency', 'twice, gap 30'] as const;

describe('the hit ratio of wTinyLfu', () => {
  const run = (factory: EvictionFactory, trace: Int32Array): number =>
    hitRatio(factory({ maxEntries: SIZE, maxWeight: Infinity }, seededRandom(1)), trace);

  it.each(WANTED)('is at most 2 points below LRU, and near to what is possible: %s', (kind) => {
    const random = seededRandom(1);
    const trace = TRACES[kind](() => random.next(), 120_000, 10_000);
    const ratio = run(wTinyLfu(), trace);

    expect(ratio).toBeGreaterThan(run(lru(), trace) - 0.02);
    expect(ratio / optimum(SIZE, trace)).toBeGreaterThan(0.75);
  });
});
