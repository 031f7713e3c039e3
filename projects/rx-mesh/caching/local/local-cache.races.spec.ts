import { seededRandom } from 'rx-mesh/kernel';
import { ManualClock } from 'rx-mesh/testing';
import { CacheDependencyError } from '../cache-errors';
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
  const set = (key: string, own: CacheOptions = {}) =>
    cache.store(key, `set ${key}`, options(own), 'set');
  const load = (key: string, own: CacheOptions = {}) => {
    const capture = cache.capture(key, options(own));
    return {
      isCurrent: () => capture.isCurrent(),
      end: (late: CacheOptions = own) =>
        cache.store(key, `loaded ${key}`, options(late), 'load', capture),
    };
  };
  return { clock, cache, set, load };
}

describe(`${LocalCache.name}, while a value is loaded`, () => {
  it('keeps what was loaded when nothing happened', () => {
    const { cache, set, load } = setup();
    const loading = load('a', { tags: ['t'], dependencies: ['d'] });
    set('b', { tags: ['u'] });
    cache.invalidateTags(['u']);
    cache.delete('c');
    cache.expireAll();
    expect([loading.isCurrent(), loading.end(), cache.get('a')]).toEqual([true, true, 'loaded a']);
  });

  it.each<[string, (it: ReturnType<typeof setup>) => unknown, string | undefined]>([
    ['deleted', ({ cache }) => cache.delete('a'), undefined],
    ['set', ({ set }) => set('a'), 'set a'],
    ['set to what is not kept', ({ set }) => set('a', { ttl: 0 }), undefined],
    ['cleared', ({ cache }) => cache.clear(), undefined],
    ['void by a tag', ({ cache }) => cache.invalidateTags(['x', 't']), undefined],
    ['void by a dependency', ({ cache }) => cache.invalidateDependencies(['d']), undefined],
    ['void since a dependency was deleted', ({ cache }) => cache.delete('d'), undefined],
    ['void since a dependency was set', ({ set }) => set('d'), undefined],
  ])('does not keep what was loaded when it was %s meanwhile', (_, happens, then) => {
    const it = setup();
    const loading = it.load('a', { tags: ['t'], dependencies: ['d'] });
    happens(it);
    const next = it.load('a', { tags: ['t'], dependencies: ['d'] });
    expect([loading.isCurrent(), next.isCurrent()]).toEqual([false, true]);
    expect([loading.end(), it.cache.get('a')]).toEqual([false, then]);
    expect(it.cache.statistics.refusals).toBeGreaterThanOrEqual(1);
    expect([next.isCurrent(), next.end(), it.cache.get('a')]).toEqual([true, true, 'loaded a']);
  });

  it('knows of a set of which nothing is left', () => {
    const { clock, cache, set, load } = setup({ maxEntries: 1 });
    const evicted = load('a');
    set('a');
    set('b');
    expect([cache.keys(), evicted.end()]).toEqual([['b'], false]);
    const expired = load('b');
    set('b');
    clock.advance(1000);
    expect([cache.sweep(), expired.end()]).toEqual([1, false]);
    const replaced = load('c');
    set('c');
    expect([load('c').end(), replaced.end(), cache.get('c')]).toEqual([true, false, 'loaded c']);
  });

  it('keeps the newer of two loads', () => {
    const { cache, load } = setup();
    const first = load('a');
    const second = load('a');
    expect([second.end(), first.end()]).toEqual([true, false]);
    expect(cache.get('a')).toBe('loaded a');
  });

  it('looks at the tags and dependencies that a load has in the end', () => {
    const { cache, load } = setup();
    const tagged = load('a');
    const tied = load('b');
    cache.invalidateTags(['t']);
    cache.invalidateDependencies(['d']);
    expect([tagged.end({ tags: ['t'] }), tied.end({ dependencies: ['d'] })]).toEqual([
      false,
      false,
    ]);
    expect(load('a').end({ tags: ['t'] })).toBe(true);
  });

  it('follows loads within loads', () => {
    const { cache, load } = setup();
    const outer = load('outer', { dependencies: ['inner'] });
    const inner = load('inner', { dependencies: ['d'], tags: ['t'] });
    cache.delete('d');
    expect([outer.isCurrent(), inner.isCurrent()]).toEqual([false, false]);
    expect([inner.end(), outer.end()]).toEqual([false, false]);
  });

  it('does not keep what was made from a value that was not kept', () => {
    const { cache, load } = setup();
    const outer = load('outer');
    const inner = load('inner');
    cache.invalidateTags(['t']);
    expect(inner.end({ tags: ['t'] })).toBe(false);
    expect(outer.end({ dependencies: ['inner'] })).toBe(false);
  });

  it('remembers by what a dependency was tied that is not there any more', () => {
    const { cache, set, load } = setup({ maxEntries: 2 });
    const outer = load('outer', { dependencies: ['inner'] });
    load('inner', { tags: ['t'], dependencies: ['d'] }).end();
    set('x');
    set('y');
    expect([cache.keys(), outer.isCurrent(), outer.end()]).toEqual([['x', 'y'], true, true]);
    cache.invalidateTags(['t']);
    expect(cache.has('outer')).toBe(false);
    const again = load('outer', { dependencies: ['inner'] });
    cache.delete('d');
    expect(again.end()).toBe(false);
  });

  it('keeps nothing of which it cannot know any more whether it is void', () => {
    const { load } = setup({ maxEntries: 2 });
    const outer = load('outer', { dependencies: ['first'] });
    const other = load('other');
    for (let at = 0; at < 1002; at++) load(`${at}`, { tags: ['t'] }).end();
    expect([outer.end(), other.end()]).toEqual([false, true]);
  });

  it('asks a capture of somebody else', () => {
    const { cache } = setup();
    const store = (isCurrent: boolean) =>
      cache.store('a', 1, options(), 'load', { isCurrent: () => isCurrent });
    expect([store(false), cache.has('a'), store(true), cache.has('a')]).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });
});

