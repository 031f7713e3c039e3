import { LEADERSHIP, pageLeadership } from 'rx-mesh/kernel';
import { MessageBrokerService, MessageTooLargeError } from 'rx-mesh/messaging';
import { MessageWire } from '../../spec-support/message-wire';
import { allOf } from '../../spec-support/event-store-world';
import { settled } from '../../spec-support/settled';
import { EVENT_LOG } from '../log/event-log-token';
import { memoryEventLog } from '../log/memory-event-log';
import { memoryReadModels } from '../projections/memory-read-models';
import { READ_MODEL_STORAGE } from '../projections/read-model-storage-token';
import { EventStoreService } from '../store/event-store-service';
import { withEventSourcing } from '../with-event-sourcing';
import type { EventSharingOptions } from './event-sharing-options';
import { EventIntake } from './event-intake';
import { EventRelay } from './event-relay';
import { EventStreams } from './event-streams';
import { withEventSharing } from './with-event-sharing';

function shop(wire: MessageWire, serviceId: string, options: EventSharingOptions = {}) {
  const app = wire.app([], [withEventSourcing({ serviceId }), withEventSharing(options)]);
  return { ...app, store: app.get(EventStoreService), streams: app.get(EventStreams) };
}

async function append(store: EventStoreService, stream: string, ids: readonly string[]) {
  for (const id of ids) await allOf(store.appendToStream(stream, { id, type: 'Noted', data: id }));
  await settled();
}

async function idsIn(store: EventStoreService): Promise<string[]> {
  return (await allOf(store.readAll())).map(({ stream, id }) => `${stream} ${id}`);
}

