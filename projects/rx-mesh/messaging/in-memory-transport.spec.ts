import { setTimeout } from 'node:timers/promises';
import { TestBed } from '@angular/core/testing';
import { provideRxMeshTesting } from 'rx-mesh/testing';
import { config, repeat, take } from 'rxjs';
import { aMessage, describeMessageTransport } from '../spec-support/contracts/message-transport';
import { InMemoryTransport } from './in-memory-transport';
import { MESSAGE_TRANSPORT, type TransportState } from './message-transport';
import { NoResponderError, QueueFullError } from './messaging-errors';

const setUp = () => {
  TestBed.configureTestingModule({ providers: [provideRxMeshTesting()] });
  return TestBed.inject(InMemoryTransport);
};

describeMessageTransport(InMemoryTransport.name, () => ({ transport: setUp() }));

describe(InMemoryTransport.name, () => {
  it('is the default', () => {
    expect(setUp()).toBe(TestBed.inject(MESSAGE_TRANSPORT));
  });

  it('hands over at once, and the very object', () => {
    const transport = setUp();
    const message = aMessage('a');
    const got: unknown[] = [];
    transport.receive('*').subscribe((each) => got.push(each));
    transport.send(message).subscribe({ complete: () => got.push('sent') });

    expect(got).toEqual([message, 'sent']);
    expect(got[0]).toBe(message);
  });

  it('knows when nobody can answer', () => {
    const transport = setUp();
    const errors: unknown[] = [];
    const request = aMessage('orders.get', { replyTo: 'in.box' });
    const ask = () =>
      transport.send(request).subscribe({ error: (error: unknown) => errors.push(error) });
    ask();

    expect(errors).toEqual([new NoResponderError('orders.get')]);

    const responding = transport.receive('orders.>').subscribe();
    ask();
    responding.unsubscribe();
    ask();

    expect(errors).toHaveLength(2);
  });

  it('goes on when a receiver throws', async () => {
    const transport = setUp();
    const got: unknown[] = [];
    const thrown: unknown[] = [];
    const { onUnhandledError } = config;
    config.onUnhandledError = (error: unknown) => thrown.push(error);
    transport.receive('a').subscribe(() => {
      throw new Error('mine');
    });
    transport.receive('a').subscribe(({ payload }) => got.push(payload));
    transport.send(aMessage('a', { payload: 1 })).subscribe();
    transport.send(aMessage('a', { payload: 2 })).subscribe();
    await setTimeout(5); // RxJS tells it later, by the real clock
    config.onUnhandledError = onUnhandledError;

    expect(got).toEqual([1, 2]);
    expect(thrown).toEqual([new Error('mine'), new Error('mine')]);
  });

  it('refuses a circle of messages that grows without end', () => {
    const transport = setUp();
    const errors: unknown[] = [];
    let sent = 0;
    const send = () => {
      if (sent++ < 50_000) {
        transport.send(aMessage('a')).subscribe({ error: (error: unknown) => errors.push(error) });
      }
    };
    transport.receive('a').subscribe(() => {
      send();
      send();
    });
    send();

    expect(errors[0]).toEqual(new QueueFullError('in-memory', 10_000));
  });

  it('ends with the injector', () => {
    const transport = setUp();
    const told: unknown[] = [];
    const states: TransportState[] = [];
    transport.state$.subscribe((state) => states.push(state));
    transport.receive('a').subscribe({ complete: () => told.push('exact') });
    transport.receive('*').subscribe({ complete: () => told.push('wild') });
    TestBed.resetTestingModule();
    transport.receive('a').subscribe({ complete: () => told.push('late') });
    transport.send(aMessage('a')).subscribe({ complete: () => told.push('sent') });
    transport.state$.subscribe((state) => states.push(state));

    expect(told).toEqual(['exact', 'wild', 'late', 'sent']);
    expect(states).toEqual(['connected', 'closed', 'closed']);
  });

  it.each(['a.*', 'a.b'])(
    'hands a message once to who comes back to %s for the next one',
    (pattern) => {
      const transport = setUp();
      const got: unknown[] = [];
      transport
        .receive(pattern)
        .pipe(take(1), repeat(), take(10))
        .subscribe(({ payload }) => got.push(payload));
      for (const payload of [1, 2, 3]) transport.send(aMessage('a.b', { payload })).subscribe();

      expect(got).toEqual([1, 2, 3]);
    },
  );

  it('refuses a circle of messages that goes round without end, and goes on', () => {
    const transport = setUp();
    const told: unknown[] = [];
    let sent = 0;
    // More than it stands, so that this ends in any case.
    const send = (topic: string) => {
      if (sent++ > 1_100_000) return;
      transport.send(aMessage(topic)).subscribe({ error: (error: unknown) => told.push(error) });
    };
    transport.receive('a').subscribe(() => send('b'));
    transport.receive('b').subscribe(() => send('a'));
    transport.receive('c').subscribe(({ topic }) => told.push(topic));
    send('a');
    send('c');

    expect(told).toEqual([new QueueFullError('in-memory', 10_000), 'c']);
  });
});
