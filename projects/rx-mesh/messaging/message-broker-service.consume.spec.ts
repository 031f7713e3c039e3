import { TestBed } from '@angular/core/testing';
import { InvalidOptionError } from 'rx-mesh/kernel';
import { NEVER, Subject, finalize, of, take, throwError, timer } from 'rxjs';
import { messagingWorld, told, watched } from '../spec-support/messaging-world';
import { settled } from '../spec-support/settled';
import { MessageBrokerService } from './message-broker-service';
import { InvalidTopicError, QueueFullError } from './messaging-errors';

describe(`${MessageBrokerService.name} with consumers`, () => {
  it('acknowledges what a handler has handled: nothing, a promise or a stream', async () => {
    const { consume, send, clock } = messagingWorld();
    const work = new Subject<number>();
    const results = [undefined, Promise.resolve(1), of(1, 2), work];
    const { values, stop } = consume('a', ({ payload }) => results[Number(payload)]);
    send('a', [0, 1, 2, 3]);

    expect(told(values)).toEqual(['acked 0', 'acked 2']);

    await settled();
    work.next(1);

    expect(told(values)).toEqual(['acked 0', 'acked 2', 'acked 1']);

    work.complete();
    stop();

    expect(values.map(({ type }) => type)).toEqual(['acked', 'acked', 'acked', 'acked']);
    expect(clock.pending).toBe(0);
  });

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('no');
      },
    ],
    ['rejects', async () => Promise.reject(new Error('no'))],
    ['errors', () => throwError(() => new Error('no'))],
  ])('delivers again when a handler %s, and gives up in the end', async (_how, handler) => {
    const { broker, consume, send, clock, diagnostics } = messagingWorld();
    const { values, stop } = consume('a', handler, { maxDeliver: 3, name: 'mine' });
    send('a', [7]);
    for (let i = 0; i < 5; i++) {
      await settled();
      clock.advance(100);
    }
    const reason = { kind: 'error', cause: new Error('no') };

    expect(values).toMatchObject([
      { type: 'retrying', consumer: 'mine', attempt: 1, delay: 100, reason },
      { type: 'retrying', consumer: 'mine', attempt: 2, delay: 100, reason },
      { type: 'dead-lettered', consumer: 'mine', letter: { attempts: 3, reason } },
    ]);
    expect(broker.deadLetters()).toMatchObject([
      { consumer: 'mine', message: { payload: 7 }, attempts: 3, reason },
    ]);
    expect(diagnostics.records).toMatchObject([{ code: 'RXM407', severity: 'error' }]);

    stop();

    expect(clock.pending).toBe(0);
  });

  it('takes a handler that is too slow for one that failed, and ends its work', () => {
    const { consume, send, clock } = messagingWorld();
    let running = 0;
    const { values, stop } = consume(
      'a',
      () => {
        running++;
        return NEVER.pipe(finalize(() => running--));
      },
      { ackWait: 1000, maxDeliver: 2 },
    );
    send('a', [1]);
    clock.advance(999);

    expect([running, values]).toEqual([1, []]);

    clock.advance(1);

    expect(running).toBe(0);
    expect(values).toMatchObject([{ type: 'retrying', reason: { kind: 'timeout' } }]);

    clock.advance(100 + 1000);
    stop();

    expect(values).toMatchObject([
      { type: 'retrying' },
      { type: 'dead-lettered', letter: { reason: { kind: 'timeout' } } },
    ]);
    expect([running, clock.pending]).toEqual([0, 0]);
  });

  it('keeps the order of a key, and lets a message that fails hold up no other', () => {
    const { broker, consume, send, clock } = messagingWorld();
    const handled: unknown[] = [];
    const { stop } = consume(
      'a',
      ({ payload }) => {
        if (payload === 'poison') throw new Error('no');
        handled.push(payload);
      },
      { maxDeliver: 3 },
    );
    send('a', ['x1', 'poison', 'x2', 'x3'], { key: 'x' });
    send('a', ['y1', 'y2'], { key: 'y' });
    send('a', ['free']);

    expect(handled).toEqual(['x1', 'y1', 'y2', 'free']);

    clock.advance(199);

    expect(handled).toHaveLength(4);

    clock.advance(1);
    stop();

    expect(handled.slice(4)).toEqual(['x2', 'x3']);
    expect(broker.deadLetters()).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  it('orders by topic, or not at all, when it is asked to', () => {
    const { consume, send, clock } = messagingWorld();
    const begun: unknown[] = [];
    const work = ({ payload }: { readonly payload: unknown }) => {
      begun.push(payload);
      return timer(10, clock.scheduler);
    };
    const byTopic = consume('topic.*', work, { orderedBy: 'topic' });
    send('topic.a', ['a1', 'a2']);
    send('topic.b', ['b1']);

    expect(begun).toEqual(['a1', 'b1']);

    byTopic.stop();
    const none = consume('none', work, { orderedBy: 'none' });
    send('none', ['c1', 'c2'], { key: 'c' });
    none.stop();

    expect(begun).toEqual(['a1', 'b1', 'c1', 'c2']);
  });

  it('has no more under way than it may, and takes keys in turns', () => {
    const { consume, send, clock } = messagingWorld();
    const begun: unknown[] = [];
    const { stop } = consume(
      'a',
      ({ payload }) => {
        begun.push(payload);
        return timer(10, clock.scheduler);
      },
      { maxInFlight: 2 },
    );
    send('a', ['x1', 'x2', 'x3'], { key: 'x' });
    send('a', ['y1', 'y2'], { key: 'y' });
    send('a', ['z1'], { key: 'z' });

    expect(begun).toEqual(['x1', 'y1']);

    clock.advance(10);

    expect(begun).toEqual(['x1', 'y1', 'z1', 'x2']);

    clock.advance(100);
    stop();

    expect(begun).toEqual(['x1', 'y1', 'z1', 'x2', 'y2', 'x3']);
    expect(clock.pending).toBe(0);
  });

  it.each([
    ['drop-oldest' as const, ['dropped 2', 'dropped 3'], [1, 4, 5]],
    ['drop-newest' as const, ['dropped 4', 'dropped 5'], [1, 2, 3]],
  ])('bounds its queue by %s, and tells it once', (overflow, dropped, handled) => {
    const { consume, send, clock, diagnostics } = messagingWorld();
    const begun: unknown[] = [];
    const { values, stop } = consume(
      'a',
      ({ payload }) => {
        begun.push(payload);
        return timer(10, clock.scheduler);
      },
      { overflow, queueLimit: 2 },
    );
    send('a', [1, 2, 3, 4, 5], { key: 'k' });

    expect(told(values)).toEqual(dropped);
    expect(diagnostics.codes).toEqual(['RXM406']);

    clock.advance(100);

    expect(begun).toEqual(handled);

    send('a', [6, 7, 8, 9], { key: 'k' });
    stop();

    expect(diagnostics.codes).toEqual(['RXM406', 'RXM406']);
  });

  it('ends with an error when its queue is full, if it is asked to', () => {
    const { consume, send, clock } = messagingWorld();
    const { errors } = consume('a', () => NEVER, {
      overflow: 'error',
      queueLimit: 2,
      name: 'mine',
    });
    send('a', [1, 2, 3, 4, 5], { key: 'k' });

    expect(errors).toEqual([new QueueFullError('mine', 2)]);
    expect(clock.pending).toBe(0);
  });

  it('bounds what waits to be delivered again', () => {
    const { consume, send, clock } = messagingWorld();
    const { values, stop } = consume('a', () => throwError(() => new Error('no')), {
      queueLimit: 10,
    });
    send(
      'a',
      Array.from({ length: 50 }, (_, i) => i),
    );

    expect(values.filter(({ type }) => type === 'dropped')).toHaveLength(40);
    expect(clock.pending).toBe(10);

    stop();

    expect(clock.pending).toBe(0);
  });

  it('handles an id once, until it is forgotten', () => {
    const { consume, send, clock } = messagingWorld();
    const { values, stop } = consume('a', () => undefined, { dedupeWindow: 1000 });
    send('a', [1, 2], { id: 'same' });
    clock.advance(999);
    send('a', [3], { id: 'same' });
    clock.advance(1);
    send('a', [4], { id: 'same' });
    stop();

    expect(told(values)).toEqual(['acked 1', 'duplicate 2', 'duplicate 3', 'acked 4']);
  });

  it('sends a message again by the same id, so that a retry is handled once', () => {
    const { broker, consume } = messagingWorld();
    const { values, stop } = consume('a', () => undefined);
    const sending$ = broker.publish('a', 1);
    sending$.subscribe();
    sending$.subscribe();
    stop();

    expect(told(values)).toEqual(['acked 1', 'duplicate 1']);
  });

  it('leaves nothing behind when it is unsubscribed', async () => {
    const { consume, send, clock, broker } = messagingWorld();
    const states = [
      NEVER,
      throwError(() => new Error('no')),
      new Promise(() => undefined),
      timer(1, clock.scheduler),
    ];
    const { values, stop } = consume('a', ({ payload }) => states[Number(payload)], {
      maxInFlight: 3,
    });
    send('a', [0, 1, 2, 3, 0, 1]);
    await settled();
    const before = values.length;

    expect(clock.pending).toBeGreaterThan(0);

    stop();

    expect(clock.pending).toBe(0);

    clock.advance(1_000_000);
    await settled();

    expect(values).toHaveLength(before);
    expect(broker.deadLetters()).toEqual([]);
  });

  it('may be left in the middle of an event', () => {
    const { broker, send, clock } = messagingWorld();
    const handled: unknown[] = [];
    const first = watched(
      broker.consume('a', ({ payload }) => void handled.push(payload)).pipe(take(1)),
    );
    send('a', [1, 2, 3]);

    expect([handled, first.completed(), clock.pending]).toEqual([[1], true, 0]);
  });

  it('does not let a handler that stalls stall another consumer', () => {
    const { consume, send } = messagingWorld();
    const stalled = consume('a', () => NEVER);
    const other = consume('a', () => undefined);
    send('a', [1, 2], { key: 'k' });
    stalled.stop();
    other.stop();

    expect(told(other.values)).toEqual(['acked 1', 'acked 2']);
  });

  it('starts nothing before it is subscribed, and errors on the stream for what cannot be', () => {
    const { broker, consume } = messagingWorld();
    broker.consume('a..b', () => undefined, { ackWait: -1 });

    expect(consume('a..b', () => undefined).errors).toEqual([expect.any(InvalidTopicError)]);
    expect(consume('a', () => undefined, { ackWait: 0 }).errors).toEqual([
      expect.any(InvalidOptionError),
    ]);
  });

  it('completes when the injector ends, and nothing runs on', () => {
    const { broker, consume, send, clock } = messagingWorld();
    const events = watched(broker.events$);
    const { values, completed } = consume('a', () => NEVER);
    send('a', [1]);
    TestBed.resetTestingModule();

    expect([completed(), events.completed(), clock.pending]).toEqual([true, true, 0]);
    expect(consume('a', () => undefined).completed()).toBe(true);

    clock.advance(1_000_000);

    expect(values).toEqual([]);
  });

  it('tells the events of all consumers', () => {
    const { broker, consume, send } = messagingWorld();
    const events = watched(broker.events$);
    const consumers = [consume('a', () => undefined), consume('*', () => undefined)];
    send('a', [1]);
    for (const { stop } of consumers) stop();

    expect(events.values).toMatchObject([
      { type: 'acked', consumer: 'a' },
      { type: 'acked', consumer: '*' },
    ]);
  });
});