describe(`${LocalCache.name}, tags and dependencies`, () => {
  it('makes what carries a tag void, and nothing else', () => {
    const { cache, set } = setup();
    set('a', { tags: ['t', 'u'] });
    set('b', { tags: ['u'] });
    set('c');
    cache.invalidateTags(['t', 'unknown']);
    expect([cache.get('a'), cache.lookup('a'), cache.has('a')]).toEqual([
      undefined,
      undefined,
      false,
    ]);
    expect(cache.keys()).toEqual(['b', 'c']);
    set('a', { tags: ['t'] });
    expect(cache.get('a')).toBe('set a');
    expect(cache.statistics).toMatchObject({ invalidations: 2, size: 3 });
  });

  it('makes what depends on a name void, directly or not', () => {
    const { cache, set } = setup();
    set('a', { dependencies: ['table'] });
    set('b', { dependencies: ['a'] });
    set('c', { dependencies: ['b', 'other'] });
    set('d', { dependencies: ['other'] });
    expect(cache.invalidateDependencies(['table'])).toEqual(['a', 'b', 'c']);
    expect(cache.invalidateDependencies(['table'])).toEqual([]);
    expect([cache.keys(), cache.size]).toEqual([['d'], 1]);
  });

  it.each<[string, (it: ReturnType<typeof setup>) => unknown, readonly string[]]>([
    ['deleted', ({ cache }) => cache.delete('a'), []],
    ['set', ({ set }) => set('a'), ['a']],
    ['set to what is not kept', ({ set }) => set('a', { ttl: 0 }), []],
    ['loaded with other tags', ({ load }) => load('a', { tags: ['new'] }).end(), ['a']],
    ['loaded without a tag', ({ load }) => load('a').end(), ['a']],
  ])('makes what depends on a key void when that is %s', (_, happens, left) => {
    const it = setup();
    it.set('a', { tags: ['old'] });
    it.set('b', { dependencies: ['a'] });
    it.set('c', { dependencies: ['b'] });
    happens(it);
    expect(it.cache.keys()).toEqual(left);
  });

  it('leaves what depends on a key alone when that is loaded again', () => {
    const { cache, set, load } = setup();
    set('a', { tags: ['t'] });
    set('b', { dependencies: ['a'] });
    expect([load('a', { tags: ['t'] }).end(), cache.keys()]).toEqual([true, ['a', 'b']]);
  });

  it('takes over the tags of what a value depends on', () => {
    const { cache, set } = setup();
    set('a', { tags: ['t'] });
    set('b', { dependencies: ['a'] });
    set('c', { dependencies: ['b'] });
    cache.delete('nothing');
    cache.invalidateTags(['t']);
    expect(cache.keys()).toEqual([]);
  });

  it('drops what depends on an entry that goes, when it would not hear of what that depends on', () => {
    const { clock, cache, set } = setup();
    set('a', { dependencies: ['table'], ttl: 10 });
    set('b', { dependencies: ['a'] });
    set('plain', { ttl: 10 });
    set('c', { dependencies: ['plain'] });
    clock.advance(10);
    cache.sweep();
    expect(cache.keys()).toEqual(['c']);
  });

  it('refuses a value that would depend on itself, and names the way', () => {
    const { cache, set } = setup();
    set('b', { dependencies: ['c', 'd'] });
    set('a', { dependencies: ['b'] });
    const message =
      "The value of 'c' would depend on itself: c > a > b > c. Leave out one of these";
    expect(() => set('c', { dependencies: ['x', 'a'] })).toThrow(CacheDependencyError);
    expect(() => set('c', { dependencies: ['x', 'a'] })).toThrow(message);
    expect(() => set('e', { dependencies: ['e'] })).toThrow('e > e');
    expect(cache.keys()).toEqual(['b', 'a']);
  });

  it('keeps nothing that hangs by too many names', () => {
    const { cache, set } = setup();
    for (let at = 0; at < 20; at++) {
      set(`${at}`, { tags: Array.from({ length: 64 }, (_, tag) => `${at}/${tag}`) });
    }
    const dependencies = Array.from({ length: 20 }, (_, at) => `${at}`);
    expect(set('all', { dependencies })).toBe(false);
    expect(set('some', { dependencies: dependencies.slice(0, 10) })).toBe(true);
    expect(cache.has('all')).toBe(false);
  });

  it('clears everything', () => {
    const { cache, set } = setup();
    set('a', { tags: ['t'] });
    set('b', { dependencies: ['a'] });
    cache.clear();
    expect([cache.size, cache.weight, cache.keys()]).toEqual([0, 0, []]);
    expect(cache.invalidateDependencies(['a'])).toEqual([]);
    expect([set('a'), cache.get('a')]).toEqual([true, 'set a']);
  });
});

