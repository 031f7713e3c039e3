import { TestBed } from '@angular/core/testing';
import { createEnvironmentInjector, EnvironmentInjector } from '@angular/core';
import { READ_MODEL_STORAGE, type ReadModelStorage, WrongExpectedVersionError, memoryReadModels } from 'rx-mesh/event-sourcing'; // prettier-ignore
import { CLOCK } from 'rx-mesh/kernel';
import { MessageBrokerService, RequestTimeoutError, isRequestFailedError } from 'rx-mesh/messaging';
import { CallTimeoutError } from 'rx-mesh/resilience';
import { NEVER, concatWith, ignoreElements, of, throwError } from 'rxjs';
import { commandWorld } from '../../spec-support/command-world';
import { watched } from '../../spec-support/messaging-world';
import { patchableStorage } from '../../spec-support/projection-world';
import { settled } from '../../spec-support/settled';
import { defineCommand } from '../message-types';
import { CommandBusService } from './command-bus-service';
import { CommandDispatcher } from './command-dispatcher';
import { CommandTimeoutError } from './command-errors';
import { CommandServerService } from './command-server-service';
import { decodeCommand, encodeCommand } from './command-wire';
import { remoteCommands } from './remote-commands';
import { withCommands } from './with-commands';

const place = defineCommand('Place');
const placeOf = (payload: unknown, id = 'c') => place({ aggregateId: '7', payload, id });

/** Two applications on one broker: one that sends, and one that does the work. */
function twoApplications(kept?: ReadModelStorage) {
  const world = commandWorld();
  const broker = TestBed.inject(MessageBrokerService);
  const keeping = kept
    ? [...withCommands({ keepResults: true }).ɵproviders, { provide: READ_MODEL_STORAGE, useValue: kept }] // prettier-ignore
    : [];
  const other = createEnvironmentInjector(
    [CommandBusService, CommandDispatcher, CommandServerService, ...keeping],
    TestBed.inject(EnvironmentInjector),
  );
  const bus = other.get(CommandBusService);
  return {
    ...world,
    broker,
    there: bus,
    serve: () => watched(other.get(CommandServerService).serve()),
    /** Lets answers come, and waits. */
    advance: async (ms: number) => {
      await settled();
      world.clock.advance(ms);
      await settled();
    },
  };
}

