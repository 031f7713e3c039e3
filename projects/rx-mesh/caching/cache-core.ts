import { type Signal, computed } from '@angular/core';
import {
  EMPTY,
  Observable,
  Subject,
  Subscription,
  catchError,
  defer,
  forkJoin,
  map,
  mergeMap,
  of,
  take,
} from 'rxjs';
import { checkedKey } from './cache-key';
import { CACHE, type CacheOptionValues, type CacheOptions } from './cache-options';
import type { CachedValue } from './cached-value';
import type { LoadFactory } from './loading/load-context';
import { keepFound } from './loading/keep-found';
import { type PrefetchReport, prefetch } from './loading/prefetch';
import { ReadThrough, type ReadThroughPorts } from './loading/read-through';
import type { LocalCache } from './local/local-cache';
import type { PageCache } from './page-cache';
import type { CacheVoid, SecondLevel } from './remote-level';
import type { CacheSync } from './sync/cache-sync';
import type { SyncMessage } from './sync/sync-message';
import { WriteThrough } from './write-through';

/** What a {@link CacheCore} stands on. */
export interface CacheParts {
  readonly page: PageCache;
  readonly defaults: CacheOptionValues;
  readonly ports: ReadThroughPorts;
  readonly remote?: SecondLevel | undefined;
  readonly sync?: CacheSync | undefined;
}

/**
 * A cache of one or two levels: the order in which its parts are asked and told. What is made void is so here first, then in the
 * second level, and then others hear of it: who loads anew because he was told so must not find the value of before there.
 */
export class CacheCore {
  readonly #parts: CacheParts;
  readonly #local: LocalCache;
  readonly #reader: ReadThrough;
  readonly #open = new Subscription();
  readonly #through: WriteThrough;

  constructor(parts: CacheParts) {
    this.#parts = parts;
    this.#local = parts.page.local;
    this.#through = new WriteThrough(parts.page);
    this.#reader = new ReadThrough(this.#local, parts.remote, parts.ports);
  }

  /** A value; without a factory `null` where there is none. */
  get<T>(key: string, factory?: LoadFactory<T>, options?: CacheOptions): Observable<T | null> {
    return defer((): Observable<T | null> => {
      const values = this.#enter(key, options);
      return factory ? this.#reader.load(key, factory, values) : this.#find<T>(key, values);
    });
  }

