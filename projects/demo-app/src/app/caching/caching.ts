import { Component, computed, inject, signal } from '@angular/core';
import { takeUntilDestroyed, toSignal } from '@angular/core/rxjs-interop';
import { MatButton } from '@angular/material/button';
import { MatButtonToggle, MatButtonToggleGroup } from '@angular/material/button-toggle';
import { MatFormField, MatLabel } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { MatSlideToggle } from '@angular/material/slide-toggle';
import { DistributedCachingService } from 'rx-mesh/caching';
import { CLOCK } from 'rx-mesh/kernel';
import {
  EMPTY,
  type Observable,
  Subject,
  catchError,
  concat,
  defer,
  map,
  merge,
  mergeMap,
} from 'rxjs';
import { formatDuration, formatEuros } from '../ui/format';
import { Icon } from '../ui/icon';
import { ToneBadge, type ToneLook } from '../ui/tone-badge';
import { CacheLevels } from './cache-levels';
import { keyLook, rowOf } from './caching-view';
import { CATEGORIES, GOODS, type Good, LIST_KEY, productKey } from './goods';
import { moments } from './moments';
import { PriceDesk } from './price-desk';
import { LATENCIES, ProductSource } from './product-source';
import { Session, USERS, nameOfUser } from './session';
import { ShopCache } from './shop-cache';
import { Stampede } from './stampede';
import { SyncFeed } from './sync-feed';
import { TtlBar } from './ttl-bar';

const WAITS: ToneLook = { tone: 'warn', icon: 'clock', text: 'Waits' };
const STORED: ToneLook = { tone: 'good', icon: 'check', text: 'Stored' };

/** A cache of two levels: where values come from, how long they last, what makes them void, and who hears of it. */
@Component({
  selector: 'app-caching',
  imports: [
    CacheLevels,
    Icon,
    MatButton,
    MatButtonToggle,
    MatButtonToggleGroup,
    MatFormField,
    MatInput,
    MatLabel,
    MatSlideToggle,
    ToneBadge,
    TtlBar,
  ],
  templateUrl: './caching.html',
  styleUrl: './caching.scss',
})
export class Caching {
  private readonly shop = inject(ShopCache);
  private readonly cache = inject(DistributedCachingService);
  private readonly clock = inject(CLOCK);
  private readonly session = inject(Session);
  readonly #wishes = new Subject<Observable<unknown>>();
  readonly #trouble = signal('');
  // Looked at from outside of templates: to look at the cache may change it.
  readonly #seen = toSignal(
    merge(moments(), this.shop.changes(), this.session.user$).pipe(map(() => this.look())),
    { requireSync: true },
  );

  protected readonly source = inject(ProductSource);
  protected readonly desk = inject(PriceDesk);
  protected readonly stampede = inject(Stampede);
  protected readonly heard = inject(SyncFeed).heard;
  protected readonly users = USERS;
  protected readonly goods = GOODS;
  protected readonly categories = CATEGORIES;
  protected readonly latencies = LATENCIES;
  protected readonly formatDuration = formatDuration;
  protected readonly formatEuros = formatEuros;
  protected readonly news = this.shop.news;
  protected readonly trouble = this.#trouble.asReadonly();
  protected readonly user = this.session.user;
  protected readonly who = computed(() => nameOfUser(this.user()));
  protected readonly chosen = signal<Good>(GOODS[0]);
  protected readonly stats = computed(() => this.#seen().stats);
  protected readonly rows = computed(() => {
    const { now, products } = this.#seen();
    const reports = this.shop.reports();
    return GOODS.map((good, at) =>
      rowOf(good, products[at], reports.get(productKey(good.sku)), now),
    );
  });
  protected readonly list = computed(() => {
    const { list, now } = this.#seen();
    return { value: list?.value, ...keyLook(list, this.shop.reports().get(LIST_KEY), now) };
  });
  protected readonly held = computed(() => this.#seen().products.filter(Boolean).length);
  protected readonly price = computed(
    () => this.rows().find(({ good }) => good === this.chosen())?.price ?? this.chosen().price,
  );
  protected readonly changes = computed(() =>
    this.desk.changes().map((change) => ({ ...change, look: change.stored ? STORED : WAITS })),
  );
  protected readonly fromSecond = this.shop.fromSecond;

  constructor() {
    this.#wishes
      .pipe(
        mergeMap((wish$) => wish$.pipe(catchError((error: unknown) => this.tell(error)))),
        takeUntilDestroyed(),
      )
      .subscribe();
    if (this.user() !== undefined) this.readAll();
  }

  protected logIn(id: string): void {
    this.session.logIn(id);
  }

  protected logOut(): void {
    this.wish(this.shop.logOut());
  }

  protected read(good: Good): void {
    this.wish(this.shop.read(good));
  }

  protected readAll(): void {
    this.wish(this.shop.readAll());
  }

  protected readList(): void {
    this.wish(this.shop.readList());
  }

  protected drop(good: Good): void {
    this.wish(this.shop.drop(good));
  }

  protected dropCategory(category: string): void {
    this.wish(this.shop.dropCategory(category));
  }

  protected rush(): void {
    this.wish(this.stampede.run());
  }

  protected choose(sku: string): void {
    this.chosen.set(GOODS.find((good) => good.sku === sku) ?? GOODS[0]);
  }

  protected reprice(text: string): void {
    const price = Math.round(Number(text));
    if (!(price > 0 && price < 100_000)) {
      this.#trouble.set('A price is a number of euros, from 1 to 99999.');
      return;
    }
    const good = this.chosen();
    const note$ = defer(() => (this.desk.note(good, price), EMPTY));
    this.wish(concat(this.shop.reprice(good, price), note$));
  }

  protected setLatency(text: string): void {
    this.source.latency.set(LATENCIES.find((ms) => String(ms) === text) ?? LATENCIES[0]);
  }

  private wish(wish$: Observable<unknown>): void {
    this.#trouble.set('');
    this.#wishes.next(wish$);
  }

  private tell(error: unknown): Observable<never> {
    this.#trouble.set(error instanceof Error ? error.message : String(error));
    return EMPTY;
  }

  private look() {
    return {
      now: this.clock.now(),
      products: GOODS.map(({ sku }) => this.shop.product(sku)),
      list: this.shop.list(),
      stats: this.cache.cacheStats(),
    };
  }
}
