import type { RxMeshFeature } from 'rx-mesh/kernel';
import { Subject, of, throwError } from 'rxjs';
import { allOf, lastOf } from '../spec-support/event-store-world';
import { MessageWire } from '../spec-support/message-wire';
import { watched } from '../spec-support/messaging-world';
import { settled } from '../spec-support/settled';
import { DistributedEventSourcingService } from './distributed-event-sourcing-service';
import type { DistributedEvent, EventEnvelope } from './event-envelope';
import { createSaga } from './sagas/create-saga';
import { SagaOrchestratorService } from './sagas/saga-orchestrator-service';
import { EventStoreService } from './store/event-store-service';
import { withUpcasters } from './upcasters';
import { withEventSourcing } from './with-event-sourcing';

function event(id: string, eventType = 'Noted', serviceId = 'shop'): DistributedEvent {
  return {
    id,
    streamId: 'orders',
    eventType,
    aggregateId: '1',
    aggregateType: 'order',
    version: 9,
    timestamp: new Date(5),
    data: id,
    metadata: { serviceId },
  };
}

function world(features: readonly RxMeshFeature[] = []) {
  const wire = new MessageWire();
  const app = wire.app([], features);
  const events = app.get(DistributedEventSourcingService);
  return {
    ...app,
    wire,
    events,
    append: async (stream: string, ...told: readonly DistributedEvent[]) => {
      const connection = await lastOf(events.connectToEventStream(stream));
      for (const one of told) await allOf(connection.append(one));
      await settled();
    },
  };
}

