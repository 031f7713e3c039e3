import { type DomainEvent, EVENT_LOG, EventLogUnavailableError, EventStoreService, memoryEventLog, withUpcasters } from 'rx-mesh/event-sourcing'; // prettier-ignore
import { SOCKET_FACTORY } from 'rx-mesh/messaging';
import { FakeSockets } from 'rx-mesh/testing';
import { Subject } from 'rxjs';
import { allOf, lastOf, patchable } from '../spec-support/event-store-world';
import { MessageWire } from '../spec-support/message-wire';
import { watched } from '../spec-support/messaging-world';
import { settled } from '../spec-support/settled';
import { EventDrivenMicroservicesService } from './event-driven-microservices-service';
import { EventStreamMaker } from './event-stream';
import { inTurn } from './in-turn';
import { withEventSockets } from './with-event-sockets';

const told: DomainEvent = {
  id: 'a',
  type: 'Noted',
  aggregateId: '1',
  aggregateType: 'order',
  version: 7,
  timestamp: new Date(0),
  data: null,
};

describe(`publish of ${EventStreamMaker.name}`, () => {
  it.each([
    { metadata: undefined, serviceId: 'app' },
    { metadata: { userId: 'u' }, serviceId: 'app' },
    { metadata: { serviceId: 'stock' }, serviceId: 'stock' },
  ])('records who records it with $metadata', async ({ metadata, serviceId }) => {
    const app = new MessageWire().app();
    const { publish } = await lastOf(
      app.get(EventDrivenMicroservicesService).getEventStream('orders'),
    );
    await allOf(publish({ ...told, ...(metadata ? { metadata } : {}) }));
    const recorded = await lastOf(app.get(EventStoreService).readStream('orders'));

    expect(recorded.metadata).toEqual({ ...metadata, serviceId, correlationId: 'a' });
  });

  it('records an event that has been JSON, whose time is a text', async () => {
    const app = new MessageWire().app();
    const { publish } = await lastOf(
      app.get(EventDrivenMicroservicesService).getEventStream('orders'),
    );
    await allOf(publish(JSON.parse(JSON.stringify(told)) as DomainEvent));
    const recorded = await lastOf(app.get(EventStoreService).readStream('orders'));

    expect(recorded).toMatchObject({ id: 'a', aggregateId: '1', aggregateType: 'order', version: 1 }); // prettier-ignore
  });
});

describe(`the events of a socket, for ${EventStreamMaker.name}`, () => {
  it('keeps a thousand while the log is away, and tells how many it dropped', async () => {
    const sockets = new FakeSockets();
    const log = patchable(memoryEventLog());
    const { append } = log;
    log.append = async () => Promise.reject(new EventLogUnavailableError('memory'));
    const app = new MessageWire().app(
      [
        { provide: SOCKET_FACTORY, useValue: sockets.factory },
        { provide: EVENT_LOG, useValue: log },
      ],
      [withEventSockets()],
    );
    const { events } = await lastOf(
      app.get(EventDrivenMicroservicesService).getEventStream('orders'),
    );
    const heard = watched(events);
    await settled();
    sockets.last.accept();
    for (let at = 0; at < 1005; at++)
      sockets.last.receive(JSON.stringify({ ...told, id: `e${at}` }));
    await settled();

    expect(app.diagnostics.codes).toEqual([]);

    log.append = append;
    app.clock.advance(10_000);
    while (heard.values.length < 1000) await settled();

    expect(heard.values.at(-1)?.id).toBe('e999');
    expect(app.diagnostics.records).toMatchObject([
      { code: 'RXM523', message: '5 messages were dropped, as 1000 waited for the log for the events of "orders".' }, // prettier-ignore
    ]);

    sockets.last.receive(JSON.stringify({ ...told, id: 'next' }));
    await settled();

    expect(heard.values.at(-1)?.id).toBe('next');

    heard.stop();
    app.clock.advance(60_000);
    await settled();

    expect([app.diagnostics.codes.length, app.clock.pending]).toEqual([1, 0]);
  });

  it('tells of what it dropped also when nobody listens any more', () => {
    const [source, held] = [new Subject<number>(), new Subject<never>()];
    const dropped: number[] = [];
    const work = source
      .pipe(
        inTurn(
          () => held,
          2,
          (count) => dropped.push(count),
        ),
      )
      .subscribe();
    for (let at = 0; at < 5; at++) source.next(at);

    expect(dropped).toEqual([]);

    work.unsubscribe();

    expect(dropped).toEqual([3]);
    expect([source.observed, held.observed]).toEqual([false, false]);
  });

  it('leaves the shape of the data to the store', async () => {
    const upcasters = withUpcasters([
      { type: 'Noted', from: 1, upcast: (data) => ({ old: data }) },
    ]);
    const app = new MessageWire().app([], [upcasters]);
    const { publish } = await lastOf(
      app.get(EventDrivenMicroservicesService).getEventStream('orders'),
    );
    await allOf(publish(told));

    // An older shape would have been brought to the newest one.
    expect(await lastOf(app.get(EventStoreService).readStream('orders'))).toMatchObject({ schemaVersion: 2, data: null }); // prettier-ignore
  });
});