describe(remoteCommands.name, () => {
  it('has a command done by the application that serves it', async () => {
    const { bus, there, broker, serve, clock } = twoApplications();
    const got: unknown[] = [];
    there.register(place, (command) => of({ got: got.push(command) }));
    const served = serve();
    bus.registerRemote(place, remoteCommands(broker));
    const at = new Date(5);
    const sent = watched(
      bus.execute({ ...placeOf({ sku: 'tea' }), metadata: { userId: 'u', timestamp: at } }),
    );
    await settled();

    expect(sent.values).toEqual([{ commandId: 'c', success: true, result: { got: 1 } }]);
    expect(got).toEqual([
      { id: 'c', type: 'Place', aggregateId: '7', payload: { sku: 'tea' }, metadata: { userId: 'u', timestamp: at } }, // prettier-ignore
    ]);

    served.stop();
    await settled();

    expect(clock.pending).toBe(0);
  });

  it('does a command once whose answer was lost', async () => {
    const { bus, there, broker, serve, clock, advance } = twoApplications();
    let [calls, lost] = [0, 2];
    there.register(place, () => of(++calls));
    const served = serve();
    const request = broker.request.bind(broker);
    jest.spyOn(broker, 'request').mockImplementation((topic, payload, options) => {
      if (lost-- <= 0) return request(topic, payload, options);
      // It arrives, but nothing comes back.
      const nothing = throwError(() => new RequestTimeoutError(topic, 5000));
      return request(topic, payload, options).pipe(ignoreElements(), concatWith(nothing));
    });
    bus.registerRemote(place, remoteCommands(broker));
    const sent = watched(bus.send(placeOf(1)));
    for (let turn = 0; turn < 4; turn++) await advance(1000);

    expect(sent.values).toEqual([1]);
    expect(calls).toBe(1);

    served.stop();
    await settled();

    expect(clock.pending).toBe(0);
  });

  it.each([
    ['a conflict', () => new WrongExpectedVersionError('s', 1, 2), { code: 'RXM501', actual: 2 }],
    ['another error', () => new Error('no'), { code: 'RXM408', answer: 'no' }],
  ])('tells of %s', async (_what, error, expected) => {
    const { bus, there, broker, serve } = twoApplications();
    there.register(place, () => {
      throw error();
    });
    serve();
    bus.registerRemote(place, remoteCommands(broker), { retries: 0 });
    const sent = watched(bus.send(placeOf(1)));
    await settled();

    expect(sent.errors).toEqual([expect.objectContaining(expected)]);
  });

  it('tries again what may pass over there', async () => {
    const { bus, there, broker, serve, advance } = twoApplications();
    let calls = 0;
    there.register(place, () => {
      if (++calls < 3) throw Object.assign(new Error('away'), { status: 503 });
      return of('done');
    });
    serve();
    bus.registerRemote(place, remoteCommands(broker));
    const sent = watched(bus.send(placeOf(1)));
    for (let turn = 0; turn < 4; turn++) await advance(1000);

    expect(sent.values).toEqual(['done']);
  });

  it.each([
    ['a call that took too long', () => new CallTimeoutError('stock', 5, 'call'), 'RXM408'],
    ['work that was cut off', () => Object.assign(new Error('cut off'), { name: 'AbortError' }), 'RXM408'], // prettier-ignore
    ['a command that took too long', () => new CommandTimeoutError('Place', 'c', 5, true), 'RXM542'], // prettier-ignore
  ])('is told that %s is final where it is remembered', async (_what, error, code) => {
    const { bus, there, broker, serve, advance, clock } = twoApplications();
    let calls = 0;
    there.register(place, () => {
      calls++;
      throw error();
    });
    const served = serve();
    const request = jest.spyOn(broker, 'request');
    bus.registerRemote(place, remoteCommands(broker));
    const sent = watched(bus.send(placeOf(1)));
    for (let turn = 0; turn < 4; turn++) await advance(1000);
    const again = watched(bus.send(placeOf(1)));
    for (let turn = 0; turn < 4; turn++) await advance(1000);

    expect(sent.errors).toEqual([expect.objectContaining({ code })]);
    expect(again.errors).toEqual(sent.errors);
    // Neither tried again by itself, nor asked again.
    expect([calls, request.mock.calls.length]).toEqual([1, 1]);

    served.stop();
    await settled();

    expect(clock.pending).toBe(0);
  });

  it('is told that a failure may pass where the handler says that it does no harm twice', async () => {
    const { bus, there, broker, serve, advance } = twoApplications();
    let calls = 0;
    const handler = () => (++calls < 2 ? throwError(() => new CallTimeoutError('stock', 5, 'call')) : of('done')); // prettier-ignore
    there.register(place, handler, { idempotent: true });
    serve();
    bus.registerRemote(place, remoteCommands(broker));
    const sent = watched(bus.send(placeOf(1)));
    for (let turn = 0; turn < 4; turn++) await advance(1000);

    expect(sent.values).toEqual(['done']);
  });

  it('is told of a remembered failure as final, also when it was kept and the handler says more since', async () => {
    const storage = patchableStorage(memoryReadModels());
    const value = { type: 'Place', aggregateId: '7', failure: { name: 'AbortError', message: 'cut off' } }; // prettier-ignore
    const { bus, there, broker, serve, advance, clock } = twoApplications(storage);
    await storage.compareAndSet({ model: '$commands', id: 'c', value, position: 0 }, 0, clock.now()); // prettier-ignore
    let calls = 0;
    there.register(place, () => of(++calls), { idempotent: true });
    serve();
    bus.registerRemote(place, remoteCommands(broker));
    const sent = watched(bus.send(placeOf(1)));
    for (let turn = 0; turn < 4; turn++) await advance(1000);

    expect(sent.errors).toEqual([expect.objectContaining({ code: 'RXM408', answer: 'cut off' })]);
    expect(calls).toBe(0);
  });

  it('gets no answer from a remote handler, so that nothing goes round in a circle', async () => {
    const { bus, there, broker, serve } = twoApplications();
    there.registerRemote(place, () => NEVER);
    serve();
    bus.registerRemote(place, remoteCommands(broker), { retries: 0 });
    const sent = watched(bus.send(placeOf(1)));
    await settled();

    expect(sent.errors).toEqual([
      expect.objectContaining({ code: 'RXM542', reason: 'no-handler' }),
    ]);
  });

  it.each([undefined, 'text', [], { v: 2, ok: true }, { v: 1 }, { v: 1, ok: 'yes' }])(
    'takes %p for no answer',
    async (answer) => {
      const { bus, broker } = twoApplications();
      watched(broker.respond('orders', () => of(answer ?? null)));
      bus.registerRemote(place, remoteCommands(broker, { topic: () => 'orders' }));
      const sent = watched(bus.send(place({ aggregateId: '', payload: 1 })));
      await settled();

      expect(isRequestFailedError(sent.errors[0])).toBe(true);
    },
  );
});

describe(CommandServerService.name, () => {
  it.each([
    null,
    [],
    7,
    {},
    { v: 1, id: 'x', type: 'Place', aggregateId: 'a' },
    { v: 2, id: 'x', type: 'Place', aggregateId: 'a', metadata: { timestamp: 1 } },
    { v: 1, id: 7, type: 'Place', aggregateId: 'a', metadata: { timestamp: 1 } },
    { v: 1, id: 'x', type: 'Place', aggregateId: 'a', metadata: { timestamp: 'now' } },
    { v: 1, id: 'x', type: 'Place', aggregateId: 'a', metadata: { timestamp: 1, userId: 7 } },
  ])('refuses %p, which is no command', async (payload) => {
    const { there, broker, serve } = twoApplications();
    let calls = 0;
    there.register(place, () => of(++calls));
    serve();
    const sent = watched(broker.request('commands.Place', payload));
    await settled();

    expect(isRequestFailedError(sent.errors[0])).toBe(true);
    expect(calls).toBe(0);
    expect(decodeCommand(payload)).toBeUndefined();
  });

  it('reads what was written', () => {
    const clock = commandWorld().clock;
    const command = { ...placeOf({ a: [1] }), id: 'c', metadata: { timestamp: new Date(clock.now()), tag: 1 } }; // prettier-ignore
    const wire: unknown = JSON.parse(JSON.stringify(encodeCommand(command)));

    expect(decodeCommand(wire)).toEqual(command);
    expect(TestBed.inject(CLOCK)).toBe(clock);
  });
});
