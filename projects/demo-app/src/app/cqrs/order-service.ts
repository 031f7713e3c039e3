import { Injectable, inject } from '@angular/core';
import { CLOCK } from 'rx-mesh/kernel';
import { type Observable, defer, map, timer } from 'rxjs';
import { ServiceRefusal } from '../sagas/shop-services';
import { ShopConditions } from './conditions';
import { type OrderedBy, SOLD_OUT, readOrder } from './order-commands';
import { StoredState } from './stored-state';

/** What the order service has written down of one command. */
export interface Arrival extends OrderedBy {
  /** How often it was sent. */
  readonly asked: number;
  /** How often the order was accepted: never more than once. */
  readonly accepted: number;
  /** Which accepted order it was, 1 for the first; 0 when it was not accepted. */
  readonly place: number;
}

const KEY = 'rx-mesh-demo.arrivals';
const MOST = 100;
const WAIT = 400; // milliseconds

/**
 * The service that takes orders: a mock that takes its time, and accepts each command once. It outlives the page that sends
 * to it, so its notes are kept, and all tabs see the same ones.
 */
@Injectable({ providedIn: 'root' })
export class OrderService {
  private readonly clock = inject(CLOCK);
  private readonly conditions = inject(ShopConditions).now;
  private readonly notes = new StoredState<readonly Arrival[]>(KEY, readArrivals);

  /** Its notes, in the order in which commands came first. */
  readonly arrivals = this.notes.value;
  readonly following$ = this.notes.following$;

  /**
   * Takes an order, and emits which one it is. It is sent on subscribe. Fails with a status when the service is down, when
   * its answer is lost, and when the item is sold out.
   */
  accept(order: OrderedBy): Observable<number> {
    return defer(() => {
      const { mood, restocked } = this.conditions();
      return timer(WAIT, this.clock.scheduler).pipe(
        map(() => {
          if (mood === 'down') throw new ServiceRefusal('The order service is down.', 503);
          const isSoldOut = order.item === SOLD_OUT && !restocked;
          return this.note(order, isSoldOut);
        }),
        map(({ accepted, asked, place }) => {
          if (accepted === 0) throw new ServiceRefusal(`${order.item} is sold out.`, 422);
          if (mood === 'forgetful' && asked === 1)
            throw new ServiceRefusal('The answer of the order service was lost.', 504);
          return place;
        }),
      );
    });
  }

  private note(order: OrderedBy, isSoldOut: boolean): Arrival {
    const { amount, customer, id, item, order: name } = order;
    let noted: Arrival = {
      id,
      order: name,
      customer,
      item,
      amount,
      asked: 1,
      accepted: 0,
      place: 0,
    };
    this.notes.update((arrivals) => {
      const before = arrivals.find((one) => one.id === id);
      if (before) noted = { ...before, asked: before.asked + 1 };
      if (noted.accepted === 0 && !isSoldOut) {
        const last = arrivals.reduce((most, { place }) => Math.max(most, place), 0);
        noted = { ...noted, accepted: 1, place: last + 1 };
      }
      return before
        ? arrivals.map((one) => (one.id === id ? noted : one))
        : [...arrivals, noted].slice(-MOST);
    });
    return noted;
  }
}

function readArrivals(found: unknown): readonly Arrival[] {
  if (!Array.isArray(found)) return [];
  return found.flatMap((one: unknown) => {
    const order = readOrder(one);
    const { accepted, asked, id, place } = Object(one) as Record<keyof Arrival, unknown>;
    const isWhole =
      typeof id === 'string' &&
      typeof asked === 'number' &&
      typeof accepted === 'number' &&
      typeof place === 'number';
    return order && isWhole ? [{ ...order, id, asked, accepted, place }] : [];
  });
}