describe('a load that rests on what was made void and is there again', () => {
  it.each([
    ['there', true],
    ['loading', false],
  ])('is void by a tag of a value that was %s', (_what, wasThere) => {
    const { cache } = setup();
    const b = CACHE.resolve({ tags: ['t'] });
    const c = CACHE.resolve({ dependencies: ['b'] });
    if (wasThere) cache.store('b', 'old', b, 'load', cache.capture('b', b));
    const late = cache.capture('c', c);
    if (!wasThere) cache.capture('b', b);
    cache.invalidateTags(['t']);

    expect(late.isCurrent()).toBe(false);

    cache.store('b', 'new', b, 'load', cache.capture('b', b));

    expect(late.isCurrent()).toBe(false);
    expect(cache.store('c', 'of the old', c, 'load', late)).toBe(false);
    expect(cache.get('b')).toBe('new');
    expect(cache.store('c', 'of the new', c, 'load', cache.capture('c', c))).toBe(true);
  });

  it('is void by what that depended on', () => {
    const { cache } = setup();
    const b = CACHE.resolve({ dependencies: ['a'] });
    const c = CACHE.resolve({ dependencies: ['b'] });
    const late = cache.capture('c', c);
    cache.capture('b', b);
    cache.delete('a');
    cache.store('b', 'new', b, 'load', cache.capture('b', b));

    expect(late.isCurrent()).toBe(false);
  });
});

describe('what is told of what depends on a key', () => {
  const chain = () => {
    const it = setup();
    it.set('a', { tags: ['t'] });
    it.set('b', { dependencies: ['a'], tags: ['u'] });
    it.set('c', { dependencies: ['b'] });
    return it;
  };

  it('is which keys go with it, when it is deleted and when it is set', () => {
    const { cache, set } = chain();

    expect([cache.dependents('a'), cache.dependents('c')]).toEqual([['b', 'c'], []]);
    expect([cache.delete('b'), cache.delete('none'), cache.keys()]).toEqual([['c'], [], ['a']]);

    set('b', { dependencies: ['a'] });

    expect([cache.delete('a'), cache.keys()]).toEqual([['b'], []]);
  });

  it('is by what it would be void, with what that depends on', () => {
    const { cache, load } = chain();
    const own = options({ dependencies: ['c'], ttl: 7 });

    expect(cache.tied('d', own)).toEqual({
      ...own,
      tags: ['u', 't'],
      dependencies: ['c', 'b', 'a'],
    });
    expect(cache.tied('d', options())).toEqual(options());

    load('x', { dependencies: ['y'], tags: ['v'] });

    expect(cache.tied('d', options({ dependencies: ['x'] }))).toMatchObject({
      tags: ['v'],
      dependencies: ['x', 'y'],
    });
  });

  it('is cut where that is too much to be kept', () => {
    const { cache } = setup();
    const many = Array.from({ length: 900 }, (_, at) => `n${at}`);
    for (const [at, key] of ['x', 'y'].entries()) {
      cache.capture(key, { ...options(), tags: many.map((name) => `${name}${at}`) });
    }
    const own = options({ dependencies: ['x', 'y'] });
    const { tags } = cache.tied('d', own);

    expect(tags.length).toBeGreaterThan(1024);
    expect(cache.store('d', 1, own, 'set')).toBe(false);
  });
});
