import { type DomainEvent, createSaga, withEventSharing } from 'rx-mesh/event-sourcing';
import { FakeSockets } from 'rx-mesh/testing';
import { SOCKET_FACTORY } from 'rx-mesh/messaging';
import { Subscription, of, throwError } from 'rxjs';
import { allOf, lastOf } from '../spec-support/event-store-world';
import { MessageWire } from '../spec-support/message-wire';
import { settled } from '../spec-support/settled';
import { watched } from '../spec-support/messaging-world';
import { EventDrivenMicroservicesService } from './event-driven-microservices-service';
import { type EventSocketsOptions, withEventSockets } from './with-event-sockets';

function event(id: string, version = 1, data: unknown = id): DomainEvent {
  return {
    id,
    type: 'Noted',
    aggregateId: '1',
    aggregateType: 'orders',
    version,
    timestamp: new Date(version),
    data,
  };
}

const texts = {
  empty: () => '',
  apply: (text: string, { data }: DomainEvent) => text + String(data),
};

function world(wire = new MessageWire()) {
  const app = wire.app();
  const events = app.get(EventDrivenMicroservicesService);
  return {
    ...app,
    wire,
    events,
    publish: async (stream: string, ...told: readonly DomainEvent[]) => {
      const { publish } = await lastOf(events.getEventStream(stream));
      for (const one of told) await allOf(publish(one));
      await settled();
    },
  };
}

describe(EventDrivenMicroservicesService.name, () => {
  describe('getEventStream', () => {
    it('gives a stream once, and completes', async () => {
      const { events } = world();
      const streams = await allOf(events.getEventStream('orders'));

      expect(streams).toMatchObject([{ streamName: 'orders' }]);
    });

    it('tells what is published, with a place of its own, to listeners and to others', async () => {
      const { events, publish, wire } = world();
      const stream = await lastOf(events.getEventStream('orders'));
      const heard = watched(stream.events);
      await settled();
      await publish('orders', event('a', 7), event('b', 7));

      expect(heard.values).toMatchObject([
        { id: 'a', version: 1, position: 1, streamId: 'orders', data: 'a', type: 'Noted' },
        { id: 'b', version: 2, position: 2, streamId: 'orders' },
      ]);
      expect(heard.values[0]?.timestamp).toBeInstanceOf(Date);
      expect(wire.sent.map(({ topic, id }) => `${topic} ${id}`)).toEqual([
        'events.orders a',
        'events.orders b',
      ]);

      heard.stop();
    });

    it('stores an event once however often it is published', async () => {
      const { events, wire } = world();
      const { publish } = await lastOf(events.getEventStream('orders'));
      const publish$ = publish(event('a'));
      wire.failure = new Error('away');
      await expect(allOf(publish$)).rejects.toThrow('away');
      wire.failure = undefined;

      expect(await allOf(publish$)).toEqual([undefined]);
      expect(await allOf(publish(event('a')))).toEqual([undefined]);
      expect(await lastOf(events.replayEvents('orders', new Date(0)))).toHaveLength(1);
    });
  });

  it('has one bus of all streams, which no further stream disturbs', async () => {
    const { events, publish, clock } = world();
    const bus = watched(events.globalEventBus$);
    const open = new Subscription();
    await settled();
    for (let i = 0; i < 10; i++) {
      const stream = await lastOf(events.getEventStream(`s-${i}`));
      open.add(stream.events.subscribe());
      await publish(`s-${i % 3}`, event(`e${i}`));
    }

    expect(bus.values.map(({ id }) => id)).toEqual(Array.from({ length: 10 }, (_, i) => `e${i}`));

    open.unsubscribe();
    bus.stop();
    await settled();

    expect(clock.pending).toBe(0);
  });

  it('shares events with other applications', async () => {
    const wire = new MessageWire();
    const orders = wire.app([], [withEventSharing()]).get(EventDrivenMicroservicesService);
    const stock = wire.app([], [withEventSharing()]).get(EventDrivenMicroservicesService);
    await settled();
    const heard = watched(stock.globalEventBus$);
    await settled();
    const { publish } = await lastOf(orders.getEventStream('orders'));
    await allOf(publish(event('a')));
    await settled();

    expect(heard.values).toMatchObject([{ id: 'a', streamId: 'orders' }]);

    heard.stop();
  });

  describe('buildProjection', () => {
    it('folds the past, then each change, and is among the projections while it is listened to', async () => {
      const { events, publish, clock } = world();
      await publish('orders', event('a'), event('b'));
      const built = watched(events.buildProjection('orders', texts));
      await settled();

      expect(built.values).toEqual(['ab']);

      await publish('orders', event('c'));
      await publish('other', event('x'));

      expect(built.values).toEqual(['ab', 'abc']);
      expect([...events.projections()]).toEqual([['orders', 'abc']]);

      built.stop();
      await settled();

      expect(events.projections().size).toBe(0);
      expect(clock.pending).toBe(0);
    });

    it('begins at a version, also at 0', async () => {
      const { events, publish } = world();
      await publish('orders', event('a'), event('b'), event('c'));
      const seen = [0, 1, 2, 4].map((from) =>
        watched(events.buildProjection('orders', texts, from)),
      );
      await settled();

      expect(seen.map(({ values }) => values)).toEqual([['abc'], ['abc'], ['bc'], ['']]);
    });

    it('gives each subscriber a state of its own, and a name if it has one', async () => {
      const { events, publish } = world();
      await publish('orders', event('a'));
      const counts = events.buildProjection('orders', {
        name: 'ids',
        empty: () => [] as string[],
        apply: (ids, { id }) => [...ids, id],
      });
      const [one, two] = [watched(counts), watched(counts)];
      await settled();
      one.stop();

      expect([one.values, two.values]).toEqual([[['a']], [['a']]]);
      expect([...events.projections()]).toEqual([['ids', ['a']]]);
    });

    it('leaves out an event that it throws on, tells it once, and goes on', async () => {
      const { events, publish, diagnostics } = world();
      await publish('orders', event('a'), event('b', 1, null), event('c', 1, null));
      const built = watched(
        events.buildProjection<string>('orders', {
          empty: () => '',
          apply: (text, { data }) => text + (data as string).toUpperCase(),
        }),
      );
      await settled();
      await publish('orders', event('d'));

      expect(built.values).toEqual(['A', 'AD']);
      expect(diagnostics.codes).toEqual(['RXM522']);
    });
  });

  it('replays a range of time in the order of the log', async () => {
    const { events, publish, clock } = world();
    const begin = clock.now();
    await publish('orders', event('a'));
    clock.advance(1000);
    await publish('orders', event('b'));
    clock.advance(1000);
    await publish('orders', event('c'));
    const idsOf = async (from: number, to?: number): Promise<string> => {
      const end = to === undefined ? undefined : new Date(begin + to);
      const replayed = await lastOf(events.replayEvents('orders', new Date(begin + from), end));
      return replayed.map(({ id }) => id).join('');
    };

    expect(await idsOf(0)).toBe('abc');
    expect(await idsOf(1000)).toBe('bc');
    expect(await idsOf(0, 1000)).toBe('ab');
    expect(await idsOf(5000)).toBe('');
    await expect(idsOf(NaN)).rejects.toMatchObject({ code: 'RXM101' });
  });

  it('runs a saga to its end, and undoes what was done when a step fails', async () => {
    const { events } = world();
    const undone: unknown[] = [];
    const saga = createSaga<{ readonly sku: string }>('order')
      .step('reserve', {
        run: ({ sku }) => of(`reserved ${sku}`),
        compensate: (result) => {
          undone.push(result);
          return of(undefined);
        },
      })
      .step('charge', { run: () => throwError(() => new Error('no money')) })
      .build();
    const states = await allOf(events.createSaga(saga, { sku: 'x' }, { id: 'one' }));

    expect(states.at(-1)).toMatchObject({
      id: 'one',
      state: 'compensated',
      error: { message: 'no money' },
      compensations: [{ step: 'reserve', state: 'done' }],
    });
    expect(undone).toEqual(['reserved x']);
  });
});

