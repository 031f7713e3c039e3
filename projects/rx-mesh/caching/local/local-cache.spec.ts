import { deserialize, serialize } from 'node:v8';
import { InvalidOptionError, seededRandom } from 'rx-mesh/kernel';
import { ManualClock } from 'rx-mesh/testing';
import { CacheKeyError } from '../cache-errors';
import { CACHE, type CacheOptions } from '../cache-options';
import { lru } from '../policy/lru';
import { LocalCache } from './local-cache';
import { LOCAL_CACHE, type LocalCacheOptions } from './local-cache-options';

// The browser of the specs has none.
globalThis.structuredClone = <T>(value: T): T => deserialize(serialize(value)) as T;

const options = (some: CacheOptions = {}) => CACHE.resolve({ jitter: 0, ttl: 1000, ...some });

function setup(some: LocalCacheOptions = {}) {
  const clock = new ManualClock();
  const cache = new LocalCache(LOCAL_CACHE.resolve({ eviction: lru(), ...some }), {
    clock,
    random: seededRandom(1),
  });
  const set = (key: string, value: unknown, own: CacheOptions = {}) =>
    cache.store(key, value, options(own), 'set');
  return { clock, cache, set };
}

describe(LocalCache.name, () => {
  it('gives what was stored, null and undefined too', () => {
    const { cache, set } = setup();
    expect([set('a', 1), set('b', null), set('c', undefined)]).toEqual([true, true, true]);
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([1, null, undefined]);
    expect(cache.lookup('c')).toMatchObject({ key: 'c', value: undefined });
    expect([cache.has('c'), cache.has('d')]).toEqual([true, false]);
    expect(cache.lookup('d')).toBeUndefined();
    expect(cache.keys()).toEqual(['a', 'b', 'c']);
  });

  it('takes keys that objects have already', () => {
    const { cache, set } = setup();
    expect(cache.get('__proto__')).toBeUndefined();
    set('__proto__', 1, { tags: ['constructor'], dependencies: ['toString'] });
    expect([cache.get('__proto__'), cache.get('constructor')]).toEqual([1, undefined]);
    expect(cache.invalidateDependencies(['toString'])).toEqual(['__proto__']);
    expect(cache.has('__proto__')).toBe(false);
  });

  it.each(['', 'x'.repeat(1025), 1, undefined])('refuses %p as a key', (bad) => {
    const { cache, set } = setup();
    const key = bad as string;
    const calls = [
      () => cache.get(key),
      () => cache.lookup(key),
      () => cache.has(key),
      () => cache.entry(key),
      () => cache.watch(key),
      () => cache.signal(key),
      () => cache.capture(key, options()),
      () => set(key, 1),
      () => cache.delete(key),
      () => cache.invalidateTags([key]),
      () => cache.invalidateDependencies([key]),
    ];
    for (const call of calls) expect(call).toThrow(CacheKeyError);
    expect([cache.size, cache.statistics.invalidations]).toEqual([0, 0]);
  });

  it('gives a value until its ttl is over, and a stale one until its grace is', () => {
    const { clock, cache, set } = setup();
    set('a', 1, { staleIfError: 500, staleWhileRevalidate: 200 });
    expect(cache.lookup('a')).toEqual({
      key: 'a',
      value: 1,
      storedAt: clock.monotonic(),
      refreshAt: clock.monotonic() + 800,
      staleAt: clock.monotonic() + 1000,
      goneAt: clock.monotonic() + 1500,
      validator: undefined,
    });
    clock.advance(999);
    expect(cache.get('a')).toBe(1);
    clock.advance(1);
    expect([cache.get('a'), cache.lookup('a')?.value, cache.has('a')]).toEqual([
      undefined,
      1,
      true,
    ]);
    expect(cache.entry('a')?.freshness).toBe('stale');
    clock.advance(500);
    expect([cache.lookup('a'), cache.has('a'), cache.entry('a')]).toEqual([
      undefined,
      false,
      undefined,
    ]);
    expect(cache.keys()).toEqual([]);
    expect(cache.statistics).toMatchObject({
      hits: 2,
      staleHits: 1,
      misses: 2,
      expirations: 1,
      size: 0,
    });
  });

  it('keeps nothing that has no duration or is too heavy, and lets go of what was there', () => {
    const { cache, set } = setup({ maxWeight: 10 });
    set('a', 1);
    expect([set('a', 2, { ttl: 0 }), cache.has('a')]).toEqual([false, false]);
    set('a', 1);
    expect([set('a', 2, { weight: 11 }), cache.has('a')]).toEqual([false, false]);
    set('a', 1);
    expect(cache.store('a', 2, options({ ttl: 0 }), 'load')).toBe(false);
    expect([cache.has('a'), cache.size, cache.weight, cache.statistics.refusals]).toEqual([
      false,
      0,
      0,
      3,
    ]);
  });

  it('keeps nothing that is too old when it comes', () => {
    const { clock, cache } = setup();
    const aged = (age: number, own: CacheOptions = {}) =>
      cache.store('a', 1, options(own), 'load', undefined, { age, validator: 'v1' });
    expect([aged(1000), aged(999), aged(1200, { staleIfError: 500 })]).toEqual([false, true, true]);
    expect(cache.lookup('a')).toMatchObject({
      storedAt: clock.monotonic() - 1200,
      goneAt: clock.monotonic() + 300,
      validator: 'v1',
    });
  });

  it('keeps nothing for another time than something', () => {
    const { clock, cache, set } = setup();
    set('a', null, { negativeTtl: 10 });
    set('b', undefined, { negativeTtl: 10 });
    set('c', 0, { negativeTtl: 10 });
    expect(set('d', null, { negativeTtl: 0 })).toBe(false);
    clock.advance(10);
    expect(cache.keys()).toEqual(['c']);
  });

  it('drops what nobody reads', () => {
    const { clock, cache, set } = setup();
    set('a', 1, { idle: 100 });
    clock.advance(99);
    expect(cache.get('a')).toBe(1);
    clock.advance(99);
    expect([cache.has('a'), cache.entry('a')?.value, cache.lookup('a')?.value]).toEqual([
      true,
      1,
      1,
    ]);
    clock.advance(100);
    expect([cache.has('a'), cache.get('a')]).toEqual([false, undefined]);
  });

  it('keeps for ever what has no end', () => {
    const { clock, cache, set } = setup();
    set('a', 1, { ttl: Infinity, jitter: 1, refreshAhead: 0 });
    clock.advance(1e12);
    expect(cache.lookup('a')).toMatchObject({
      refreshAt: Infinity,
      staleAt: Infinity,
      goneAt: Infinity,
    });
  });

  it('makes times shorter by chance, and never longer', () => {
    const { cache, set } = setup();
    const ends = Array.from({ length: 100 }, (_, at) => {
      set(`${at}`, 1, { jitter: 0.1 });
      return cache.entry(`${at}`)?.ttl ?? 0;
    });
    expect(Math.max(...ends)).toBeLessThanOrEqual(1000);
    expect(Math.min(...ends)).toBeGreaterThanOrEqual(900);
    expect(new Set(ends).size).toBeGreaterThan(90);
  });

  it('shows an entry with the time of the wall', () => {
    const { clock, cache, set } = setup();
    const storedAt = clock.now();
    set('a', { x: 1 }, { tags: ['t'], dependencies: ['d'] });
    clock.advance(10);
    expect(cache.entry('a')).toEqual({
      key: 'a',
      value: { x: 1 },
      timestamp: new Date(storedAt),
      ttl: 1000,
      tags: ['t'],
      dependencies: ['d'],
      freshness: 'fresh',
    });
    expect(cache.statistics).toMatchObject({ hits: 0, misses: 0 });
  });

  it('holds as many entries, and as much weight, as it may', () => {
    const { cache, set } = setup({ maxEntries: 3, maxWeight: 10 });
    for (const key of ['a', 'b', 'c', 'd']) set(key, key);
    expect(cache.keys()).toEqual(['b', 'c', 'd']);
    cache.get('b');
    set('e', 1, { weight: 8 });
    expect([...cache.keys()].sort()).toEqual(['b', 'd', 'e']);
    set('e', 1, { weight: 10 });
    expect([cache.keys(), cache.weight, cache.size]).toEqual([['e'], 10, 1]);
    expect(cache.statistics).toMatchObject({ evictions: 4, sets: 6 });
  });

  it('makes everything stale without dropping it', () => {
    const { clock, cache, set } = setup();
    set('a', 1, { staleIfError: 50 });
    set('b', 1);
    set('c', 1, { ttl: Infinity, staleWhileRevalidate: 50 });
    clock.advance(10);
    cache.expireAll();
    expect([cache.get('a'), cache.lookup('a')?.value, cache.has('b')]).toEqual([
      undefined,
      1,
      false,
    ]);
    expect(cache.lookup('c')).toMatchObject({
      staleAt: clock.monotonic(),
      goneAt: clock.monotonic() + 50,
    });
    clock.advance(50);
    expect(cache.keys()).toEqual([]);
  });

  it('sweeps 256 entries at most, and goes on from there', () => {
    const { clock, cache, set } = setup();
    for (let at = 0; at < 600; at++) set(`${at}`, at);
    clock.advance(1000);
    expect([cache.size, cache.sweep(), cache.size]).toEqual([600, 256, 344]);
    expect([cache.sweep(), cache.sweep(), cache.size]).toEqual([256, 88, 0]);
    expect(cache.sweep()).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('sweeps when somebody writes, now and then', () => {
    const { clock, cache, set } = setup();
    for (let at = 0; at < 10; at++) set(`${at}`, at);
    clock.advance(1000);
    set('new', 1);
    expect(cache.size).toBe(1);
  });

  it('gives statistics that do not change afterwards', () => {
    const { cache, set } = setup();
    const before = cache.statistics;
    set('a', 1);
    cache.get('a');
    cache.get('b');
    expect(before).toMatchObject({ hits: 0, misses: 0, sets: 0, size: 0, weight: 0 });
    expect(cache.statistics).toMatchObject({ hits: 1, misses: 1, sets: 1, size: 1, weight: 1 });
  });

  it('freezes, copies or shares values', () => {
    const value = () => ({ list: [{ at: 1 }], when: new Date(0) });
    const frozen = setup({ snapshots: 'freeze' });
    frozen.set('a', value());
    expect(() => frozen.cache.get<ReturnType<typeof value>>('a')?.list.push({ at: 2 })).toThrow(
      TypeError,
    );

    const cloned = setup({ snapshots: 'clone' });
    const mine = value();
    cloned.set('a', mine);
    mine.list.push({ at: 2 });
    cloned.cache.lookup<ReturnType<typeof value>>('a')?.value.list.pop();
    expect(cloned.cache.get('a')).toEqual(value());
    expect(cloned.cache.entry('a')?.value).toEqual(value());
    expect(() => cloned.set('a', () => 1)).toThrow('could not be cloned');
    expect(cloned.cache.get('a')).toEqual(value());

    const shared = setup({ snapshots: 'share' });
    shared.set('a', mine);
    expect(shared.cache.get('a')).toBe(mine);
  });

  it.each<[LocalCacheOptions, string]>([
    [{ maxEntries: 0 }, 'maxEntries'],
    [{ maxEntries: 1.5 }, 'maxEntries'],
    [{ maxWeight: 0 }, 'maxWeight'],
    [{ maxWeight: NaN }, 'maxWeight'],
    [{ eviction: 'lru' as never }, 'eviction'],
    [{ snapshots: 'deep' as never }, 'snapshots'],
  ])('has no use for %p', (bad, name) => {
    expect(() => LOCAL_CACHE.resolve(bad)).toThrow(InvalidOptionError);
    expect(() => LOCAL_CACHE.resolve(bad)).toThrow(`LocalCacheOptions.${name}`);
  });

  it('may hold as many as there are', () => {
    const { cache, set } = setup({ maxEntries: Infinity });
    for (let at = 0; at < 3000; at++) set(`${at}`, at);
    expect(cache.size).toBe(3000);
  });
});
