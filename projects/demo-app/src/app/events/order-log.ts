import { Injectable, computed, inject, signal } from '@angular/core';
import { type EventEnvelope, type EventFeedItem, EventStoreService } from 'rx-mesh/event-sourcing';
import { type Observable, defer, ignoreElements, tap } from 'rxjs';
import { ORDERS, type Order, orderAfter } from './order-events';
import { Timeline } from './timeline';

/** Which events a list shows. */
export type EventKind = 'orders' | 'sagas' | 'all';

/** How much of the log is known: `full` when there are more events than a page can hold. */
export type OrderLogState = 'reading' | 'live' | 'behind' | 'full';

const MOST_EVENTS = 50_000;
const MOST_OTHERS = 200;

type Orders = Map<string, Order>;

const newTimeline = () =>
  new Timeline<Orders>({
    initial: () => new Map(),
    apply: (orders, event) => {
      const order = orderAfter(orders.get(event.aggregateId), event);
      if (order) orders.set(order.id, order);
    },
    copy: (orders) => new Map(orders),
  });

/** The events of the log as this page knows them: read once, then followed. What was is looked up in memory. */
@Injectable({ providedIn: 'root' })
export class OrderLog {
  private readonly store = inject(EventStoreService);
  readonly #state = signal<OrderLogState>('reading');
  // The arrays grow in place; this says that they have.
  readonly #read = signal(0);
  #timeline = newTimeline();
  #others: readonly EventEnvelope[] = [];
  readonly #lasts = new Map<string, EventEnvelope>();
  #after = 0;

  /** How much of the log is known. */
  readonly state = this.#state.asReadonly();
  /** How many events of orders are known. */
  readonly count = computed(() => (this.#read() >= 0 ? this.#timeline.length : 0));

  /** Reads and follows the log while it is subscribed, from where it was left. */
  readonly following$: Observable<never> = defer(() => {
    if (this.#state() !== 'full') this.#state.set('reading');
    return this.store.subscribeToAll({ after: this.#after });
  }).pipe(
    tap((item) => this.take(item)),
    ignoreElements(),
  );

  /** The orders as they were after so many events of orders, by id, the newest one first. */
  ordersAt(count: number): readonly Order[] {
    this.#read();
    return [...this.#timeline.stateAt(count).values()].reverse();
  }

  /** The `count`-th event of orders. */
  event(count: number): EventEnvelope | undefined {
    this.#read();
    return this.#timeline.event(count);
  }

  /** The last event of an order. */
  lastOf(id: string): EventEnvelope | undefined {
    return this.#lasts.get(id);
  }

  /** The latest events up to the `count`-th one of orders, the last one first. */
  latest(kind: EventKind, count: number, most: number): readonly EventEnvelope[] {
    this.#read();
    const orders = this.#timeline.before(count, most);
    if (kind === 'orders') return orders;
    const end = count < this.#timeline.length ? (orders[0]?.position ?? 0) : Infinity;
    const others = this.#others.filter(({ position }) => position <= end);
    const all = kind === 'sagas' ? others : [...orders, ...others];
    return all.sort((a, b) => b.position - a.position).slice(0, most);
  }

  private take(item: EventFeedItem): void {
    if (item.type !== 'event') {
      if (this.#state() !== 'full') this.#state.set(item.type === 'caught-up' ? 'live' : 'behind');
      return;
    }
    const { event } = item;
    // A log that was cleared begins anew.
    if (event.position <= this.#after) this.forget();
    this.#after = event.position;
    if (!event.stream.startsWith(`${ORDERS}-`)) {
      this.#others = [...this.#others, event].slice(-MOST_OTHERS);
    } else if (this.#timeline.length < MOST_EVENTS) {
      this.#timeline.add(event);
      this.#lasts.set(event.aggregateId, event);
    } else {
      this.#state.set('full');
    }
    this.#read.update((read) => read + 1);
  }

  private forget(): void {
    this.#timeline = newTimeline();
    this.#others = [];
    this.#lasts.clear();
    this.#state.set('reading');
  }
}
