import { Injectable, inject, signal } from '@angular/core';
import { type CacheEntry, type CacheOptions, DistributedCachingService } from 'rx-mesh/caching';
import { CLOCK } from 'rx-mesh/kernel';
import {
  EMPTY,
  type Observable,
  catchError,
  concat,
  defer,
  forkJoin,
  ignoreElements,
  merge,
  tap,
} from 'rxjs';
import {
  GOODS,
  type Good,
  LIST_KEY,
  type PriceList,
  type Product,
  nameOfKey,
  productKey,
} from './goods';
import { KEPT, LIST_KEPT } from './kept';
import { ProductSource } from './product-source';
import { Session } from './session';

/** From where a value came: `ahead` is a load that nobody waited for, `written` what somebody here has written. */
export type Origin = 'page' | 'stale' | 'second' | 'loaded' | 'ahead' | 'written' | 'failed';

/** What became of the last read of a key. */
export interface ReadReport {
  readonly origin: Origin;
  /** How long it took, in milliseconds. */
  readonly took: number;
  /** Why there is no newer value; empty where nothing went wrong. */
  readonly trouble: string;
}

/** Products, and what is made from them, by way of the cache. */
@Injectable()
export class ShopCache {
  private readonly cache = inject(DistributedCachingService);
  private readonly source = inject(ProductSource);
  private readonly session = inject(Session);
  private readonly clock = inject(CLOCK);
  readonly #reports = signal<ReadonlyMap<string, ReadReport>>(new Map());
  readonly #fromSecond = signal(0);
  readonly #news = signal('');
  // How often the source has answered, and why it has refused the last time, by key.
  readonly #answers = new Map<string, number>();
  readonly #refusals = new Map<string, string>();

  /** What became of the last read of each key. */
  readonly reports = this.#reports.asReadonly();
  /** How many reads were answered by the second level. */
  readonly fromSecond = this.#fromSecond.asReadonly();
  /** What was made void last, in words. */
  readonly news = this.#news.asReadonly();

  /** Forgets what is of another user as soon as there is one. For as long as the application. */
  readonly working$: Observable<never> = defer(() =>
    this.session.user$.pipe(
      tap(() => {
        // Whatever looks at the cache empties it first when the user is another one.
        this.cache.keys();
        this.#reports.set(new Map());
        this.#news.set('');
      }),
      ignoreElements(),
    ),
  );

  /** What the page has of a product; it counts as no use. */
  product(sku: string): CacheEntry<Product> | undefined {
    return this.cache.entry<Product>(productKey(sku));
  }

  /** What the page has of the price list. */
  list(): CacheEntry<PriceList> | undefined {
    return this.cache.entry<PriceList>(LIST_KEY);
  }

  /** Emits when something changes in the page, and once for each key on subscribe. */
  changes(): Observable<unknown> {
    const keys = [...GOODS.map(({ sku }) => productKey(sku)), LIST_KEY];
    return merge(...keys.map((key) => this.cache.watch(key)));
  }

  /** Reads a product, from wherever it comes. Never fails: the reports tell. So with all reads. */
  read({ category, sku }: Good): Observable<unknown> {
    const kept = { ...KEPT, tags: [category] };
    return this.reading(productKey(sku), (user) => this.source.product(sku, user), kept);
  }

  /** Reads all products at once. */
  readAll(): Observable<unknown> {
    return forkJoin(GOODS.map((good) => this.read(good)));
  }

  /** Reads the price list. */
  readList(): Observable<unknown> {
    return this.reading(LIST_KEY, (user) => this.source.priceList(user), LIST_KEPT);
  }

  /** Makes a product void, and what was made from it. */
  drop({ name, sku }: Good): Observable<unknown> {
    return this.voiding(this.cache.delete(productKey(sku)), name);
  }

  /** Makes all products of a category void. */
  dropCategory(category: string): Observable<unknown> {
    return this.voiding(this.cache.invalidateByTags([category]), `Tag ${category}`);
  }

