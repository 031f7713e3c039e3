import { type OutboxEntry, defineCommand, defineQuery } from 'rx-mesh/cqrs';
import { createProjection } from 'rx-mesh/event-sourcing';
import { ITEMS } from '../events/order-events';

/** What is said of an order in its command. */
export interface OrderPayload {
  /** The id of the order. */
  readonly order: string;
  readonly item: string;
  /** In euros. */
  readonly amount: number;
}

/** An order of a customer. */
export interface CustomerOrder extends OrderPayload {
  readonly customer: string;
}

/** An order, and the command by which it is placed. */
export interface OrderedBy extends CustomerOrder {
  /** The id of the command. */
  readonly id: string;
}

/** What a command to place an order is answered with. */
export interface OrderReceipt {
  /** Which one it was at the order service: 1 for the first. */
  readonly place: number;
  /** The position of the event that tells of it. */
  readonly position: number;
}

/** The latest orders that were placed by commands. */
export interface LatestOrders {
  /** The newest first. */
  readonly orders: readonly CustomerOrder[];
  /** How many there are in all. */
  readonly count: number;
}

/** {@link LatestOrders}, and up to which position of the log. */
export interface LatestOrdersAnswer extends LatestOrders {
  readonly position: number;
}

/** Who orders. Each is an aggregate: what one of them orders is sent in its order. */
export const CUSTOMERS: readonly string[] = ['Ada', 'Grace', 'Linus'];

/** What is sold out until it is restocked. */
export const SOLD_OUT = 'Vinyl record';

/** What can be ordered, and for how many euros. */
export const GOODS = [...ITEMS, { item: SOLD_OUT, amount: 31 }] as const;

const MOST = 20;

/** To place an order. Its aggregate is the customer. */
export const placeOrder = defineCommand<OrderPayload, OrderReceipt>('PlaceOrder');

/** What was ordered lately. */
export const latestOrders = defineQuery<null, LatestOrdersAnswer>('LatestOrders');

/** The read model of the page: what was ordered by commands. Orders that were placed elsewhere have no customer. */
export const LATEST_ORDERS = createProjection<LatestOrders, { readonly OrderPlaced: unknown }>({
  name: 'latest-orders',
  initial: () => ({ orders: [], count: 0 }),
  when: {
    OrderPlaced: (latest, { aggregateId, data }) => {
      const order = readOrder({ ...Object(data), order: aggregateId });
      if (!order) return latest;
      return { orders: [order, ...latest.orders].slice(0, MOST), count: latest.count + 1 };
    },
  },
});

/** What a command in the outbox orders; `undefined` when it orders nothing. */
export function orderOf({ aggregateId, command, id, type }: OutboxEntry): OrderedBy | undefined {
  if (type !== placeOrder.type || !command) return undefined;
  const order = readOrder({ ...Object(command.payload), customer: aggregateId });
  return order && { ...order, id };
}

/** An order, when that is what was found. */
export function readOrder(found: unknown): CustomerOrder | undefined {
  const { amount, customer, item, order } = Object(found) as Record<keyof CustomerOrder, unknown>;
  if (typeof customer !== 'string' || typeof item !== 'string') return undefined;
  if (typeof order !== 'string' || typeof amount !== 'number') return undefined;
  return { order, customer, item, amount };
}