describe(withEventSharing.name, () => {
  it('tells others what is recorded here, and records what they tell, each event once', async () => {
    const wire = new MessageWire();
    const orders = shop(wire, 'orders');
    const stock = shop(wire, 'stock');
    await settled();
    await append(orders.store, 'order-1', ['a', 'b']);
    await append(stock.store, 'stock-9', ['c']);

    expect(await idsIn(stock.store)).toEqual(['order-1 a', 'order-1 b', 'stock-9 c']);
    expect(await idsIn(orders.store)).toEqual(['order-1 a', 'order-1 b', 'stock-9 c']);
    expect(wire.sent.map(({ topic, id, key }) => `${topic} ${id} ${key}`)).toEqual([
      'events.order-1 a order-1',
      'events.order-1 b order-1',
      'events.stock-9 c stock-9',
    ]);

    const [first] = await allOf(stock.store.readStream('order-1'));

    expect(first?.metadata).toEqual({
      serviceId: 'orders',
      correlationId: 'a',
      origin: { stream: 'order-1', version: 1, position: 1, timestamp: stock.clock.now() },
    });
  });

  it('shares the streams that it is told to, never those of sagas by itself', async () => {
    const wire = new MessageWire();
    const shared = shop(wire, 'orders', {
      streams: (stream) => stream !== 'own',
      topicPrefix: 'x',
    });
    const plain = shop(wire, 'stock');
    await settled();
    await append(shared.store, 'own', ['a']);
    await append(shared.store, 'order-1', ['b']);
    await append(plain.store, 'saga-order:1', ['c']);
    await append(plain.store, 'stock-1', ['d']);

    expect(wire.sent.map(({ topic }) => topic)).toEqual(['x.order-1', 'events.stock-1']);
  });

  it('goes on where it stood when the page is loaded again, also with what was recorded meanwhile', async () => {
    const wire = new MessageWire();
    const [log, storage] = [memoryEventLog(), memoryReadModels()];
    const ports = [
      { provide: EVENT_LOG, useValue: log },
      { provide: READ_MODEL_STORAGE, useValue: storage },
    ];
    const first = wire.app(ports, [withEventSharing({ record: false })]);
    await settled();
    await append(first.get(EventStoreService), 's-1', ['a']);
    first.injector.destroy();
    await append(wire.app(ports).get(EventStoreService), 's-1', ['b', 'c']);
    wire.app(ports, [withEventSharing({ record: false })]);
    await settled();

    expect(wire.sent.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  });

  it('begins at the oldest event when it is told to', async () => {
    const wire = new MessageWire();
    const log = [{ provide: EVENT_LOG, useValue: memoryEventLog() }];
    await append(wire.app(log).get(EventStoreService), 's-1', ['a', 'b']);
    wire.app(log, [withEventSharing({ relayFrom: 'start' })]);
    await settled();

    expect(wire.sent.map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('waits for a broker that is away, and says so once', async () => {
    const wire = new MessageWire();
    const { store, clock, diagnostics } = shop(wire, 'orders');
    await settled();
    wire.failure = new Error('away');
    await append(store, 's-1', ['a', 'b']);
    for (let i = 0; i < 5; i++) {
      clock.advance(30_000);
      await settled();
    }

    expect(diagnostics.codes).toEqual(['RXM520']);

    wire.failure = undefined;
    clock.advance(30_000);
    await settled();
    clock.advance(30_000);
    await settled();

    expect(wire.sent.map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('leaves out what no broker takes, and says so', async () => {
    const wire = new MessageWire();
    const { store, diagnostics } = shop(wire, 'orders');
    await settled();
    await append(store, 'no topic', ['a']);
    wire.failure = new MessageTooLargeError(2_000_000, 1_000_000);
    await append(store, 's-1', ['b']);
    wire.failure = undefined;
    await append(store, 's-1', ['c']);

    expect(wire.sent.map(({ id }) => id)).toEqual(['c']);
    expect(diagnostics.codes).toEqual(['RXM521', 'RXM521']);
  });

  it('lets one of the tabs publish', async () => {
    const wire = new MessageWire();
    const ports = [
      { provide: EVENT_LOG, useValue: memoryEventLog() },
      { provide: READ_MODEL_STORAGE, useValue: memoryReadModels() },
      { provide: LEADERSHIP, useValue: pageLeadership() },
    ];
    const leader = wire.app(ports, [withEventSharing()]);
    const second = wire.app(ports, [withEventSharing()]);
    wire.app(ports, [withEventSharing()]);
    await settled();
    await append(second.get(EventStoreService), 's-1', ['a', 'b', 'c']);

    expect(wire.sent.map(({ id }) => id)).toEqual(['a', 'b', 'c']);

    leader.injector.destroy();
    await append(second.get(EventStoreService), 's-1', ['d']);

    expect(wire.sent.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('leads only while there is something to publish', async () => {
    const wire = new MessageWire();
    const leadership = pageLeadership();
    const app = wire.app([{ provide: LEADERSHIP, useValue: leadership }], [withEventSharing()]);
    await settled();
    await append(app.get(EventStoreService), 's-1', ['a']);
    const leads: boolean[] = [];
    const other = leadership.lead('$event-relay').subscribe((one) => leads.push(one));

    expect(leads).toEqual([false, true]);

    other.unsubscribe();
  });

  it('leaves nothing running when the application ends', async () => {
    const wire = new MessageWire();
    const { injector, clock, store } = shop(wire, 'orders');
    await settled();
    await append(store, 's-1', ['a']);
    injector.destroy();
    await settled();

    expect(clock.pending).toBe(0);
  });
});

describe(EventIntake.name, () => {
  it.each<[string, unknown]>([
    ['nothing', null],
    ['a text', 'x'],
    ['a list', [1]],
    ['no id', { type: 'A' }],
    ['no type', { id: 'a' }],
    ['an empty id', { id: '', type: 'A' }],
    ['a type that is too long', { id: 'a', type: 'A'.repeat(300) }],
    ['a trap', JSON.parse('{"id":"a","type":"A","data":{"__proto__":{"x":1}}}')],
    [
      'a trap in the metadata',
      JSON.parse('{"id":"a","type":"A","metadata":{"__proto__":{"x":1}}}'),
    ],
  ])('makes a dead letter of %s', async (_what, payload) => {
    const wire = new MessageWire();
    const { get, store } = shop(wire, 'orders');
    await settled();
    wire.app().get(MessageBrokerService).publish('events.s-1', payload).subscribe();
    await settled();

    expect(await idsIn(store)).toEqual([]);
    expect(get(MessageBrokerService).deadLetters()).toMatchObject([
      { consumer: 'event-intake', reason: { kind: 'terminated', cause: { code: 'RXM500' } } },
    ]);
  });

  it('records events in the words of the lesson', async () => {
    const wire = new MessageWire();
    const { store } = shop(wire, 'orders');
    await settled();
    const timestamp = '2026-01-01T00:00:00.000Z';
    const domain = { id: 'a', type: 'A', aggregateId: '1', aggregateType: 'order', version: 4, timestamp, data: 1 }; // prettier-ignore
    const distributed = { id: 'b', eventType: 'B', streamId: 's-1', schemaVersion: 2, metadata: { serviceId: 'x', userId: 'u' } }; // prettier-ignore
    const broker = wire.app().get(MessageBrokerService);
    broker.publish('events.s-1', domain).subscribe();
    broker.publish('events.s-1', distributed).subscribe();
    await settled();

    expect(await allOf(store.readAll())).toMatchObject([
      {
        type: 'A',
        data: 1,
        aggregateId: '1',
        aggregateType: 'order',
        version: 1,
        metadata: { serviceId: 'orders', origin: { version: 4, timestamp } },
      },
      {
        type: 'B',
        data: null,
        schemaVersion: 2,
        metadata: { serviceId: 'x', userId: 'u', origin: { stream: 's-1' } },
      },
    ]);
  });

  it('tries again while the log is away', async () => {
    const wire = new MessageWire();
    const log = memoryEventLog();
    const original = log.append.bind(log);
    const away = { is: true };
    log.append = async (...args) => {
      if (away.is) throw new Error('away');
      return original(...args);
    };
    const { get, clock } = wire.app([{ provide: EVENT_LOG, useValue: log }], [withEventSharing()]);
    await settled();
    wire.app().get(MessageBrokerService).publish('events.s-1', { id: 'a', type: 'A' }).subscribe();
    await settled();
    away.is = false;
    clock.advance(10_000);
    await settled();

    expect(await idsIn(get(EventStoreService))).toEqual(['s-1 a']);
  });
});

describe(EventStreams.name, () => {
  it('tells an event at once where nothing relays it, again with the same id when it is tried again', async () => {
    const wire = new MessageWire();
    const app = wire.app();
    const streams = app.get(EventStreams);
    wire.failure = new Error('away');
    const append$ = streams.append('s-1', { type: 'A' });
    await expect(allOf(append$)).rejects.toThrow('away');
    wire.failure = undefined;
    const results = await allOf(append$);

    expect(results).toMatchObject([{ version: 1, duplicate: true }]);
    expect(wire.sent).toMatchObject([{ payload: { stream: 's-1', version: 1, type: 'A' } }]);
    expect(await idsIn(app.get(EventStoreService))).toEqual([`s-1 ${wire.sent[0]?.id}`]);
  });

  it('loses no event of a stream when another one is listened to', async () => {
    const app = new MessageWire().app();
    const streams = app.get(EventStreams);
    const seen: number[] = [];
    const listening = [streams.events('s-0').subscribe(({ version }) => seen.push(version))];
    for (let i = 1; i <= 20; i++) {
      listening.push(streams.events(`s-${i}`).subscribe());
      await allOf(streams.append('s-0', { type: 'A' }));
    }
    await settled();

    expect(seen).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));

    for (const one of listening) one.unsubscribe();
    await settled();

    expect(app.clock.pending).toBe(0);
  });
});

describe(EventRelay.name, () => {
  it('begins at the end of a log that is shorter than its checkpoint', async () => {
    const wire = new MessageWire();
    const storage = memoryReadModels();
    const ports = [{ provide: READ_MODEL_STORAGE, useValue: storage }];
    await storage.commit({ checkpoint: '$event-relay', expected: 0, position: 99, timestamp: 0 });
    const app = wire.app(ports, [withEventSharing()]);
    await settled();
    await append(app.get(EventStoreService), 's-1', ['a']);

    expect(wire.sent.map(({ id }) => id)).toEqual(['a']);
  });
});