describe(DistributedEventSourcingService.name, () => {
  it('connects to a stream: hears it, appends to it, and tells others', async () => {
    const { events, append, wire, clock } = world();
    const { streamName, connection } = await lastOf(events.connectToEventStream('orders'));
    const heard = watched(connection);
    await settled();
    await append('orders', event('a'), event('a'), event('b'));
    await append('stock', event('c'));

    expect(streamName).toBe('orders');
    expect(heard.values).toMatchObject([
      {
        id: 'a',
        streamId: 'orders',
        eventType: 'Noted',
        version: 1,
        metadata: { serviceId: 'shop' },
      },
      { id: 'b', version: 2 },
    ]);
    expect(new Set(wire.sent.map(({ topic, id }) => `${topic} ${id}`))).toEqual(
      new Set(['events.orders a', 'events.orders b', 'events.stock c']),
    );

    heard.stop();
    await settled();

    expect(clock.pending).toBe(0);
  });

  it('has one stream of all', async () => {
    const { events, append } = world();
    const heard = watched(events.globalEventStream$);
    await settled();
    await append('orders', event('a'));
    await append('stock', event('b'));

    expect(heard.values.map(({ streamId, position }) => `${streamId} ${position}`)).toEqual([
      'orders 1',
      'stock 2',
    ]);

    heard.stop();
  });

  it('builds a read model of several services, among the projections while it is listened to', async () => {
    const { events, append } = world();
    await append('orders', event('a', 'Placed'), event('b', 'Noted'));
    const open$ = events.buildCrossServiceReadModel(
      'open',
      ['Placed', 'Shipped'],
      (open, { eventType }) => open + (eventType === 'Placed' ? 1 : -1),
      0,
    );
    const [one, two] = [watched(open$), watched(open$)];
    await settled();
    await append('stock', event('c', 'Placed'), event('d', 'Shipped'), event('e', 'Noted'));

    expect([one.values, two.values]).toEqual([
      [1, 2, 1],
      [1, 2, 1],
    ]);
    expect([...events.crossServiceProjections()]).toEqual([['open', 1]]);

    one.stop();

    expect(events.crossServiceProjections().size).toBe(1);

    two.stop();

    expect(events.crossServiceProjections().size).toBe(0);
  });

  it('replays the events of one service since a time, each handled before the next is begun', async () => {
    const { events, append, clock } = world();
    await append('orders', event('old'));
    clock.advance(1000);
    await append('orders', event('a'), event('b', 'Noted', 'stock'), event('c'));
    const since = new Date(clock.now());
    const begun: string[] = [];
    const work = new Subject<void>();
    const replay = watched(
      events.replayEventsForService('shop', since, ({ id }) => {
        begun.push(id);
        return work;
      }),
    );
    await settled();

    expect([begun, replay.values]).toEqual([['a'], []]);

    await append('orders', event('late'));
    work.complete();
    await settled();

    expect([begun, replay.values]).toEqual([
      ['a', 'c'],
      [undefined, undefined],
    ]);
    expect(replay.completed()).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('fails a replay as its handler fails, and ends one of an empty log', async () => {
    const { events, append } = world();
    const since = new Date(0);

    expect(await allOf(events.replayEventsForService('shop', since, () => of(1)))).toEqual([]);

    await append('orders', event('a'));
    const failing$ = events.replayEventsForService('shop', since, () => throwError(() => new Error('no'))); // prettier-ignore

    await expect(allOf(failing$)).rejects.toThrow('no');
    await expect(
      allOf(events.replayEventsForService('shop', new Date(NaN), () => of(1))),
    ).rejects.toMatchObject({ code: 'RXM101' });
  });

  it('starts a saga by its type, once for each event, and follows it to its end', async () => {
    const { events, get } = world();
    const runs: unknown[] = [];
    const saga = createSaga<{ readonly id: string }>('ship')
      .step('pack', {
        run: ({ id }) => {
          runs.push(id);
          return of('packed');
        },
      })
      .build();
    get(SagaOrchestratorService).register(saga);
    const states = await allOf(events.startDistributedSaga('ship', event('a')));
    const again = await allOf(events.startDistributedSaga('ship', event('a')));

    expect(states.at(-1)).toMatchObject({ id: 'ship:a', state: 'completed', correlationId: 'a' });
    expect(again).toMatchObject([{ id: 'ship:a', state: 'completed' }]);
    expect(runs).toEqual(['a']);
  });

  it('takes an event that has been JSON, and gives it what it does not say itself', async () => {
    const upcaster = { type: 'Noted', from: 1, upcast: (data: unknown) => ({ old: data }) };
    const { events, get, append } = world([
      withEventSourcing({ serviceId: 'mine' }),
      withUpcasters([upcaster]),
    ]);
    const { metadata, ...rest } = event('a');
    const told = JSON.parse(JSON.stringify(rest)) as DistributedEvent;
    await append('orders', told);
    const recorded = await lastOf(get(EventStoreService).readStream('orders'));

    expect(metadata).toEqual({ serviceId: 'shop' });
    expect(recorded).toMatchObject({
      data: 'a',
      schemaVersion: 2,
      metadata: { serviceId: 'mine' },
    });

    const saga = createSaga<EventEnvelope>('ship').step('pack', { run: ({ timestamp }) => of(timestamp) }).build(); // prettier-ignore
    get(SagaOrchestratorService).register(saga);
    const states = await allOf(events.startDistributedSaga('ship', told));

    expect(states.at(-1)).toMatchObject({
      id: 'ship:a',
      state: 'completed',
      input: { schemaVersion: 2, metadata: { serviceId: 'mine' } },
      results: { pack: 5 },
    });
  });

  it('errors for a saga that nobody has registered, without throwing', async () => {
    const { events } = world();

    await expect(allOf(events.startDistributedSaga('none', event('a')))).rejects.toMatchObject({
      code: 'RXM515',
    });
  });

  it('loses nothing of a log that it shares with the rest of the application', async () => {
    const { events, get } = world();
    const heard = watched(events.globalEventStream$);
    await settled();
    await allOf(get(EventStoreService).appendToStream('x', [{ type: 'A' }, { type: 'B' }]));
    await settled();

    expect(heard.values.map(({ eventType }) => eventType)).toEqual(['A', 'B']);

    heard.stop();
  });
});
