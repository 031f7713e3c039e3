import { seededRandom } from 'rx-mesh/kernel';
import { ManualClock } from 'rx-mesh/testing';
import { CACHE, type CacheOptions } from '../cache-options';
import { lru } from '../policy/lru';
import { LocalCache } from './local-cache';
import { LOCAL_CACHE, type LocalCacheOptions } from './local-cache-options';

const options = (some: CacheOptions = {}) => CACHE.resolve({ jitter: 0, ttl: 1000, ...some });

function setup(some: LocalCacheOptions = {}) {
  const clock = new ManualClock();
  const cache = new LocalCache(LOCAL_CACHE.resolve({ eviction: lru(), ...some }), {
    clock,
    random: seededRandom(1),
  });
  const set = (key: string, value: unknown = key, own: CacheOptions = {}) =>
    cache.store(key, value, options(own), 'set');
  const readings = (work: () => unknown): number => {
    const read = jest.spyOn(clock, 'monotonic');
    work();
    const { length } = read.mock.calls;
    read.mockRestore();
    return length;
  };
  return { clock, cache, set, readings };
}

describe(`${LocalCache.name}, at little cost`, () => {
  it('reads the clock for what has an end, once, and not for what has none', () => {
    const { cache, set, readings } = setup();
    set('ends', 1);
    set('idles', 1, { ttl: Infinity, idle: 10 });
    set('stays', 1, { ttl: Infinity });
    const costs = ['ends', 'idles', 'stays', 'none'].map((key) => readings(() => cache.get(key)));
    expect(costs).toEqual([1, 1, 0, 0]);
    expect(readings(() => cache.lookup('ends'))).toBe(1);
    expect(cache.statistics).toMatchObject({ hits: 4, misses: 1 });
  });

  it('sees the end of what had none before', () => {
    const { clock, cache, set } = setup();
    set('a', 1, { ttl: Infinity });
    set('b', 1, { ttl: Infinity });
    set('c', 1, { ttl: Infinity });
    clock.advance(1e6);
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([1, 1, 1]);
    set('a', 2);
    set('b', 2, { ttl: Infinity, idle: 10 });
    clock.advance(9);
    expect([cache.get('a'), cache.get('b')]).toEqual([2, 2]);
    clock.advance(9);
    expect(cache.get('b')).toBe(2);
    clock.advance(10);
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([2, undefined, 1]);
    clock.advance(972);
    expect(cache.get('a')).toBeUndefined();
    cache.expireAll();
    expect(cache.get('c')).toBeUndefined();
  });

  it('counts the uses of before for nothing when a value begins to idle', () => {
    const { clock, cache, set } = setup();
    set('a', 1, { ttl: Infinity });
    clock.advance(1000);
    cache.get('a');
    set('a', 2, { ttl: Infinity, idle: 10 });
    clock.advance(10);
    expect(cache.get('a')).toBeUndefined();
  });

  it('knows what is void, whichever tag was made void last', () => {
    const { cache, set } = setup();
    set('a', 1, { tags: ['t', 'u'] });
    set('b', 1, { tags: ['v'] });
    cache.invalidateTags(['nobody has it']);
    expect([cache.get('a'), cache.get('b')]).toEqual([1, 1]);
    cache.invalidateTags(['u']);
    cache.invalidateTags(['nobody has it']);
    set('c', 1, { tags: ['u'] });
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([undefined, 1, 1]);
    set('a', 2, { tags: ['t', 'u'] });
    expect(cache.get('a')).toBe(2);
  });
});
