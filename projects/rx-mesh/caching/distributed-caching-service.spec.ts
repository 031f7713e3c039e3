import { deserialize, serialize } from 'node:v8';
import { NEVER, type Observable, Subject, of, throwError, timer } from 'rxjs';
import { InvalidOptionError } from 'rx-mesh/kernel';
import { CacheWorld } from './spec-support/cache-world';
import { WriteBehindQueue } from './behind/write-behind-queue';
import { CacheKeyError, NoCacheWriterError } from './cache-errors';
import { DistributedCachingService } from './distributed-caching-service';
import { PageCache } from './page-cache';
import type { CacheSyncEvent } from './sync/cache-sync';

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

describe(DistributedCachingService.name, () => {
  it('gives what was set, in this page, in another, and after a reload', () => {
    const { page } = setUp();
    const [a, b] = [page(), page()];
    expect(read(a.cache.set('k', { n: 1 }))).toMatchObject({ values: [], isDone: true });
    expect(read(a.cache.get('k'))).toMatchObject({ values: [{ n: 1 }], isDone: true });
    expect(read(b.cache.get('k'))).toMatchObject({ values: [{ n: 1 }], isDone: true });
    a.injector.destroy();
    expect(read(page().cache.get('k')).values).toEqual([{ n: 1 }]);
  });

  it('gives null where there is nothing, and tells null from nothing', () => {
    const { page } = setUp();
    const { cache } = page();
    expect(read(cache.get('k')).values).toEqual([null]);
    expect(read(cache.has('k')).values).toEqual([false]);
    expect(cache.entry('k')).toBeUndefined();
    read(cache.set('k', null));
    expect(read(cache.get('k')).values).toEqual([null]);
    expect(read(cache.has('k')).values).toEqual([true]);
    expect(cache.entry('k')).toMatchObject({ value: null, freshness: 'fresh' });
  });

  it('is cold: nothing is done without a subscriber', () => {
    const { page, world } = setUp();
    const { cache, local } = page();
    const factory = jest.fn(() => of(1));
    cache.set('k', 1);
    cache.get('k', factory);
    cache.invalidateByTags(['t']);
    cache.writeThrough('k', 1, factory);
    expect(factory).not.toHaveBeenCalled();
    expect(local.size).toBe(0);
    expect(world.remote.calls).toEqual([]);
  });

  it('loads once for all pages, and one more time for each page when it is void', () => {
    const { page } = setUp();
    const [a, b] = [page(), page()];
    let n = 0;
    const get = ({ cache }: typeof a) =>
      read(cache.cacheAside('k', () => of(++n), { tags: ['t'] })).values[0];
    expect([get(a), get(a), get(b)]).toEqual([1, 1, 1]);
    read(b.cache.invalidateByTags(['t']));
    expect([get(a), get(b)]).toEqual([2, 2]);
  });

  it('tells others what was made void, with what depends on it', () => {
    const { page } = setUp();
    const [a, b] = [page(), page()];
    const heard: CacheSyncEvent[] = [];
    b.cache.cacheSyncEvents$.subscribe({
      next: (event) => heard.push(event),
      error: (error: unknown) => heard.push(error as never),
    });
    read(a.cache.set('sum', 3, { dependencies: ['price'] }));
    read(b.cache.get('sum'));
    read(a.cache.invalidateByDependencies(['price']));
    expect(read(b.cache.get('sum')).values).toEqual([null]);
    expect(read(a.cache.get('sum')).values).toEqual([null]);
    expect(heard).toMatchObject([
      { type: 'invalidated', what: { keys: ['sum'] } },
      { type: 'invalidated', what: { keys: ['sum'], dependencies: ['price'] } },
    ]);
  });

  it('drops a key for all', () => {
    const { page } = setUp();
    const [a, b] = [page(), page()];
    read(a.cache.set('k', 1));
    read(b.cache.get('k'));
    read(b.cache.delete('k'));
    expect(read(a.cache.get('k')).values).toEqual([null]);
  });

  it('goes on when the caller leaves before the second level has answered: others must hear of it', () => {
    const { page, world } = setUp();
    const [a, b] = [page(), page()];
    read(a.cache.set('k', 1, { tags: ['t'] }));
    read(b.cache.get('k'));
    world.remote.next = () => ({ there: 100, back: 0 });
    read(a.cache.invalidateByTags(['t'])).leave();
    world.clock.advance(200);
    expect(read(b.cache.entry('k') === undefined ? of('gone') : of('there')).values).toEqual([
      'gone',
    ]);
    read(a.cache.set('k', 2)).leave();
    world.clock.advance(1000);
    world.remote.next = () => ({ there: 0, back: 0 });
    expect(read(b.cache.get('k')).values).toEqual([2]);
  });

  it('hears of what is void from the first prefetch on', () => {
    const { page } = setUp();
    const [a, b] = [page(), page()];
    read(b.cache.prefetch(['k'], () => of('old')));
    read(a.cache.delete('k'));
    expect(read(b.cache.get('k')).values).toEqual([null]);
  });

  it('makes void in the second level what is set in the page alone', () => {
    const { page, world } = setUp();
    const { cache } = page();
    read(cache.set('k', 'old'));
    read(cache.set('k', 'new', { levels: 'local', ttl: 1000 }));
    expect(read(cache.get('k')).values).toEqual(['new']);
    world.clock.advance(2000);
    expect(read(cache.get('k')).values).toEqual([null]);
  });

  it('gives nothing in place of a stale value, and does not say that it is there', () => {
    const { page, world } = setUp();
    const { cache } = page();
    read(cache.set('k', 'v', { ttl: 1000, staleIfError: 60_000, levels: 'local' }));
    world.clock.advance(2000);
    expect(read(cache.get('k')).values).toEqual([null]);
    expect(read(cache.has('k')).values).toEqual([false]);
    expect(cache.entry('k')).toMatchObject({ value: 'v', freshness: 'stale' });
  });

  describe('writeThrough', () => {
    it('does not keep for the next user what the one before has written', () => {
      let user = 'ann';
      const { page } = setUp(() => user);
      const { cache } = page();
      const answer = new Subject<string>();
      const write = read(cache.writeThrough('me', 'new', () => answer));
      user = 'bob';
      answer.next('of ann');
      expect(write).toMatchObject({ values: ['of ann'], isDone: true });
      expect(read(cache.get('me')).values).toEqual([null]);
    });

    it('keeps neither of two writes at one time, for nobody knows which was the last', () => {
      const { page } = setUp();
      const { cache } = page();
      const [first, second] = [new Subject<number>(), new Subject<number>()];
      read(cache.writeThrough('k', 1, () => first));
      read(cache.writeThrough('k', 2, () => second));
      second.next(2);
      expect(read(cache.get('k')).values).toEqual([null]);
      first.next(1);
      expect(read(cache.get('k')).values).toEqual([null]);
      read(cache.writeThrough('k', 3, (value) => of(value)));
      expect(read(cache.get('k')).values).toEqual([3]);
    });

    it('stores first, and keeps what was stored', () => {
      const { page } = setUp();
      const { cache } = page();
      const write = read(cache.writeThrough('k', { n: 1 }, (value) => of({ ...value, id: 7 })));
      expect(write).toMatchObject({ values: [{ n: 1, id: 7 }], isDone: true });
      expect(read(cache.get('k')).values).toEqual([{ n: 1, id: 7 }]);
    });

    it('fails where the store fails, and knows nothing any more', () => {
      const { page } = setUp();
      const [a, b] = [page(), page()];
      read(a.cache.set('k', 'old'));
      read(b.cache.get('k'));
      const failure = new Error('no');
      expect(read(a.cache.writeThrough('k', 'new', () => throwError(() => failure))).error).toBe(
        failure,
      );
      expect(read(a.cache.get('k')).values).toEqual([null]);
      expect(read(b.cache.get('k')).values).toEqual([null]);
    });

    it('knows nothing any more when the caller leaves before the store has answered', () => {
      const { page } = setUp();
      const { cache } = page();
      read(cache.set('k', 'old'));
      read(cache.writeThrough('k', 'new', () => NEVER)).leave();
      expect(read(cache.get('k')).values).toEqual([null]);
    });
  });

  describe('writeBehind', () => {
    it('shows a value at once, and stores it later', async () => {
      const { page, world } = setUp();
      const { cache, behind } = page();
      const stored: unknown[] = [];
      behind.registerWriter({
        name: 'w',
        matches: (key) => key.startsWith('cart'),
        store: (writes) => {
          stored.push(...writes.map(({ value }) => value));
          return of(null);
        },
      });
      const write = read(cache.writeBehind('cart', [1]));
      await Promise.resolve();
      for (let i = 0; i < 20; i++) await Promise.resolve();
      expect(write).toMatchObject({ isDone: true, error: undefined });
      expect(read(cache.get('cart')).values).toEqual([[1]]);
      for (let i = 0; i < 20; i++) {
        world.clock.advance(1000);
        await Promise.resolve();
      }
      expect(stored).toEqual([[1]]);
      expect(cache.cacheStats().pendingWrites).toBe(0);
    });

    it('changes nothing where nobody could store it', () => {
      const { page } = setUp();
      const { cache } = page();
      expect(read(cache.writeBehind('cart', 1)).error).toBeInstanceOf(NoCacheWriterError);
      expect(read(cache.get('cart')).values).toEqual([null]);
    });
  });

  it('loads before somebody needs it, and counts', () => {
    const { page } = setUp();
    const { cache } = page();
    read(cache.set('a', 1));
    const factory = (key: string) => (key === 'bad' ? throwError(() => new Error('no')) : of(key));
    expect(read(cache.prefetch(['a', 'b', 'b', 'bad'], factory)).values).toEqual([
      { loaded: 1, hit: 1, failed: 1 },
    ]);
    expect(read(cache.get('b')).values).toEqual(['b']);
  });

  it('watches a key, as a stream and as a signal', () => {
    const { page } = setUp();
    const { cache } = page();
    const seen: unknown[] = [];
    const watching = cache.watch('k').subscribe({
      next: (entry) => seen.push(entry?.value),
      error: (error: unknown) => seen.push(error),
    });
    const shown = cache.signal('k');
    read(cache.set('k', 1));
    expect(shown()?.value).toBe(1);
    read(cache.delete('k'));
    expect(seen).toEqual([undefined, 1, undefined]);
    expect(shown()).toBeUndefined();
    watching.unsubscribe();
  });

  it('says how it does, at once and then now and then while somebody looks', () => {
    const { page, world } = setUp();
    const { cache } = page();
    read(cache.set('k', 1));
    read(cache.get('k'));
    read(cache.get('x'));
    const stats = read(cache.cacheStats$);
    expect(stats.values).toMatchObject([
      { hits: 1, misses: 1, hitRatio: 0.5, size: 1, remote: 'up', pendingWrites: 0 },
    ]);
    world.clock.advance(10_000);
    expect(stats.values).toHaveLength(2);
    stats.leave();
    expect(world.clock.pending).toBe(0);
  });

  it('goes on with one level when the second is down, and says so', () => {
    const { page, world } = setUp();
    const { cache } = page();
    world.remote.fail('unreachable');
    for (const key of ['a', 'b', 'c']) read(cache.get(key, () => of(key)));
    expect(cache.cacheStats().remote).toBe('down');
    expect(read(cache.get('a', () => of('again'))).values).toEqual(['a']);
    expect(read(cache.set('d', 1))).toMatchObject({ isDone: true, error: undefined });
    expect(read(cache.get('d')).values).toEqual([1]);
  });

  it.each([
    ['get', (cache: DistributedCachingService) => cache.get('')],
    ['set', (cache: DistributedCachingService) => cache.set('', 1)],
    ['has', (cache: DistributedCachingService) => cache.has('x'.repeat(1025))],
    ['delete', (cache: DistributedCachingService) => cache.delete('')],
    ['watch', (cache: DistributedCachingService) => cache.watch('')],
    ['prefetch', (cache: DistributedCachingService) => cache.prefetch([''], () => of(1))],
    ['invalidateByTags', (cache: DistributedCachingService) => cache.invalidateByTags([''])],
  ])('refuses a key that is none as an error of the stream: %s', (_, act) => {
    const { page } = setUp();
    expect(read(act(page().cache)).error).toBeInstanceOf(CacheKeyError);
  });

  it('refuses options out of their range as an error of the stream', () => {
    const { page } = setUp();
    expect(read(page().cache.set('k', 1, { ttl: NaN })).error).toBeInstanceOf(InvalidOptionError);
  });

  it('ends what is under way with the application', () => {
    const { page, world } = setUp();
    const { cache, injector } = page();
    const load = read(cache.get('k', () => timer(1000, world.clock.scheduler)));
    const watching = read(cache.watch('k'));
    injector.destroy();
    expect(load.isDone).toBe(true);
    expect(watching.isDone).toBe(true);
    expect(world.clock.pending).toBe(0);
  });
});

describe('what is made of something else', () => {
  const chain = { b: { tags: ['orders'] }, c: { dependencies: ['b'] } };

  it.each([
    [
      'by a tag that it inherits',
      (cache: DistributedCachingService) => cache.invalidateByTags(['orders']),
    ],
    ['by a key', (cache: DistributedCachingService) => cache.delete('b')],
    ['by a new value', (cache: DistributedCachingService) => cache.set('b', 2, chain.b)],
  ])('is void with it in the second level and elsewhere too: %s', (_, act) => {
    const { page } = setUp();
    const [a, b] = [page(), page()];
    let n = 1;
    const list = ({ cache }: typeof a) =>
      read(cache.get('c', () => of(`c${n}`), chain.c)).values[0];
    read(a.cache.get('b', () => of(n), chain.b));
    expect([list(a), list(b)]).toEqual(['c1', 'c1']);
    n = 2;
    read(act(a.cache) as Observable<unknown>);
    expect([list(a), list(b)]).toEqual(['c2', 'c2']);
    a.injector.destroy();
    expect(list(page())).toBe('c2');
  });
});
