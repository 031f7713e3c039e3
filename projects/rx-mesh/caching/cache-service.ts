import { DestroyRef, Injectable, type Signal, inject } from '@angular/core';
import { CLOCK, DIAGNOSTICS, RANDOM } from 'rx-mesh/kernel';
import type { Observable } from 'rxjs';
import { CacheCore } from './cache-core';
import { CACHE, type CacheOptions } from './cache-options';
import type { CachedValue } from './cached-value';
import type { LoadFactory } from './loading/load-context';
import { PageCache } from './page-cache';

/**
 * A cache in the memory of the page: the small face of caching, for those who do not care how many levels there are. With
 * `withCaching()` it is `DistributedCachingService`, so that whoever uses it has the second level and the other tabs too.
 *
 * Everything is cold: nothing happens before somebody subscribes.
 *
 * @usageNotes
 * ```ts
 * const user$ = inject(CacheService).get(`user:${id}`, () => http.get<User>(`/users/${id}`), { ttl: 60_000 });
 * ```
 */
@Injectable({ providedIn: 'root' })
export class CacheService {
  private readonly core = new CacheCore({
    page: inject(PageCache),
    defaults: inject(CACHE.token),
    ports: { clock: inject(CLOCK), random: inject(RANDOM), diagnostics: inject(DIAGNOSTICS) },
  });

  constructor() {
    inject(DestroyRef).onDestroy(() => {
      this.core.destroy();
    });
  }

  /** The value of a key, or `null` where there is none. A fresh one is given in the call of `subscribe`. */
  get<T>(key: string): Observable<T | null>;
  /**
   * The value of a key, loaded by the factory where there is no fresh one: once, however many ask. `null` and `undefined` are
   * values. Errors are those of the factory, a `CacheLoadTimeoutError` and a `CacheEmptyLoadError`; they are not kept.
   */
  get<T>(key: string, factory: LoadFactory<T>, options?: CacheOptions): Observable<T>;
  get<T>(key: string, factory?: LoadFactory<T>, options?: CacheOptions): Observable<T | null> {
    return this.core.get(key, factory, options);
  }

  /** Keeps a value, over what is there and over what loads under way bring. */
  set(key: string, value: unknown, options?: CacheOptions): Observable<void> {
    return this.core.set(key, value, options);
  }

  /** Whether there is a fresh value. */
  has(key: string): Observable<boolean> {
    return this.core.has(key);
  }

  /** Makes a key void, and what depends on it. */
  delete(key: string): Observable<void> {
    return this.core.invalidate({ keys: [key] });
  }

  /** Makes void whatever carries one of the tags. */
  invalidateByTags(tags: readonly string[]): Observable<void> {
    return this.core.invalidate({ tags });
  }

  /** Drops everything. */
  clear(): Observable<void> {
    return this.core.logout();
  }

  /** A key as it changes: on subscribe, and after each change. `undefined` while there is none. Starts no load. */
  watch<T>(key: string): Observable<CachedValue<T> | undefined> {
    return this.core.watch<T>(key);
  }

  /** A key as a signal; `undefined` while there is no value. Starts no load. */
  signal<T>(key: string): Signal<CachedValue<T> | undefined> {
    return this.core.signal<T>(key);
  }
}
