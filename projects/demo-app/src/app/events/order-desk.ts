import { Injectable, inject, signal } from '@angular/core';
import {
  type AppendResult,
  type EventEnvelope,
  EventStoreService,
  isWrongExpectedVersionError,
} from 'rx-mesh/event-sourcing';
import { ID_GENERATOR, RANDOM } from 'rx-mesh/kernel';
import { EMPTY, type Observable, catchError, from, concatMap, map, toArray } from 'rxjs';
import { ITEMS, MOVES, ORDERS, type Order, type OrderMove } from './order-events';

/** What is done to orders: each of it is one append. */
@Injectable({ providedIn: 'root' })
export class OrderDesk {
  private readonly store = inject(EventStoreService);
  private readonly ids = inject(ID_GENERATOR);
  private readonly random = inject(RANDOM);
  readonly #trouble = signal('');

  /** Why the last append did not happen; empty when it did. */
  readonly trouble = this.#trouble.asReadonly();

  /** Places orders of this and that, some of which have got further already. */
  place(count: number): Observable<unknown> {
    return this.said(
      from(Array.from({ length: count }, () => this.story(count > 1))).pipe(
        concatMap(({ events, stream }) =>
          this.store.appendToStream(stream, events, { expected: 'no-stream' }),
        ),
        toArray(),
      ),
    );
  }

  /**
   * Lets something happen to an order, if it still stands as the page shows it: another tab may have been faster.
   *
   * @param last The last event of the order: what led to this one.
   */
  move(order: Order, { type }: OrderMove, last: EventEnvelope | undefined): Observable<unknown> {
    const options = { expected: order.version, causedBy: last };
    return this.said(this.store.appendToStream(`${ORDERS}-${order.id}`, { type }, options));
  }

  private story(goesOn: boolean) {
    const { item, amount } = this.pick(ITEMS) ?? { item: 'Notebook', amount: 12 };
    const events: { type: string; data?: unknown }[] = [
      { type: 'OrderPlaced', data: { item, amount } },
    ];
    const [paid, shipped, delivered] = MOVES;
    for (const move of goesOn ? [paid, shipped, delivered] : []) {
      if (!move || this.random.next() < 0.35) break;
      events.push({ type: move.type });
    }
    return { stream: `${ORDERS}-${this.ids.uuid().slice(-8)}`, events };
  }

  private pick<T>(list: readonly T[]): T | undefined {
    return list[Math.floor(this.random.next() * list.length)];
  }

  private said<T extends AppendResult | readonly AppendResult[]>(
    work$: Observable<T>,
  ): Observable<T> {
    this.#trouble.set('');
    return work$.pipe(
      map((result) => {
        this.#trouble.set('');
        return result;
      }),
      catchError((error: unknown) => {
        this.#trouble.set(reasonOf(error));
        return EMPTY;
      }),
    );
  }
}

function reasonOf(error: unknown): string {
  if (isWrongExpectedVersionError(error)) {
    return 'Somebody else was faster: the order has got further. Look again, and decide anew.';
  }
  return error instanceof Error ? error.message : String(error);
}
