import { DestroyRef, Injectable, type Signal, inject } from '@angular/core';
import { CLOCK, DIAGNOSTICS, RANDOM, polling } from 'rx-mesh/kernel';
import { EMPTY, type Observable, concat, defer, ignoreElements, of } from 'rxjs';
import { WriteBehindQueue } from './behind/write-behind-queue';
import { CacheCore } from './cache-core';
import { CACHE, type CacheOptions } from './cache-options';
import type { CacheStatistics } from './cache-statistics';
import type { CacheEntry, CachedValue } from './cached-value';
import { CACHING } from './caching-options';
import { SECOND_LEVEL } from './second-level';
import type { LoadFactory } from './loading/load-context';
import type { PrefetchReport } from './loading/prefetch';
import { PageCache } from './page-cache';
import { CacheSync, type CacheSyncEvent } from './sync/cache-sync';

/**
 * A cache of two levels that is one with those of other tabs and services: the memory of the page, and what `REMOTE_CACHE` is, such
 * as Redis or IndexedDB. The second level slow or down never makes the first one worse.
 *
 * Everything is cold: nothing happens before somebody subscribes. Errors of what is given a key that is none are `CacheKeyError`s.
 *
 * @usageNotes
 * ```ts
 * const cache = inject(DistributedCachingService);
 * const order$ = cache.get(`order:${id}`, () => http.get<Order>(`/orders/${id}`), {
 *   ttl: 60_000,
 *   staleIfError: 3_600_000,
 *   tags: ['orders'],
 * });
 * cache.invalidateByTags(['orders']).subscribe();
 * ```
 */
@Injectable({ providedIn: 'root' })
export class DistributedCachingService {
  private readonly page = inject(PageCache);
  private readonly sync = inject(CacheSync);
  private readonly remote = inject(SECOND_LEVEL);
  private readonly behind = inject(WriteBehindQueue);
  private readonly clock = inject(CLOCK);
  private readonly core = new CacheCore({
    page: this.page,
    defaults: inject(CACHE.token),
    ports: { clock: this.clock, random: inject(RANDOM), diagnostics: inject(DIAGNOSTICS) },
    remote: this.remote,
    sync: this.sync,
  });

  /** How the cache does: at once, and then every `statsPeriod` as long as somebody is subscribed. */
  readonly cacheStats$: Observable<CacheStatistics> = polling(
    { period: inject(CACHING.token).statsPeriod, clock: this.clock },
    () => of(this.cacheStats()),
  );

  /** What the caches of other tabs and services tell, and when something of that may have been missed. */
  readonly cacheSyncEvents$: Observable<CacheSyncEvent> = defer(() => {
    this.sync.listen(this.core);
    return this.sync.events$;
  });

  constructor() {
    inject(DestroyRef).onDestroy(() => {
      this.core.destroy();
    });
  }

  /** The value of a key in any level, or `null` where there is none. A fresh one of the page is given in the call of `subscribe`. */
  get<T>(key: string): Observable<T | null>;
  /**
   * The value of a key: of the page, of the second level, or loaded by the factory, once however many ask. What is made void
   * while it is loaded is not kept. `null` and `undefined` are values. Errors are those of the factory, a
   * `CacheLoadTimeoutError` and a `CacheEmptyLoadError`; they are not kept.
   */
  get<T>(key: string, factory: LoadFactory<T>, options?: CacheOptions): Observable<T>;
  get<T>(key: string, factory?: LoadFactory<T>, options?: CacheOptions): Observable<T | null> {
    return this.core.get(key, factory, options);
  }

  /** Keeps a value in both levels, over what is there and over what loads under way bring, and tells the others. */
  set(key: string, value: unknown, options?: CacheOptions): Observable<void> {
    return this.core.set(key, value, options);
  }

  /** Whether there is a fresh value in any level. */
  has(key: string, options?: CacheOptions): Observable<boolean> {
    return this.core.has(key, options);
  }

