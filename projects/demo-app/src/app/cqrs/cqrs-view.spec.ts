import { type ConsistencyReport, type OutboxEntry, type ReadModelLag } from 'rx-mesh/cqrs';
import { entryRows, lagRows, orderRows } from './cqrs-view';
import { LATEST_ORDERS, orderOf, readOrder } from './order-commands';

const entry = (more: Partial<OutboxEntry> = {}): OutboxEntry => ({
  id: 'c-1',
  type: 'PlaceOrder',
  aggregateId: 'Ada',
  state: 'queued',
  attempts: 0,
  queuedAt: 0,
  mayHaveHappened: false,
  command: {
    id: 'c-1',
    type: 'PlaceOrder',
    aggregateId: 'Ada',
    payload: { order: 'o-1', item: 'Tea', amount: 3 },
    metadata: { timestamp: new Date(0) },
  },
  ...more,
});

const ORDER = { order: 'o-1', customer: 'Ada', item: 'Tea', amount: 3 };
const REASON = { name: 'Error', message: 'It is busy.' };

const lag = (more: Partial<ReadModelLag>): ReadModelLag => ({
  service: 'shop',
  readModel: 'a',
  expectedVersion: 1,
  actualVersion: 0,
  lagEvents: 1,
  lagMs: 1,
  parked: 0,
  isAtLeast: false,
  ...more,
});

const report = (more: Partial<ConsistencyReport> = {}): ConsistencyReport => ({
  timestamp: new Date(0),
  isConsistent: true,
  inconsistencies: [],
  lagTime: 0,
  lagEvents: 0,
  lags: [],
  failures: [],
  head: 1,
  ...more,
});

describe('entryRows', () => {
  it.each([
    [{}, true, 'Waits', 'not sent yet', undefined],
    [{}, false, 'Waits', 'not sent yet · waits for the network', undefined],
    [{ attempts: 1, reason: REASON }, true, 'Tries again', 'sent once · It is busy.', 'Send now'],
    [
      { attempts: 2, reason: REASON },
      false,
      'Tries again',
      'sent 2 times · waits for the network · It is busy.',
      undefined,
    ],
    [
      { state: 'sending', attempts: 2, reason: REASON },
      true,
      'On its way',
      'sent 2 times',
      undefined,
    ],
    [
      { state: 'parked' },
      true,
      'Held back',
      'not sent yet · waits behind one that was refused',
      undefined,
    ],
    [
      { state: 'rejected', attempts: 1, reason: REASON },
      true,
      'Refused',
      'sent once · It is busy.',
      'Order again',
    ],
    [
      { state: 'conflict', attempts: 1, reason: REASON },
      false,
      'Conflict',
      'sent once · It is busy.',
      'Order again',
    ],
  ] as const)('tells of %j, online: %s', (more, isOnline, text, facts, again) => {
    const [row] = entryRows([entry(more)], isOnline);
    expect([row?.look.text, row?.facts, row?.again]).toEqual([text, facts, again]);
  });

  it('leaves out what is no order', () => {
    const { command } = entry();
    const others = [
      entry({ type: 'Other' }),
      entry({ command: undefined }),
      entry({ command: command && { ...command, payload: null } }),
    ];
    expect(entryRows(others, true)).toEqual([]);
  });
});

describe('orderRows', () => {
  it('shows early what no read model has', () => {
    const early = [
      { ...ORDER, id: 'c-2', order: 'o-2', state: 'accepted', position: 2 },
      { ...ORDER, id: 'c-1', state: 'accepted', position: 1 },
    ] as const;
    const rows = orderRows(early, [ORDER]).map(({ look, order }) => `${order} ${look.text}`);
    expect(rows).toEqual(['o-2 Accepted', 'o-1 In the read model']);
  });
});

describe('lagRows', () => {
  it('adds up what services have recorded', () => {
    const lags = [lag({ lagMs: 1500 }), lag({ service: 'other', lagEvents: 12, lagMs: 20 })];
    const rows = lagRows(['a', 'b'], report({ lags }));
    expect(rows.map(({ level, look, text }) => [text, look.text, level])).toEqual([
      ['13 events · 1.5 s', 'Behind', 10],
      ['0 events · 0 ms', 'Up to date', 0],
    ]);
  });

  it('counts one event as one', () => {
    expect(lagRows(['a'], report({ lags: [lag({})] }))[0]?.text).toBe('1 event · 1 ms');
  });

  it('does not take what is not known for up to date', () => {
    const looks = (found: ConsistencyReport | undefined) =>
      lagRows(['a', 'b'], found).map(({ look }) => look.text);
    expect(looks(undefined)).toEqual(['Not known', 'Not known']);
    expect(looks(report({ failures: [{ readModel: 'b', error: 'no' }] }))).toEqual([
      'Up to date',
      'Not known',
    ]);
    expect(looks(report({ failures: [{ error: 'no' }] }))).toEqual(['Not known', 'Not known']);
  });
});

describe('orders', () => {
  it('are read from what is an order', () => {
    expect(readOrder({ ...ORDER, more: 1 })).toEqual(ORDER);
    for (const part of ['order', 'customer', 'item', 'amount']) {
      expect(readOrder({ ...ORDER, [part]: null })).toBeUndefined();
    }
    expect(orderOf(entry())).toEqual({ ...ORDER, id: 'c-1' });
  });

  it('are kept up to the latest twenty', () => {
    const handler = LATEST_ORDERS.handlers.get('OrderPlaced');
    let latest = LATEST_ORDERS.initial();
    for (let i = 1; i <= 25; i++) {
      const event = { aggregateId: `o-${i}`, data: ORDER } as Parameters<
        NonNullable<typeof handler>
      >[1];
      latest = handler?.(latest, event, { isReplay: false }) ?? latest;
    }
    expect(latest.count).toBe(25);
    expect(latest.orders).toHaveLength(20);
    expect(latest.orders[0]?.order).toBe('o-25');
  });
});
