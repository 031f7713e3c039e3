import { Injectable, inject, signal } from '@angular/core';
import { CLOCK } from 'rx-mesh/kernel';
import { type Observable, defer, map, timer } from 'rxjs';
import { StoredState } from '../cqrs/stored-state';
import { ServiceRefusal } from '../sagas/shop-services';
import { GOODS, type PriceList, type Product } from './goods';

/** A price that was agreed with a customer. */
export interface AgreedPrice {
  readonly customer: string;
  readonly sku: string;
  /** In euros. */
  readonly price: number;
}

/** How long the source takes, in milliseconds. */
export const LATENCIES = [400, 1500, 3000] as const;

const KEY = 'rx-mesh-demo.agreed-prices';
/** Bert buys a lot: he pays less from the start. */
const DISCOUNTS: ReadonlyMap<string, number> = new Map([['bert', 0.9]]);

/**
 * The service that knows products and prices: a mock that takes its time. It outlives the page, so what was agreed is kept, and
 * all tabs see the same.
 */
@Injectable({ providedIn: 'root' })
export class ProductSource {
  private readonly clock = inject(CLOCK);
  private readonly notes = new StoredState<readonly AgreedPrice[]>(KEY, readPrices);
  readonly #calls = signal(0);

  /** How long it takes, in milliseconds. */
  readonly latency = signal<number>(LATENCIES[0]);
  /** Whether it refuses all that this page asks. */
  readonly down = signal(false);
  /** How often this page has asked it for something. */
  readonly calls = this.#calls.asReadonly();
  /** The prices that were stored, in the order in which they came first. */
  readonly agreed = this.notes.value;
  /** Looks at what other tabs store, while it is subscribed. */
  readonly following$ = this.notes.following$;

  /** A product, with the price for a customer. It is asked on subscribe, as by all that follow. */
  product(sku: string, customer: string | undefined): Observable<Product> {
    return this.asked(() => {
      const good = GOODS.find((one) => one.sku === sku);
      if (!good) throw new ServiceRefusal(`There is no product ${sku}.`, 404);
      return { ...good, price: this.priceOf(sku, customer), customer };
    });
  }

  /** What all products cost a customer. */
  priceList(customer: string | undefined): Observable<PriceList> {
    return this.asked(() => ({
      count: GOODS.length,
      total: GOODS.reduce((sum, { sku }) => sum + this.priceOf(sku, customer), 0),
    }));
  }

  /** What sells best: a report that takes its time. */
  bestSellers(): Observable<readonly string[]> {
    return this.asked(() => GOODS.slice(0, 3).map(({ name }) => name));
  }

  /** Notes prices, each over that of before. */
  agree(prices: readonly AgreedPrice[]): Observable<readonly AgreedPrice[]> {
    return this.answer(() => {
      this.notes.update((before) => [
        ...before.filter((one) => !prices.some((price) => isSame(one, price))),
        ...prices,
      ]);
      return prices;
    });
  }

  private priceOf(sku: string, customer: string | undefined): number {
    const agreed = this.agreed().find((one) => one.sku === sku && one.customer === customer);
    if (agreed) return agreed.price;
    const { price = 0 } = GOODS.find((one) => one.sku === sku) ?? {};
    return Math.round(price * (DISCOUNTS.get(customer ?? '') ?? 1));
  }

  private asked<T>(answer: () => T): Observable<T> {
    return defer(() => {
      this.#calls.update((calls) => calls + 1);
      return this.answer(answer);
    });
  }

  private answer<T>(answer: () => T): Observable<T> {
    return defer(() =>
      timer(this.latency(), this.clock.scheduler).pipe(
        map(() => {
          if (this.down()) throw new ServiceRefusal('The source is down.', 503);
          return answer();
        }),
      ),
    );
  }
}

function isSame(a: AgreedPrice, b: AgreedPrice): boolean {
  return a.sku === b.sku && a.customer === b.customer;
}

function readPrices(found: unknown): readonly AgreedPrice[] {
  if (!Array.isArray(found)) return [];
  return found.filter((one: unknown): one is AgreedPrice => {
    const { customer, price, sku } = Object(one) as Record<keyof AgreedPrice, unknown>;
    return typeof customer === 'string' && typeof sku === 'string' && typeof price === 'number';
  });
}
