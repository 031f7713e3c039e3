import { TestBed } from '@angular/core/testing';
import { NEVER, Subject, throwError, timer } from 'rxjs';
import { aMessage } from '../spec-support/contracts/message-transport';
import { messagingWorld, told, watched } from '../spec-support/messaging-world';
import type { Message } from './message';
import { MessageBrokerService } from './message-broker-service';
import { MESSAGE_CONTEXT } from './message-context';
import { MESSAGE_TRANSPORT } from './message-transport';
import { InvalidMessageError, InvalidTopicError } from './messaging-errors';
import { withMessaging } from './with-messaging';

describe(MessageBrokerService.name, () => {
  it('sends when it is subscribed, and gives a receipt', () => {
    const { broker, clock } = messagingWorld();
    const { values, stop } = watched(broker.messages('orders.*'));
    const options = { key: 'k', headers: { a: 'b' }, id: 'mine' };
    const sending$ = broker.publish('orders.created', { n: 1 }, options);

    expect(values).toEqual([]);

    const receipt = watched(sending$);
    stop();

    expect(receipt.values).toEqual([{ id: 'mine' }]);
    expect(receipt.completed()).toBe(true);
    expect(values).toEqual([
      {
        id: 'mine',
        topic: 'orders.created',
        key: 'k',
        headers: { a: 'b' },
        payload: { n: 1 },
        timestamp: clock.now(),
        source: expect.stringMatching(/\S/) as unknown,
      },
    ]);
  });

  it('makes an id for each message, and one source for all', () => {
    const { broker, send } = messagingWorld();
    const { values, stop } = watched(broker.messages('>'));
    send('a', [1, 2]);
    stop();

    expect(new Set(values.map(({ id }) => id)).size).toBe(2);
    expect(new Set(values.map(({ source }) => source)).size).toBe(1);
    expect(
      values.map((message) => [Object.isFrozen(message), Object.isFrozen(message.headers)]),
    ).toEqual([
      [true, true],
      [true, true],
    ]);
  });

  it.each([
    ['a pattern as topic', 'a.*', {}, InvalidTopicError],
    ['no topic', '', {}, InvalidTopicError],
    ['an empty id', 'a', { id: '' }, InvalidMessageError],
    ['a long key', 'a', { key: 'k'.repeat(257) }, InvalidMessageError],
    ['a header that is no text', 'a', { headers: { a: 1 as never } }, InvalidMessageError],
  ])('errors on the stream for %s', (_what, topic, options, type) => {
    const { broker } = messagingWorld();

    expect(watched(broker.publish(topic, 1, options)).errors).toEqual([expect.any(type)]);
  });

  it('hands on what the transport errors with', () => {
    const error = new Error('down');
    const { broker } = messagingWorld({
      providers: [
        {
          provide: MESSAGE_TRANSPORT,
          useValue: { send: () => throwError(() => error), receive: () => NEVER, state$: NEVER },
        },
      ],
    });

    expect(watched(broker.publish('a', 1)).errors).toEqual([error]);
  });

  it('lets the context travel in the headers', () => {
    const { broker, deliveriesOf } = (() => {
      const world = messagingWorld({
        providers: [
          {
            provide: MESSAGE_CONTEXT,
            useValue: {
              inject: (headers: Record<string, string>) => (headers['traceparent'] = 'here'),
              extract: (headers: Record<string, string>) => ({ from: headers['traceparent'] }),
            },
          },
        ],
      });
      return { ...world, deliveriesOf: world.deliveries('a') };
    })();
    broker.publish('a', 1, { headers: { mine: 'x' } }).subscribe();
    deliveriesOf.stop();

    expect(deliveriesOf.values).toMatchObject([
      { context: { from: 'here' }, message: { headers: { mine: 'x', traceparent: 'here' } } },
    ]);
  });

  it('says how the transport is doing', () => {
    const { broker } = messagingWorld();
    const { values } = watched(broker.state$);
    TestBed.resetTestingModule();

    expect(values).toEqual(['connected', 'closed']);
  });

  it('completes when the transport is closed, after what is under way', () => {
    const messages$ = new Subject<Message>();
    const { consume, clock } = messagingWorld({
      providers: [
        {
          provide: MESSAGE_TRANSPORT,
          useValue: { send: () => NEVER, receive: () => messages$, state$: NEVER },
        },
      ],
    });
    const { values, completed } = consume('a', () => timer(10, clock.scheduler));
    messages$.next(aMessage('a', { payload: 1 }));
    messages$.complete();

    expect(completed()).toBe(false);

    clock.advance(10);

    expect([told(values), completed()]).toEqual([['acked 1'], true]);
  });
});

