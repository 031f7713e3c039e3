import { Injectable, computed, inject, signal } from '@angular/core';
import { WriteBehindQueue } from 'rx-mesh/caching';
import { tap } from 'rxjs';
import { type Good } from './goods';
import { type AgreedPrice, ProductSource } from './product-source';
import { Session, nameOfUser } from './session';

/** A price that was changed here, and by whom. */
export interface PriceChange {
  readonly id: number;
  readonly sku: string;
  readonly name: string;
  readonly price: number;
  readonly customer: string | undefined;
  readonly stored: boolean;
}

const MOST = 10;
/** For how long a change waits for others to come along. */
const TOGETHER = 1500; // milliseconds

/** Prices that are changed in the cache, and stored at the source later. */
@Injectable()
export class PriceDesk {
  private readonly queue = inject(WriteBehindQueue);
  private readonly source = inject(ProductSource);
  private readonly session = inject(Session);
  readonly #changes = signal<readonly PriceChange[]>([]);

  /** How many keys wait to be stored, also those of before a reload. */
  readonly waiting = this.queue.pending;
  /** What was changed in this page by the user who is there, the newest first. */
  readonly changes = computed(() =>
    this.#changes()
      .filter(({ customer }) => customer === this.session.user())
      .map((change) => ({ ...change, who: nameOfUser(change.customer) })),
  );

  /** Takes what is to be stored. @returns what ends that. */
  start(): () => void {
    return this.queue.registerWriter({
      name: 'prices',
      every: TOGETHER,
      matches: (key) => key.startsWith('["product"'),
      store: (writes) => {
        const prices = writes.map(({ value }) => agreedOf(value as AgreedPrice));
        return this.source.agree(prices).pipe(tap(() => this.stored(prices)));
      },
    });
  }

  /** Notes that a price is about to be stored. */
  note({ name, sku }: Good, price: number): void {
    const customer = this.session.user();
    this.#changes.update((changes) =>
      [
        { id: (changes[0]?.id ?? 0) + 1, sku, name, price, customer, stored: false },
        // One that waits is not stored any more: only the last one of a key is.
        ...changes.filter((one) => one.stored || one.sku !== sku || one.customer !== customer),
      ].slice(0, MOST),
    );
  }

  private stored(prices: readonly AgreedPrice[]): void {
    const isStored = ({ customer, price, sku }: PriceChange): boolean =>
      prices.some((one) => one.sku === sku && one.customer === customer && one.price === price);
    this.#changes.update((changes) =>
      changes.map((one) => (isStored(one) ? { ...one, stored: true } : one)),
    );
  }
}

// A product is one, where there is a customer; nobody else may change a price.
function agreedOf({ customer, price, sku }: AgreedPrice): AgreedPrice {
  return { customer, sku, price };
}
