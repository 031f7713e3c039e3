import { computed } from '@angular/core';
import { seededRandom } from 'rx-mesh/kernel';
import { ManualClock } from 'rx-mesh/testing';
import { CACHE, type CacheOptions } from '../cache-options';
import type { CachedValue } from '../cached-value';
import { lru } from '../policy/lru';
import { LocalCache } from './local-cache';
import { LOCAL_CACHE, type LocalCacheOptions } from './local-cache-options';
import type { LocalCacheEvent } from './local-events';

function setup(some: LocalCacheOptions = {}) {
  const clock = new ManualClock();
  const cache = new LocalCache(LOCAL_CACHE.resolve({ eviction: lru(), ...some }), {
    clock,
    random: seededRandom(1),
  });
  const set = (key: string, value: unknown = key, own: CacheOptions = {}) =>
    cache.store(key, value, CACHE.resolve({ jitter: 0, ttl: 1000, ...own }), 'set');
  return { clock, cache, set };
}

function watched(cache: LocalCache, key: string) {
  const values: unknown[] = [];
  let ended = false;
  const subscription = cache.watch(key).subscribe({
    next: (found?: CachedValue) => values.push(found?.value),
    complete: () => (ended = true),
  });
  return { values, subscription, ended: () => ended };
}

describe(`${LocalCache.name}, watched`, () => {
  it('tells what there is and each change of that key', () => {
    const { clock, cache, set } = setup({ maxEntries: 2 });
    const { values } = watched(cache, 'a');
    set('a', 1);
    set('b');
    set('a', 2, { tags: ['t'] });
    cache.get('a');
    cache.invalidateTags(['u']);
    cache.invalidateTags(['t']);
    set('a', 3, { dependencies: ['d'] });
    cache.invalidateDependencies(['d']);
    set('a', 4);
    cache.delete('a');
    cache.delete('a');
    set('a', 5, { staleIfError: 10 });
    cache.expireAll();
    cache.clear();
    expect(values).toEqual([
      undefined,
      1,
      2,
      undefined,
      3,
      undefined,
      4,
      undefined,
      5,
      5,
      undefined,
    ]);
    set('a', 6);
    set('b');
    set('c');
    expect(values.slice(11)).toEqual([6, undefined]);
    set('a', 7);
    clock.advance(1000);
    expect(values.slice(13)).toEqual([7]);
    cache.sweep();
    expect(values.slice(13)).toEqual([7, undefined]);
    expect(cache.statistics).toMatchObject({ hits: 1, misses: 0 });
  });

  it('tells of what depends on a key that was set', () => {
    const { cache, set } = setup();
    set('a', 1, { dependencies: ['b'] });
    const { values } = watched(cache, 'a');
    set('b');
    expect(values).toEqual([1, undefined]);
  });

  it('tells a subscriber who writes what he wrote', () => {
    const { cache, set } = setup();
    const values: unknown[] = [];
    cache.watch('a').subscribe((found) => {
      values.push(found?.value);
      if (values.length < 3) set('a', values.length);
    });
    expect(values).toEqual([undefined, 1, 2]);
  });

  it('holds nothing of those who have left, and ends when it is completed', () => {
    const { cache, set } = setup();
    const left = watched(cache, 'a');
    const other = watched(cache, 'a');
    left.subscription.unsubscribe();
    set('a', 1);
    cache.complete();
    set('a', 2);
    expect([left.values, other.values, other.ended()]).toEqual([[undefined], [undefined, 1], true]);
    const late = watched(cache, 'a');
    expect([late.values, late.ended(), cache.get('a')]).toEqual([[2], true, 2]);
  });

  it('gives copies where it is told to copy', () => {
    const { cache, set } = setup({ snapshots: 'share' });
    const value = { at: 1 };
    set('a', value);
    expect(watched(cache, 'a').values[0]).toBe(value);
  });

  it('is a signal', () => {
    const { clock, cache, set } = setup();
    const a = cache.signal<number>('a');
    let reads = 0;
    const doubled = computed(() => {
      reads++;
      return (a()?.value ?? 0) * 2;
    });
    expect(doubled()).toBe(0);
    set('a', 1, { tags: ['t'] });
    expect([doubled(), a()?.staleAt]).toEqual([2, 1000]);
    const found = a();
    set('b', 1);
    expect([doubled(), reads]).toEqual([2, 2]);
    expect(a()).toBe(found);
    cache.invalidateTags(['t']);
    expect([doubled(), a()]).toEqual([0, undefined]);
    set('a', 2);
    expect(doubled()).toBe(4);
    clock.advance(1000);
    expect(doubled()).toBe(4);
    expect(cache.statistics.expirations).toBe(2);
    expect(doubled()).toBe(0);
  });

  it('refuses to be written within computed, and changes nothing then', () => {
    const { cache, set } = setup();
    cache.signal('a');
    const writes = computed(() => set('b'));
    expect(() => writes()).toThrow('NG0600');
    expect(cache.size).toBe(0);
    const reads = computed(() => [cache.get('b'), cache.statistics.misses]);
    expect(reads()).toEqual([undefined, 1]);
  });

  it('says what happens, in order', () => {
    const { clock, cache, set } = setup({ maxEntries: 2 });
    const events: LocalCacheEvent[] = [];
    set('unheard');
    cache.delete('unheard');
    cache.events$.subscribe((event) => events.push(event));
    set('a');
    set('b', 1, { dependencies: ['a'] });
    set('a');
    set('c');
    set('d');
    cache.delete('d');
    cache.delete('d');
    cache.invalidateTags(['t']);
    set('c', 1, { ttl: 0 });
    set('e');
    clock.advance(1000);
    cache.sweep();
    cache.expireAll();
    cache.clear();
    expect(events).toEqual([
      { type: 'stored', key: 'a' },
      { type: 'stored', key: 'b' },
      { type: 'stored', key: 'a' },
      { type: 'invalidated', keys: ['b'] },
      { type: 'stored', key: 'c' },
      { type: 'stored', key: 'd' },
      { type: 'evicted', key: 'a' },
      { type: 'deleted', key: 'd' },
      { type: 'invalidated', tags: ['t'] },
      { type: 'deleted', key: 'c' },
      { type: 'stored', key: 'e' },
      { type: 'expired', key: 'e' },
      { type: 'outdated' },
      { type: 'cleared' },
    ]);
  });
});