  /** Keeps a value in all levels. It goes on when the caller leaves: others must hear of it. */
  set(key: string, value: unknown, options?: CacheOptions): Observable<void> {
    return defer(() => {
      const values = this.#enter(key, options);
      const gone = this.#local.dependents(key);
      this.#local.store(key, value, values, 'set');
      const what = { keys: [key, ...gone] };
      const { remote } = this.#parts;
      if (!remote) return this.#finish(what, of(true));
      // What is not kept there is void there all the same.
      const isKept = remote.keeps(values);
      const kept$ = isKept
        ? remote.store(key, value, this.#local.tied(key, values), 'set')
        : of(true);
      const gone$ =
        isKept && gone.length === 0 ? of(true) : remote.invalidate(isKept ? { keys: gone } : what);
      return this.#finish(what, forkJoin([kept$, gone$]).pipe(map(([a, b]) => a && b)));
    });
  }

  /** Whether there is a fresh value. */
  has(key: string, options?: CacheOptions): Observable<boolean> {
    return defer(() => {
      const values = this.#enter(key, options);
      if (this.#local.entry(key)?.freshness === 'fresh') return of(true);
      const { remote } = this.#parts;
      return remote?.keeps(values)
        ? remote.lookup(key, this.#local.tied(key, values)).pipe(
            take(1),
            map(({ found }) => found !== undefined && found.age < found.ttl),
          )
        : of(false);
    });
  }

  /** Makes keys, tags, dependencies or everything void in all levels, for all. It goes on when the caller leaves. */
  invalidate(what: CacheVoid): Observable<void> {
    return defer(() => {
      const scope = this.#parts.page.enter();
      const gone = this.#forget(what);
      // What depends on them is known here only where it was loaded here.
      const keys = [...new Set([...(what.keys ?? []), ...gone])];
      const all = { ...what, ...(keys.length > 0 && { keys }) };
      return this.#finish(
        all,
        this.#parts.remote?.invalidate(all) ?? of(true),
        what.all === true ? scope : undefined,
      );
    });
  }

  /** Drops everything of the user who is there, or has just left, in all levels and for all. */
  logout(): Observable<void> {
    return defer(() => {
      const { page, remote } = this.#parts;
      const scope = page.lastScope;
      page.enter();
      this.#local.clear();
      const done$ = new Observable<boolean>((out) =>
        page.as(scope, () => (remote?.invalidate({ all: true }) ?? of(true)).subscribe(out)),
      );
      return this.#finish({ all: true }, done$, scope);
    });
  }

  /** Stores a value at its source first, and keeps what that made of it. */
  writeThrough<T>(
    key: string,
    value: T,
    store: (value: T) => Observable<T>,
    options?: CacheOptions,
  ): Observable<T> {
    return defer(() => {
      this.#enter(key, options);
      return this.#through.write(key, () => store(value), {
        keep: (stored) => this.set(key, stored, options),
        drop: () => this.#aside(this.invalidate({ keys: [key] })),
      });
    });
  }

  /** Loads keys before somebody needs them. */
  prefetch<T>(
    keys: readonly string[],
    factory: LoadFactory<T>,
    options?: CacheOptions,
    concurrency?: number,
  ): Observable<PrefetchReport> {
    return defer(() => {
      this.#begin();
      keys.forEach(checkedKey);
      const values = CACHE.resolve(options, this.#parts.defaults);
      return prefetch(this.#reader, keys, factory, values, concurrency);
    });
  }

  /** A key as it changes in the first level. */
  watch<T>(key: string): Observable<CachedValue<T> | undefined> {
    return defer(() => {
      this.#enter(key);
      this.#parts.page.follow();
      return this.#local.watch<T>(key);
    });
  }

  /** A key as a signal. */
  signal<T>(key: string): Signal<CachedValue<T> | undefined> {
    const { page } = this.#parts;
    const shown = this.#local.signal<T>(checkedKey(key));
    return computed(() => (page.isOwn ? shown() : undefined));
  }

  /** Ends what is under way. */
  destroy(): void {
    this.#open.unsubscribe();
    this.#reader.destroy();
  }

  /** Others have made something void. */
  told({ what, scope, settled }: SyncMessage): void {
    const { page, remote } = this.#parts;
    // Not his own: of another user, or of nobody.
    if (page.enter() !== scope && what.all === true) return;
    this.#forget(what);
    // He could not reach the second level; perhaps this page can.
    if (!settled && remote) this.#aside(remote.invalidate(what));
  }

  /** Something may have been missed. */
  missed(): void {
    this.#local.expireAll();
  }

  // Nobody waits for it, and it tells diagnostics itself.
  #aside(work: Observable<unknown>): void {
    this.#open.add(work.pipe(catchError(() => EMPTY)).subscribe());
  }

  #begin(): void {
    this.#parts.page.enter();
    this.#parts.sync?.listen(this);
  }

  #enter(key: string, options?: CacheOptions): CacheOptionValues {
    this.#begin();
    checkedKey(key);
    return options ? CACHE.resolve(options, this.#parts.defaults) : this.#parts.defaults;
  }

  #find<T>(key: string, options: CacheOptionValues): Observable<T | null> {
    const { remote, ports } = this.#parts;
    const known = this.#local.lookup<T>(key);
    if (known && ports.clock.monotonic() < known.staleAt) return of(known.value);
    if (!remote?.keeps(options)) return of(null);
    const capture = this.#local.capture(key, options);
    return remote.lookup(key, this.#local.tied(key, options)).pipe(
      take(1),
      map(({ found }) => {
        if (!found || found.age >= found.ttl) return null;
        const isKept = keepFound(this.#local, found, { key, options, capture }, ports.diagnostics);
        return isKept === undefined ? null : (found.value as T);
      }),
    );
  }

  // Tells the others when the second level knows. The caller looks on; he may leave.
  #finish(what: CacheVoid, done$: Observable<boolean>, scope?: string): Observable<never> {
    if (this.#open.closed) return EMPTY;
    const end$ = new Subject<never>();
    const { sync } = this.#parts;
    this.#open.add(
      done$.pipe(mergeMap((isDone) => sync?.tell(what, scope, isDone) ?? EMPTY)).subscribe(end$),
    );
    return end$;
  }

  #forget({ keys = [], tags = [], dependencies = [], all }: CacheVoid): readonly string[] {
    if (all === true) this.#local.clear();
    const gone = keys.flatMap((key) => this.#local.delete(key));
    this.#local.invalidateTags(tags);
    return [...gone, ...this.#local.invalidateDependencies(dependencies)];
  }
}