describe(withEventSockets.name, () => {
  function socketWorld(options?: EventSocketsOptions) {
    const sockets = new FakeSockets();
    const app = new MessageWire().app(
      [{ provide: SOCKET_FACTORY, useValue: sockets.factory }],
      [withEventSockets(options)],
    );
    return { ...app, sockets, events: app.get(EventDrivenMicroservicesService) };
  }

  it('records what the socket of a service tells, each event once, while somebody listens', async () => {
    const { events, sockets, clock } = socketWorld();
    const { events: orders$ } = await lastOf(events.getEventStream('orders'));
    const [heard, second] = [watched(orders$), watched(orders$)];
    await settled();
    const socket = sockets.last;
    socket.accept();
    socket.receive(JSON.stringify(event('a')));
    socket.receive(JSON.stringify(event('b')));
    socket.receive(JSON.stringify(event('a')));
    await settled();

    expect(new URL(socket.url).pathname).toBe('/events/orders');
    expect(heard.values.map(({ id, version }) => `${id}${version}`)).toEqual(['a1', 'b2']);
    expect(second.values).toEqual(heard.values);

    heard.stop();
    second.stop();
    clock.advance(60_000);
    await settled();

    expect(clock.pending).toBe(0);
  });

  it('tells what is no event, and goes on', async () => {
    const { events, sockets, diagnostics } = socketWorld({ path: (service) => `/live/${service}` });
    const { events: orders$ } = await lastOf(events.getEventStream('orders'));
    const heard = watched(orders$);
    await settled();
    sockets.last.accept();
    sockets.last.receive('{"no":"event"}');
    sockets.last.receive(JSON.stringify(event('a')));
    await settled();

    expect(new URL(sockets.last.url).pathname).toBe('/live/orders');
    expect(heard.values.map(({ id }) => id)).toEqual(['a']);
    expect(diagnostics.codes).toEqual(['RXM523']);
  });

  it('refuses a path that is no function', () => {
    const path = '/events' as unknown as () => string;

    expect(() => withEventSockets({ path })).toThrow('EventSocketsOptions.path');
  });
});
