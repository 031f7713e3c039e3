import { deserialize, serialize } from 'node:v8';
import { computed, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { type Observable, Subject, of, timer } from 'rxjs';
import { InvalidOptionError } from 'rx-mesh/kernel';
import { CacheWorld } from './spec-support/cache-world';
import { WriteBehindQueue } from './behind/write-behind-queue';
import { CacheService } from './cache-service';
import { DistributedCachingService } from './distributed-caching-service';
import { PageCache } from './page-cache';
import { withCaching } from './with-caching';

// What jsdom leaves out.
globalThis.structuredClone = <T>(value: T): T => deserialize(serialize(value)) as T;

function read<T>(source$: Observable<T>) {
  const seen: { values: T[]; error: unknown; isDone: boolean } = {
    values: [],
    error: undefined,
    isDone: false,
  };
  const subscription = source$.subscribe({
    next: (value) => seen.values.push(value),
    error: (error: unknown) => (seen.error = error),
    complete: () => (seen.isDone = true),
  });
  return Object.assign(seen, { leave: () => subscription.unsubscribe() });
}

function setUp(scope?: () => string | undefined) {
  const world = new CacheWorld();
  const page = () => {
    const app = world.page(scope);
    return {
      ...app,
      cache: app.get(DistributedCachingService),
      behind: app.get(WriteBehindQueue),
      local: app.get(PageCache).local,
    };
  };
  return { world, page };
}

describe('the cache of several users', () => {
  it('shows nothing of a user to the next one', () => {
    let user: string | undefined = 'ann';
    const { page } = setUp(() => user);
    const [a, b] = [page(), page()];
    read(a.cache.set('me', 'ann'));
    user = 'bob';
    expect(read(a.cache.get('me')).values).toEqual([null]);
    expect(read(b.cache.get('me')).values).toEqual([null]);
    user = 'ann';
    expect(read(a.cache.get('me')).values).toEqual(['ann']);
    read(a.cache.logout());
    expect(read(a.cache.get('me')).values).toEqual([null]);
    expect(read(b.cache.get('me')).values).toEqual([null]);
  });

  it('gives to nobody else what is on its way when the user changes', () => {
    let user = 'ann';
    const { page, world } = setUp(() => user);
    const { cache } = page();
    const late = new Subject<string>();
    const first = read(cache.get('me', () => late));
    user = 'bob';
    const second = read(cache.get('me', () => timer(10, world.clock.scheduler)));
    late.next('ann');
    expect(first.values).toEqual(['ann']);
    world.clock.advance(10);
    expect(second.values).toEqual([0]);
    expect(read(cache.get('me')).values).toEqual([0]);
    user = 'ann';
    expect(read(cache.get('me')).values).toEqual([null]);
  });

  it('does not say another user logged out', () => {
    let user = 'ann';
    const { page } = setUp(() => user);
    const a = page();
    read(a.cache.set('me', 'ann'));
    const b = page();
    user = 'bob';
    read(b.cache.set('me', 'bob'));
    read(b.cache.logout());
    user = 'ann';
    expect(read(a.cache.get('me')).values).toEqual(['ann']);
  });

  it('drops what was of a user also when he left before he logged out, here and in the second level', () => {
    let user: string | undefined = 'ann';
    const { page } = setUp(() => user);
    const [a, b] = [page(), page()];
    read(a.cache.set('me', 'ann'));
    read(b.cache.get('me'));
    user = undefined;
    read(a.cache.logout());
    user = 'ann';
    expect(read(a.cache.get('me')).values).toEqual([null]);
    expect(read(b.cache.get('me')).values).toEqual([null]);
  });

  it('does not show a value of one user to the next, in a signal or to who watches', () => {
    const user = signal('ann');
    const { page } = setUp(user);
    const { cache } = page();
    const shown = cache.signal('me');
    const seen: unknown[] = [];
    const watching = cache.watch('me').subscribe({
      next: (entry) => seen.push(entry?.value),
      error: (error: unknown) => seen.push(error),
    });
    read(cache.set('me', 'ann'));
    expect(shown()?.value).toBe('ann');
    user.set('bob');
    expect(shown()).toBeUndefined();
    TestBed.tick();
    expect(seen).toEqual([undefined, 'ann', undefined]);
    watching.unsubscribe();
  });

  it('can be looked at within computed when the user has changed', () => {
    const user = signal('ann');
    const { page } = setUp(user);
    const { cache } = page();
    cache.signal('me');
    read(cache.set('me', 'ann'));
    user.set('bob');
    const looks = computed(() => [cache.entry('me'), cache.keys(), cache.signal('me')()]);
    expect(looks()).toEqual([undefined, [], undefined]);
  });
});

describe(CacheService.name, () => {
  it('keeps values in the page alone', () => {
    const { page, world } = setUp();
    const { get } = page();
    const cache = get(CacheService);
    read(cache.set('k', 1));
    expect(read(cache.get('k')).values).toEqual([1]);
    expect(read(cache.has('k')).values).toEqual([true]);
    read(cache.get('t', () => of(2), { tags: ['t'] }));
    read(cache.invalidateByTags(['t']));
    read(cache.delete('k'));
    expect(read(cache.get('k')).values).toEqual([null]);
    expect(read(cache.get('t')).values).toEqual([null]);
    read(cache.set('k', 1));
    expect(cache.signal('k')()?.value).toBe(1);
    expect(read(cache.watch('k')).values).toMatchObject([{ value: 1 }]);
    read(cache.clear());
    expect(read(cache.get('k')).values).toEqual([null]);
    expect(world.remote.calls).toEqual([]);
  });
});

describe(withCaching.name, () => {
  it('makes of the small cache the distributed one', () => {
    const world = new CacheWorld();
    const app = world.page();
    expect(app.get(CacheService)).not.toBe(app.get(DistributedCachingService));
    const both = world.page(undefined, [withCaching({ defaults: { ttl: 1000, jitter: 0 } })]);
    expect(both.get(CacheService)).toBe(both.get(DistributedCachingService));
    read(both.get(CacheService).set('k', 1));
    world.clock.advance(1001);
    expect(read(both.get(CacheService).get('k')).values).toEqual([null]);
  });

  it('refuses options out of their range', () => {
    expect(() => withCaching({ syncTopic: 'a.*' })).toThrow(InvalidOptionError);
    expect(() => withCaching({ local: { maxEntries: 0 } })).toThrow(InvalidOptionError);
    expect(() => withCaching({ remote: { namespace: 'a b' } })).toThrow(InvalidOptionError);
  });

  it('says whose values they are', () => {
    const world = new CacheWorld();
    let user = 'ann';
    const { get } = world.page(undefined, [withCaching({ scope: () => () => user })]);
    const cache = get(DistributedCachingService);
    read(cache.set('k', 1));
    user = 'bob';
    expect(read(cache.get('k')).values).toEqual([null]);
  });
});
