import { type EventEnvelope } from 'rx-mesh/event-sourcing';

/** Where an order stands. */
export type OrderStatus = 'placed' | 'paid' | 'shipped' | 'delivered' | 'cancelled';

/** What may happen to an order. */
export type OrderEventType =
  'OrderPlaced' | 'OrderPaid' | 'OrderShipped' | 'OrderDelivered' | 'OrderCancelled';

/** An order, made of its events. It never changes: each event makes a new one. */
export interface Order {
  readonly id: string;
  readonly status: OrderStatus;
  readonly item: string;
  /** In euros. */
  readonly amount: number;
  /** How many events it is made of. */
  readonly version: number;
}

/** Something that can be done to an order. */
export interface OrderMove {
  readonly type: OrderEventType;
  /** As a button says it. */
  readonly title: string;
  /** Where the order has to stand. */
  readonly from: readonly OrderStatus[];
  readonly to: OrderStatus;
}

/** The streams of orders begin with this, as `order-` does. */
export const ORDERS = 'order';

/** What the shop sells, and for how many euros. */
export const ITEMS: readonly { readonly item: string; readonly amount: number }[] = [
  { item: 'Coffee grinder', amount: 89 },
  { item: 'Desk lamp', amount: 54 },
  { item: 'Rain jacket', amount: 120 },
  { item: 'Notebook', amount: 12 },
  { item: 'Road bike', amount: 840 },
];

/** All that can be done to an order that is placed. */
export const MOVES: readonly OrderMove[] = [
  { type: 'OrderPaid', title: 'Pay', from: ['placed'], to: 'paid' },
  { type: 'OrderShipped', title: 'Ship', from: ['paid'], to: 'shipped' },
  { type: 'OrderDelivered', title: 'Deliver', from: ['shipped'], to: 'delivered' },
  { type: 'OrderCancelled', title: 'Cancel', from: ['placed', 'paid'], to: 'cancelled' },
];

/** What can be done to an order now. */
export function movesOf({ status }: Pick<Order, 'status'>): readonly OrderMove[] {
  return MOVES.filter(({ from }) => from.includes(status));
}

/**
 * An order after one more event; as it was, when the event means nothing to it. The one place that knows: the stored read
 * model and the replay are both made by it.
 */
export function orderAfter(order: Order | undefined, event: EventEnvelope): Order | undefined {
  const { aggregateId: id, type, version } = event;
  if (type === 'OrderPlaced') {
    const { amount, item } = (event.data ?? {}) as { readonly amount?: unknown; item?: unknown };
    return {
      id,
      status: 'placed',
      item: typeof item === 'string' ? item : '?',
      amount: typeof amount === 'number' ? amount : 0,
      version,
    };
  }
  const move = MOVES.find((one) => one.type === type);
  return order && move ? { ...order, status: move.to, version } : order;
}

/** What all orders together come to. */
export interface Totals {
  readonly orders: number;
  /** Those on which something is still to be done. */
  readonly open: number;
  /** What was paid and not given back, in euros. */
  readonly revenue: number;
}

/** Adds orders up. */
export function totalsOf(orders: Iterable<Order>): Totals {
  const sum = { orders: 0, open: 0, revenue: 0 };
  for (const { amount, status } of orders) {
    sum.orders++;
    if (status !== 'delivered' && status !== 'cancelled') sum.open++;
    if (status !== 'placed' && status !== 'cancelled') sum.revenue += amount;
  }
  return sum;
}
