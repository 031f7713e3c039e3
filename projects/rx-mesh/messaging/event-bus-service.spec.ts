import { setTimeout } from 'node:timers/promises';
import { computed, effect, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { config } from 'rxjs';
import { messagingWorld, watched } from '../spec-support/messaging-world';
import { type BusEvent, EventBusService } from './event-bus-service';
import { InMemoryTransport } from './in-memory-transport';
import { InvalidTopicError } from './messaging-errors';

interface UserCreated extends BusEvent {
  readonly type: 'user.created';
  readonly name: string;
}

const setUp = () => {
  const world = messagingWorld();
  return { ...world, bus: TestBed.inject(EventBusService) };
};
const created: UserCreated = { type: 'user.created', name: 'Ada' };

describe(EventBusService.name, () => {
  it('tells who listens, at once, the very event', () => {
    const { bus } = setUp();
    const streams = ['user.created', 'user.*', '>', '#', 'user.deleted'].map((pattern) =>
      watched(bus.on<UserCreated>(pattern)),
    );
    bus.publish(created);
    for (const { stop } of streams) stop();
    bus.publish(created);

    expect(streams.map(({ values }) => values)).toEqual([
      [created],
      [created],
      [created],
      [created],
      [],
    ]);
    expect(streams[0]?.values[0]).toBe(created);
  });

  it('has a second name for on()', () => {
    const { bus } = setUp();
    const { values, stop } = watched(bus.subscribe<UserCreated>('user.created'));
    bus.publish(created);
    stop();

    expect(values.map(({ name }) => name)).toEqual(['Ada']);
  });

  it('receives once for all subscribers of a pattern, and not without one', () => {
    const { bus } = setUp();
    const receive = jest.spyOn(TestBed.inject(InMemoryTransport), 'receive');
    bus.on('a');

    expect(receive).not.toHaveBeenCalled();

    const [first, second] = [watched(bus.on('a')), watched(bus.on('a'))];

    expect(receive).toHaveBeenCalledTimes(1);

    first.stop();
    second.stop();
    const third = watched(bus.on('a'));
    bus.publish({ type: 'a' });
    third.stop();

    expect(receive).toHaveBeenCalledTimes(2);
    expect(third.values).toHaveLength(1);
  });

  it('goes on when a subscriber throws', async () => {
    const { bus } = setUp();
    const thrown: unknown[] = [];
    const { onUnhandledError } = config;
    config.onUnhandledError = (error: unknown) => thrown.push(error);
    bus.on('a').subscribe(() => {
      throw new Error('mine');
    });
    const { values, stop } = watched(bus.on('a'));
    bus.publish({ type: 'a' });
    bus.publish({ type: 'a' });
    await setTimeout(5); // RxJS tells it later, by the real clock
    config.onUnhandledError = onUnhandledError;
    stop();

    expect(values).toHaveLength(2);
    expect(thrown).toHaveLength(2);
  });

  it('tells every subscriber the same order, also when one of them publishes', () => {
    const { bus } = setUp();
    const answering = bus.on('ask').subscribe(() => bus.publish({ type: 'answer', more: 1 }));
    const { values, stop } = watched(bus.on('*'));
    bus.publish({ type: 'ask' });
    stop();
    answering.unsubscribe();

    expect(values.map(({ type }) => type)).toEqual(['ask', 'answer']);
  });

  it('does not let an effect depend on what subscribers read', () => {
    const { bus } = setUp();
    const [read, trigger] = [signal(0), signal(0)];
    let runs = 0;
    const { stop } = watched(bus.on('a'));
    const reading = bus.on('a').subscribe(() => read());
    TestBed.runInInjectionContext(() =>
      effect(() => {
        trigger();
        runs++;
        bus.publish({ type: 'a' });
      }),
    );
    TestBed.tick();
    read.set(1);
    TestBed.tick();
    reading.unsubscribe();
    stop();

    expect(runs).toBe(1);
    expect(computed(() => read())()).toBe(1);
  });

  it('tells the application what cannot be published, and throws nothing', () => {
    const { bus, diagnostics } = setUp();
    bus.publish({ type: 'not a type' });

    expect(diagnostics.records).toMatchObject([
      {
        code: 'RXM409',
        source: 'EventBusService',
        cause: expect.any(InvalidTopicError) as unknown,
      },
    ]);
    expect(watched(bus.on('a..b')).errors).toEqual([expect.any(InvalidTopicError)]);
  });

  it('completes when the injector ends', () => {
    const { bus } = setUp();
    const { completed } = watched(bus.on('a'));
    TestBed.resetTestingModule();

    expect(completed()).toBe(true);
  });
});
