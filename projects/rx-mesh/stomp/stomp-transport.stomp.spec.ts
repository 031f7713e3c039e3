import { EnvironmentInjector } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { CLOCK, constantBackoff, systemClock } from 'rx-mesh/kernel';
import { MESSAGE_TRANSPORT, SOCKET_FACTORY } from 'rx-mesh/messaging';
import { provideRxMeshTesting } from 'rx-mesh/testing';
import { setTimeout as wait } from 'node:timers/promises';
import {
  aMessage,
  describeSharedMessageTransport,
} from '../spec-support/contracts/message-transport';
import { RabbitMq } from '../spec-support/rabbitmq';
import { watched } from '../spec-support/socket-world';
import { WatchedSockets, stompApplication } from '../spec-support/stomp-application';
import { StompLoginError, StompRefusedError } from './stomp-errors';
import type { StompTransportOptions } from './stomp-options';
import { StompTransport } from './stomp-transport';
import { stompTransport, withStompTransport } from './with-stomp-transport';

const broker = new RabbitMq();

beforeAll(async () => {
  // The chunks are there before a test looks at what happens.
  await Promise.all([broker.start(), import('@stomp/rx-stomp'), import('@stomp/stompjs')]);
});
afterAll(() => broker.dispose());
afterEach(() => {
  TestBed.resetTestingModule();
});

const queues = { of: 0 };

describe.each([
  ['with queues that go with it', false],
  ['with durable queues', true],
])('a transport %s', (_name, durable) => {
  describeSharedMessageTransport(StompTransport.name, () => {
    const sockets = new WatchedSockets();
    const number = queues.of++;
    const optionsOf = (whose: string): StompTransportOptions => ({
      url: broker.url,
      login: 'guest',
      passcode: 'guest',
      linger: 0,
      backoff: constantBackoff(50),
      queue: (pattern) => (durable ? `${whose} ${number} ${pattern}` : undefined),
    });
    TestBed.resetTestingModule();
    TestBed.configureTestingModule({
      providers: [
        provideRxMeshTesting(),
        { provide: CLOCK, useValue: systemClock },
        { provide: SOCKET_FACTORY, useValue: sockets.factory },
        ...withStompTransport(optionsOf('own')).ɵproviders,
      ],
    });
    const odd = '{"topic":"a"}';
    const frame = `SEND\ndestination:/exchange/amq.topic/a\ncontent-length:${odd.length}\n\n${odd}\0`;
    return {
      transport: TestBed.inject(MESSAGE_TRANSPORT),
      peer: TestBed.runInInjectionContext(() => stompTransport(optionsOf('peer'))),
      settle: () => sockets.quiet(),
      open: () => sockets.open,
      malformed: () => sockets.send(frame),
    };
  });
});

describe(`${StompTransport.name} with RabbitMQ`, () => {
  const setUp = (options: Partial<StompTransportOptions> = {}) => {
    const sockets = new WatchedSockets();
    const parent = TestBed.inject(EnvironmentInjector);
    const all = { url: broker.url, ...options };
    return { sockets, ...stompApplication(parent, all, sockets) };
  };
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) await wait(10);
  };

  it('carries what AMQP and STOMP cannot: odd topics, long ones, and large payloads', async () => {
    const { transport, sockets } = setUp();
    const got: unknown[] = [];
    const leaving = transport.receive('>').subscribe(({ topic, payload }) => {
      got.push([topic, String(payload).length]);
    });
    await sockets.quiet();
    const topics = ['a/b.%2F.c:d', 'é😀', String.raw`a\nb\c`, '"{}[]|^`', 'x'.repeat(255)];
    const sends = topics.map((topic) => watched(transport.send(aMessage(topic, { payload: '' }))));
    const large = watched(transport.send(aMessage('l', { payload: 'é'.repeat(500_000) })));
    await until(() => got.length === 6);
    await sockets.quiet();
    leaving.unsubscribe();

    expect(got).toEqual([...topics.map((topic) => [topic, 0]), ['l', 500_000]]);
    expect([...sends, large].map(({ heard }) => heard)).toEqual(got.map(() => ['completed']));
  });

  it('does not get in with a wrong login, and lets go of the socket at once', async () => {
    const { transport, sockets, diagnostics } = setUp({ login: 'nobody', maxRefusals: 2 });
    const { heard } = watched(transport.send(aMessage('a')));
    await until(() => diagnostics.codes.length > 0);

    expect(sockets.open).toBe(0);

    await until(() => heard.length > 0);

    expect(heard).toEqual([
      new StompLoginError(broker.url, "Bad CONNECT: Access refused for user 'nobody'"),
    ]);
    expect(diagnostics.codes).toEqual(['RXM417']);
  });

  it('gets in with a token that is fetched anew', async () => {
    const tokens = ['wrong', 'guest'];
    const { transport } = setUp({
      passcode: undefined,
      connectHeaders: () => Promise.resolve({ passcode: tokens.shift() ?? '' }),
    });
    const { heard } = watched(transport.send(aMessage('a')));
    await until(() => heard.length > 0);

    expect(heard).toEqual(['completed']);
  });

  it('finds out that an exchange is not there, for what is sent and what is received', async () => {
    const { transport, sockets } = setUp({ exchange: 'nobody.made.it' });
    const sent = watched(transport.send(aMessage('a')));
    await until(() => sent.heard.length > 0);
    const received = watched(transport.receive('a'));
    await until(() => received.heard.length > 0);

    const died = 'closed with 1000 "STOMP died"';

    expect(sent.heard).toEqual([new StompRefusedError('message', 'a', died)]);
    expect(received.heard).toEqual([new StompRefusedError('subscription', 'a', died)]);
    expect(sockets.open).toBe(0);
  });

  it('stays connected by its signs of life alone', async () => {
    const heartbeat = { outgoing: 2000, incoming: 1000 };
    const { transport, diagnostics, sockets } = setUp({ heartbeat });
    const { leave } = watched(transport.receive('a'));
    await wait(9000);

    expect([diagnostics.codes, sockets.open]).toEqual([[], 1]);

    leave();
  });

  it('gets from a durable queue what came while it was away, and what it had not acknowledged', async () => {
    const queue = () => 'kept';
    const { transport, sockets } = setUp({ queue, prefetch: 2 });
    const first = watched(transport.receive('kept.>'));
    await sockets.quiet();
    first.leave();
    const { transport: other } = setUp();
    for (let n = 0; n < 50; n++) other.send(aMessage('kept.a', { payload: n })).subscribe();
    await wait(200);
    const got: unknown[] = [];
    const leaving = transport.receive('kept.>').subscribe(({ payload }) => got.push(payload));
    await until(() => got.length === 50);
    leaving.unsubscribe();
    await wait(300);

    expect(got).toEqual(Array.from({ length: 50 }, (_, n) => n));
    expect(broker.ctl('list_queues', 'name', 'durable', 'messages')).toContain('kept\ttrue\t0');
  });
});