describe(`${MessageBrokerService.name} with dead letters`, () => {
  const setUp = (maxDeadLetters = 1000) => {
    const world = messagingWorld({
      features: [withMessaging({ maxDeadLetters, consumer: { maxDeliver: 1 } })],
    });
    let broken = true;
    const consumer = world.consume('orders.*', () => {
      if (broken) throw new Error('down');
    });
    return {
      ...world,
      consumer,
      mend: () => {
        broken = false;
      },
    };
  };

  it('keeps them readable as stream and signal, the newest last', () => {
    const { broker, send, clock, diagnostics } = setUp();
    const lists = watched(broker.deadLetters$);
    send('orders.a', [1, 2]);
    lists.stop();

    expect(lists.values.map((letters) => letters.length)).toEqual([0, 1, 2]);
    expect(broker.deadLetters()).toBe(lists.values.at(-1));
    expect(broker.deadLetters()).toMatchObject([
      {
        consumer: 'orders.*',
        message: { topic: 'orders.a', payload: 1 },
        attempts: 1,
        reason: { kind: 'error', cause: new Error('down') },
        at: clock.now(),
      },
      { message: { payload: 2 } },
    ]);
    // Told once, until a message is handled again.
    expect(diagnostics.codes).toEqual(['RXM407']);
  });

  it('keeps no more than it may', () => {
    const { broker, send } = setUp(3);
    send('orders.a', [1, 2, 3, 4, 5]);

    expect(broker.deadLetters().map(({ message }) => message.payload)).toEqual([3, 4, 5]);
  });

  it('replays one to its consumer, though the id was seen before', () => {
    const { broker, send, consumer, mend, diagnostics } = setUp();
    send('orders.a', [1]);
    const [letter] = broker.deadLetters();
    const id = letter?.id ?? '';

    expect(broker.replayDeadLetter(id)).toBe(true);
    expect(broker.deadLetters()).toHaveLength(1);
    expect(broker.deadLetters()[0]?.id).not.toBe(id);

    mend();

    expect(broker.replayDeadLetter(broker.deadLetters()[0]?.id ?? '')).toBe(true);
    expect(broker.deadLetters()).toEqual([]);
    expect(told(consumer.values)).toEqual(['dead-lettered 1', 'dead-lettered 1', 'acked 1']);
    expect(broker.replayDeadLetter(id)).toBe(false);
    expect(diagnostics.codes).toEqual(['RXM407']);
  });

  it('keeps one whose consumer is gone, until there is one of the same name', () => {
    const { broker, send, consumer, consume } = setUp();
    send('orders.a', [1]);
    consumer.stop();
    const id = broker.deadLetters()[0]?.id ?? '';

    expect([broker.replayDeadLetter(id), broker.deadLetters().length]).toEqual([false, 1]);

    const other = consume('other', () => undefined, { name: 'orders.*' });

    expect([broker.replayDeadLetter(id), broker.deadLetters().length]).toEqual([true, 0]);
    expect(told(other.values)).toEqual(['acked 1']);
  });

  it('keeps one whose consumer has no room', () => {
    const { broker, consume, send, clock } = messagingWorld();
    const { values, stop } = consume(
      'a',
      ({ payload }) => {
        if (payload === 'poison') throw new Error('no');
        return timer(10, clock.scheduler);
      },
      { maxDeliver: 1, queueLimit: 1, overflow: 'drop-newest' },
    );
    send('a', ['poison', 1, 2], { key: 'k' });
    const id = broker.deadLetters()[0]?.id ?? '';

    expect(broker.replayDeadLetter(id)).toBe(false);

    clock.advance(20);

    expect(broker.replayDeadLetter(id)).toBe(true);
    expect(told(values)).toEqual([
      'dead-lettered poison',
      'acked 1',
      'acked 2',
      'dead-lettered poison',
    ]);

    stop();
  });

  it('discards one', () => {
    const { broker, send } = setUp();
    send('orders.a', [1, 2]);
    const id = broker.deadLetters()[0]?.id ?? '';

    expect([broker.discardDeadLetter(id), broker.discardDeadLetter(id)]).toEqual([true, false]);
    expect(broker.deadLetters().map(({ message }) => message.payload)).toEqual([2]);
  });
});
