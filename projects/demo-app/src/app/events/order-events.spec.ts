import { type EventEnvelope } from 'rx-mesh/event-sourcing';
import { ORDER_BOOK } from './order-book';
import { type Order, movesOf, orderAfter, totalsOf } from './order-events';

const event = (type: string, version = 1, data: unknown = null): EventEnvelope => ({
  id: `e-${version}`,
  type,
  stream: 'order-7',
  aggregateId: '7',
  aggregateType: 'order',
  version,
  position: version,
  schemaVersion: 1,
  timestamp: 0,
  data,
  metadata: { serviceId: 'spec' },
});
const PLACED = event('OrderPlaced', 1, { item: 'Desk lamp', amount: 54 });
const story = (...types: readonly string[]) =>
  [PLACED, ...types.map((type, at) => event(type, at + 2))].reduce<Order | undefined>(
    orderAfter,
    undefined,
  );

describe(orderAfter.name, () => {
  it('makes an order of its events', () => {
    expect(story('OrderPaid', 'OrderShipped')).toEqual({
      id: '7',
      status: 'shipped',
      item: 'Desk lamp',
      amount: 54,
      version: 3,
    });
  });

  it('is not disturbed by what it does not know', () => {
    expect(orderAfter(undefined, event('OrderPaid'))).toBeUndefined();
    expect(story('Renamed')).toEqual(story());
    expect(orderAfter(undefined, event('OrderPlaced', 1, { amount: 'much' }))).toMatchObject({
      item: '?',
      amount: 0,
    });
  });
});

describe(movesOf.name, () => {
  it('offers what can be done, and no more', () => {
    const titles = (status: Order['status']) => movesOf({ status }).map(({ title }) => title);
    expect(titles('placed')).toEqual(['Pay', 'Cancel']);
    expect(titles('paid')).toEqual(['Ship', 'Cancel']);
    expect(titles('shipped')).toEqual(['Deliver']);
    expect([titles('delivered'), titles('cancelled')]).toEqual([[], []]);
  });
});

describe(totalsOf.name, () => {
  it('counts what is open, and what was paid and not given back', () => {
    const orders = [
      story(),
      story('OrderPaid'),
      story('OrderPaid', 'OrderShipped', 'OrderDelivered'),
      story('OrderPaid', 'OrderCancelled'),
    ].filter((order) => order !== undefined);
    expect(totalsOf(orders)).toEqual({ orders: 4, open: 2, revenue: 108 });
    expect(totalsOf([])).toEqual({ orders: 0, open: 0, revenue: 0 });
  });
});

describe('ORDER_BOOK', () => {
  it('makes the same of events as the replay does', () => {
    const events = [PLACED, event('OrderPaid', 2), event('OrderCancelled', 3)];
    const stored = events.reduce(
      (state, one) => ORDER_BOOK.handlers.get(one.type)?.(state, one, { isReplay: false }) ?? state,
      ORDER_BOOK.initial(),
    );
    expect(stored).toEqual(story('OrderPaid', 'OrderCancelled'));
    expect(ORDER_BOOK.idOf?.(PLACED)).toBe('7');
  });

  it('leaves a record alone that has no beginning', () => {
    const paid = event('OrderPaid');
    const none = ORDER_BOOK.initial();
    expect(ORDER_BOOK.handlers.get('OrderPaid')?.(none, paid, { isReplay: false })).toMatchObject({
      status: 'paid',
      id: '',
    });
  });
});
