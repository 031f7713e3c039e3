import { type EventEnvelope, createProjection } from 'rx-mesh/event-sourcing';
import { type Order, type OrderEventType, orderAfter } from './order-events';

const NONE: Order = { id: '', status: 'placed', item: '', amount: 0, version: 0 };

const after = (order: Order, event: EventEnvelope): Order => orderAfter(order, event) ?? order;

/** Each order as it stands, kept in the database beside the events: one of the tabs keeps it up to date. */
export const ORDER_BOOK = createProjection<Order, Readonly<Record<OrderEventType, unknown>>>({
  name: 'order-book',
  initial: () => NONE,
  when: {
    OrderPlaced: after,
    OrderPaid: after,
    OrderShipped: after,
    OrderDelivered: after,
    OrderCancelled: after,
  },
  idOf: ({ aggregateId }) => aggregateId,
});
