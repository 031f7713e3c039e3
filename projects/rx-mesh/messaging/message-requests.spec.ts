import { TestBed } from '@angular/core/testing';
import { InvalidOptionError } from 'rx-mesh/kernel';
import { EMPTY, NEVER, Observable, Subject, of, throwError, timer } from 'rxjs';
import { FakeTabs } from '../spec-support/fake-tabs';
import { messagingWorld, told, watched } from '../spec-support/messaging-world';
import { settled } from '../spec-support/settled';
import { withBroadcastChannel } from './adapters/broadcast-channel-transport';
import { TAB_CHANNELS } from './adapters/tab-channels';
import { InMemoryTransport } from './in-memory-transport';
import { MessageBrokerService } from './message-broker-service';
import {
  InvalidMessageError,
  InvalidTopicError,
  NoResponderError,
  RequestFailedError,
  RequestTimeoutError,
} from './messaging-errors';
import { withMessaging } from './with-messaging';

describe(`${MessageBrokerService.name} with requests`, () => {
  it('gives the answer to who asked, and completes', () => {
    const { broker, clock } = messagingWorld();
    const responding = watched(
      broker.respond<number, number>('double.*', ({ payload }) => payload * 2),
    );
    const asked = [1, 2].map((n) => watched(broker.request<number>('double.it', n)));
    responding.stop();

    expect(asked.map(({ values }) => values)).toEqual([[2], [4]]);
    expect(asked.map(({ completed }) => completed())).toEqual([true, true]);
    expect(told(responding.values)).toEqual(['acked 1', 'acked 2']);
    expect(clock.pending).toBe(0);
  });

  it('waits for promises and streams, of which the first value counts', async () => {
    const { broker, clock } = messagingWorld();
    const answers: readonly (Promise<unknown> | Observable<unknown> | undefined)[] = [
      Promise.resolve('p'),
      timer(50, clock.scheduler),
      of('s', 't'),
      EMPTY,
      undefined,
    ];
    const { stop } = watched(broker.respond('a', ({ payload }) => answers[Number(payload)]));
    const asked = answers.map((_, i) => watched(broker.request('a', i)));
    await settled();
    clock.advance(50);
    stop();

    expect(asked.map(({ values }) => values)).toEqual([['p'], [0], ['s'], [null], [undefined]]);
    expect(clock.pending).toBe(0);
  });

  it('tells who asked what went wrong, once', () => {
    const { broker, clock } = messagingWorld();
    let calls = 0;
    const { stop } = watched(
      broker.respond('a', () => {
        calls++;
        throw new Error('sold out');
      }),
    );
    const asked = watched(broker.request('a', 1));
    clock.advance(60_000);
    stop();

    expect(asked.errors).toEqual([new RequestFailedError('a', 'sold out')]);
    expect([calls, broker.deadLetters(), clock.pending]).toEqual([1, [], 0]);
  });

  it.each([
    ['no error', () => new Observable((answer) => answer.error('text')), 'text'],
    ['a long text', () => throwError(() => new Error('x'.repeat(9999))), 'x'.repeat(1024)],
    ['an answer that is too slow', () => NEVER, 'no answer within 1000 ms'],
  ])('tells in words of %s', (_what, responder, answer) => {
    const { broker, clock } = messagingWorld();
    const { stop } = watched(broker.respond('a', responder, { ackWait: 1000 }));
    const asked = watched(broker.request('a', 1));
    clock.advance(1000);
    stop();

    expect(asked.errors).toMatchObject([{ code: 'RXM408', topic: 'a', answer }]);
  });

  it('errors at once when nobody can answer', () => {
    const { broker, clock } = messagingWorld();

    expect(watched(broker.request('a', 1)).errors).toEqual([new NoResponderError('a')]);
    expect(clock.pending).toBe(0);
  });

  it('errors when no answer comes in time', () => {
    const { broker, clock } = messagingWorld();
    const mute = watched(broker.messages('a'));
    const asked = watched(broker.request('a', 1));
    const short = watched(broker.request('a', 1, { timeout: 100 }));
    clock.advance(100);

    expect(short.errors).toEqual([new RequestTimeoutError('a', 100)]);
    expect(asked.errors).toEqual([]);

    clock.advance(4900);
    mute.stop();

    expect(asked.errors).toEqual([new RequestTimeoutError('a', 5000)]);
    expect(clock.pending).toBe(0);
  });

  it('takes its time-out from the application', () => {
    const { broker, clock } = messagingWorld({ features: [withMessaging({ requestTimeout: 70 })] });
    const mute = watched(broker.messages('a'));
    const asked = watched(broker.request('a', 1));
    clock.advance(70);
    mute.stop();

    expect(asked.errors).toEqual([new RequestTimeoutError('a', 70)]);
  });

  it('asks anew for each subscriber, and ends with it', () => {
    const { broker, clock } = messagingWorld();
    const transport = TestBed.inject(InMemoryTransport);
    const heard = watched(transport.receive('a'));
    const request$ = broker.request('a', 1, { headers: { h: 'x' }, key: 'k' });
    const first = watched(request$);
    const second = watched(request$);

    expect(heard.values).toHaveLength(2);
    expect(heard.values[0]).toMatchObject({ headers: { h: 'x' }, key: 'k', payload: 1 });
    expect(heard.values[0]?.id).not.toBe(heard.values[1]?.id);
    expect(heard.values[0]?.replyTo).toBe(heard.values[1]?.replyTo);

    first.stop();
    second.stop();
    heard.stop();

    expect(clock.pending).toBe(0);
    // Nobody listens for answers any more.
    expect(
      watched(
        transport.send({
          ...(heard.values[0] as never as object),
          topic: heard.values[0]?.replyTo ?? '',
        } as never),
      ).errors,
    ).toEqual([expect.any(NoResponderError)]);
  });

  it('does not answer what asks nothing', () => {
    const { broker, send } = messagingWorld();
    let calls = 0;
    const { values, stop } = watched(broker.respond('a', () => calls++));
    send('a', [1]);
    stop();

    expect([calls, told(values)]).toEqual([0, ['acked 1']]);
  });

  it('ignores an answer to something else', () => {
    const { broker, clock } = messagingWorld();
    const transport = TestBed.inject(InMemoryTransport);
    const { values, stop } = watched(broker.messages('a'));
    const asked = watched(broker.request('a', 1));
    const [request] = values;
    const answer = { id: 'x', topic: request?.replyTo ?? '', headers: {}, timestamp: 0 };
    transport.send({ ...answer, payload: 'no', correlationId: 'other' }).subscribe();
    transport.send({ ...answer, payload: 'yes', correlationId: request?.id }).subscribe();
    transport.send({ ...answer, payload: 'late', correlationId: request?.id }).subscribe();
    stop();

    expect([asked.values, clock.pending]).toEqual([['yes'], 0]);
  });

  it.each([
    ['topic', 'a.*', {}, InvalidTopicError],
    ['header', 'a', { headers: { a: 1 as never } }, InvalidMessageError],
    ['time-out', 'a', { timeout: 0 }, InvalidOptionError],
  ])('errors on the stream for a wrong %s', (_what, topic, options, type) => {
    const { broker } = messagingWorld();

    expect(watched(broker.request(topic, 1, options)).errors).toEqual([expect.any(type)]);
  });

  it('stops answering when it is unsubscribed', () => {
    const { broker, clock } = messagingWorld();
    const work = new Subject();
    const { stop } = watched(broker.respond('a', () => work));
    const asked = watched(broker.request('a', 1));
    stop();

    expect(work.observed).toBe(false);

    clock.advance(5000);

    expect(asked.errors).toEqual([new RequestTimeoutError('a', 5000)]);
  });

  it('tells the application of an answer that cannot be sent', () => {
    const tabs = new FakeTabs();
    const channels = { open: (name: string) => tabs.channel(name), events$: NEVER };
    const { broker, diagnostics, clock } = messagingWorld({
      features: [withBroadcastChannel(), withMessaging({ maxMessageSize: 3 })],
      providers: [{ provide: TAB_CHANNELS, useValue: channels }],
    });
    const { stop } = watched(broker.respond('a', () => 'much too large'));
    const asked = watched(broker.request('a', ''));
    clock.advance(5000);
    stop();

    expect(asked.errors).toEqual([new RequestTimeoutError('a', 5000)]);
    expect(diagnostics.records).toMatchObject([
      { code: 'RXM409', severity: 'warning', source: 'MessageBrokerService' },
    ]);
    expect(tabs.channels).toBe(0);
  });
});