  /** Makes a key void in all levels and for all others, and what depends on it. */
  delete(key: string): Observable<void> {
    return this.core.invalidate({ keys: [key] });
  }

  /** Drops everything of the user, in all levels and tabs. */
  clear(): Observable<void> {
    return this.core.logout();
  }

  /**
   * Drops everything of the user, in all levels and tabs, before somebody else may see it: of who is there, or of who was there
   * last, so that it does not matter which comes first, this or the end of his session. Writes that wait stay in the journal,
   * and are stored when the same user is back: look at `cacheStats().pendingWrites` before.
   */
  logout(): Observable<void> {
    return this.core.logout();
  }

  /** A key as it changes in the page: on subscribe, and after each change. `undefined` while there is none. Starts no load. */
  watch<T>(key: string): Observable<CachedValue<T> | undefined> {
    return this.core.watch<T>(key);
  }

  /** A key as a signal; `undefined` while there is no value. Starts no load. */
  signal<T>(key: string): Signal<CachedValue<T> | undefined> {
    return this.core.signal<T>(key);
  }

  /** What the page has of a key, to be looked at: it counts as no use. `undefined` where there is none. */
  entry<T>(key: string): CacheEntry<T> | undefined {
    return this.page.isOwn ? this.page.local.entry<T>(key) : undefined;
  }

  /** The keys that the page has, of the user who is there. */
  keys(): readonly string[] {
    return this.page.isOwn ? this.page.local.keys() : [];
  }

  /** The cache-aside pattern: a value that is there, else what the source gives, which is kept. Refreshed before its time is over. */
  cacheAside<T>(key: string, source: LoadFactory<T>, options?: CacheOptions): Observable<T> {
    return this.get(key, source, options);
  }

  /**
   * Writes to the source first, and keeps what that has made of it. Where the source fails, so does this, and the key is void:
   * nobody knows what the source has now.
   */
  writeThrough<T>(
    key: string,
    value: T,
    store: (value: T) => Observable<T>,
    options?: CacheOptions,
  ): Observable<T> {
    return this.core.writeThrough(key, value, store, options);
  }

  /**
   * Keeps a value, and has it stored later by the writer that was registered for its key; completes as soon as the journal has
   * it. Errors with a `NoCacheWriterError` or a `WriteQueueFullError`, and then nothing is changed.
   */
  writeBehind(key: string, value: unknown, options?: CacheOptions): Observable<void> {
    return defer(() => {
      const scope = this.page.enter();
      return concat(
        this.behind.enqueue(key, value),
        // Another user may be there by now.
        defer(() => (this.page.enter() === scope ? this.core.set(key, value, options) : EMPTY)),
      );
    }).pipe(ignoreElements());
  }

  /** Loads keys before somebody needs them, three at a time. One that fails does not stop the others; the report counts them. */
  prefetch<T>(
    keys: readonly string[],
    factory: (key: string) => Observable<T>,
    options?: CacheOptions,
  ): Observable<PrefetchReport> {
    return this.core.prefetch(keys, ({ key }) => factory(key), options);
  }

  /** Makes void whatever carries one of the tags, in all levels and for all. One increment a tag, however many carry it. */
  invalidateByTags(tags: readonly string[]): Observable<void> {
    return this.core.invalidate({ tags });
  }

  /** Makes void whatever was made from one of these, directly or not, in all levels and for all. */
  invalidateByDependencies(dependencies: readonly string[]): Observable<void> {
    return this.core.invalidate({ dependencies });
  }

  /** How the cache does now. */
  cacheStats(): CacheStatistics {
    const { statistics } = this.page.local;
    const { hits, staleHits, misses } = statistics;
    const reads = hits + staleHits + misses;
    return {
      ...statistics,
      timestamp: new Date(this.clock.now()),
      hitRatio: reads === 0 ? 0 : hits / reads,
      remote: this.remote?.state ?? 'none',
      pendingWrites: this.behind.pending(),
    };
  }
}