  /** Shows a price at once, and has it stored later. */
  reprice({ category, name, sku }: Good, price: number): Observable<unknown> {
    return defer(() => {
      const user = this.session.user();
      const key = productKey(sku);
      const product: Product = { sku, name, category, price, customer: user };
      const written: ReadReport = { origin: 'written', took: 0, trouble: '' };
      return concat(
        this.cache.writeBehind(key, product, { ...KEPT, tags: [category] }),
        defer(() => (this.report(key, written, user), EMPTY)),
      );
    });
  }

  /** Ends the session: nothing of it stays, in no level and no tab. */
  logOut(): Observable<unknown> {
    return concat(
      this.cache.logout(),
      defer(() => (this.session.logOut(), EMPTY)),
    );
  }

  private reading<T>(
    key: string,
    ask: (user: string | undefined) => Observable<T>,
    options: CacheOptions,
  ): Observable<T> {
    return defer(() => {
      const user = this.session.user();
      const began = this.clock.monotonic();
      const answers = this.answersOf(key);
      const before = this.cache.entry(key);
      let isAtOnce = true;
      this.#refusals.delete(key);
      const tell = (origin: Origin, trouble: string): void => {
        this.report(key, { origin, took: this.clock.monotonic() - began, trouble }, user);
      };
      const late = (trouble: string): Origin =>
        this.answersOf(key) > answers ? 'loaded' : trouble === '' ? 'second' : 'stale';
      const asked$ = this.cache
        .get(key, () => this.loading(key, ask(user), user), options)
        .pipe(
          tap(() => {
            const trouble = this.#refusals.get(key) ?? '';
            const now: Origin = before?.freshness === 'fresh' ? 'page' : 'stale';
            const origin = before && isAtOnce ? now : late(trouble);
            if (origin === 'second') this.#fromSecond.update((count) => count + 1);
            tell(origin, origin === 'loaded' ? '' : trouble);
          }),
          catchError((error: unknown) => {
            tell('failed', wordsOf(error));
            return EMPTY;
          }),
        );
      // What the page has is given while it is subscribed to.
      return merge(
        asked$,
        defer(() => ((isAtOnce = false), EMPTY)),
      );
    });
  }

  private loading<T>(key: string, asked$: Observable<T>, user: string | undefined): Observable<T> {
    return asked$.pipe(
      tap({
        next: () => {
          this.#answers.set(key, this.answersOf(key) + 1);
          // Whoever waits for it says so himself, right after.
          this.report(key, { origin: 'ahead', took: 0, trouble: '' }, user);
        },
        error: (error: unknown) => {
          const trouble = wordsOf(error);
          const report = this.#reports().get(key);
          this.#refusals.set(key, trouble);
          if (report) this.report(key, { ...report, trouble }, user);
        },
      }),
    );
  }

  // Says at once what is void: the second level is told afterwards.
  private voiding(void$: Observable<void>, what: string): Observable<unknown> {
    return defer(() => {
      const { invalidations } = this.cache.cacheStats();
      const before = this.cache.keys();
      const tell = (): void => {
        const after = new Set(this.cache.keys());
        const gone = before.filter((key) => !after.has(key)).map(nameOfKey);
        const steps = this.cache.cacheStats().invalidations - invalidations;
        const names = gone.length === 0 ? 'nothing that was here' : gone.join(', ');
        this.#news.set(`${what}: ${steps === 1 ? '1 step' : `${steps} steps`} made void ${names}.`);
      };
      return merge(
        void$,
        defer(() => (tell(), EMPTY)),
      );
    });
  }

  private answersOf(key: string): number {
    return this.#answers.get(key) ?? 0;
  }

  private report(key: string, report: ReadReport, user: string | undefined): void {
    if (user !== this.session.user()) return;
    this.#reports.update((reports) => new Map(reports).set(key, report));
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
