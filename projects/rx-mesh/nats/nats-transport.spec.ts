import { EnvironmentInjector, createEnvironmentInjector } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { ID_GENERATOR, InvalidOptionError } from 'rx-mesh/kernel';
import {
  MESSAGE_TRANSPORT,
  type Message,
  MessageTooLargeError,
  NoResponderError,
  QueueFullError,
} from 'rx-mesh/messaging';
import {
  ManualClock,
  RecordingDiagnostics,
  SequentialIds,
  provideRxMeshTesting,
} from 'rx-mesh/testing';
import {
  aMessage,
  describeSharedMessageTransport,
} from '../spec-support/contracts/message-transport';
import { FakeNats, natsFailure } from '../spec-support/fake-nats';
import { settled } from '../spec-support/settled';
import { NatsConnection, withNats } from './nats-connection';
import { NATS_MODULES } from './nats-modules';
import { NatsTransport } from './nats-transport';
import { type NatsTransportOptions, natsTransport, withNatsTransport } from './with-nats-transport';

const setUp = (options: NatsTransportOptions = {}) => {
  const nats = new FakeNats();
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      ...withNats({ servers: ['wss://nats.test'], linger: 0 }).ɵproviders,
      ...withNatsTransport({ prefix: 'p', ...options }).ɵproviders,
      { provide: NATS_MODULES, useValue: nats },
    ],
  });
  const transport = TestBed.inject(MESSAGE_TRANSPORT);
  const send = (message: Message) => {
    const told: unknown[] = [];
    const subscription = transport.send(message).subscribe({
      error: (error: unknown) => told.push(error),
      complete: () => told.push('sent'),
    });
    return { told, stop: () => subscription.unsubscribe() };
  };
  const listen = (pattern = '>') => {
    const told: unknown[] = [];
    transport.receive(pattern).subscribe({
      next: ({ payload }) => told.push(payload),
      complete: () => told.push('end'),
    });
    return told;
  };
  const diagnostics = TestBed.inject(RecordingDiagnostics);
  return { nats, transport, send, listen, diagnostics, clock: TestBed.inject(ManualClock) };
};

describeSharedMessageTransport(NatsTransport.name, () => {
  const { nats, transport } = setUp();
  const others = createEnvironmentInjector(
    [
      NatsConnection,
      { provide: ID_GENERATOR, useValue: new SequentialIds() },
      ...withNatsTransport({ prefix: 'p' }).ɵproviders,
    ],
    TestBed.inject(EnvironmentInjector),
  );
  others.get(ID_GENERATOR).uuid();
  return {
    transport,
    peer: others.get(MESSAGE_TRANSPORT),
    settle: settled,
    open: () => nats.open,
    malformed: () => {
      nats.deliver({ subject: 'p.a', data: 'junk', headers: undefined, reply: undefined });
    },
  };
});

describe(NatsTransport.name, () => {
  it('says what it can do', () => {
    const { transport } = setUp();
    const durable = TestBed.runInInjectionContext(() =>
      natsTransport({ durable: { stream: 'S' } }),
    );

    expect([transport.capabilities, durable.capabilities.acknowledges]).toEqual([
      { crossTab: true, crossClient: true, acknowledges: false },
      true,
    ]);
  });

  it('puts the id and the headers of a message where servers see them', async () => {
    const { nats, send } = setUp();
    const headers = {
      traceparent: '00-1-2-01',
      'nats-expected-stream': 'S',
      'a b': '1',
      line: 'a\r\nNats-Rollup: all',
      spaced: ' a',
      empty: '',
    };
    send(aMessage('a.b', { id: 'one', headers }));
    await settled();
    const [sent] = nats.published;

    expect(sent?.subject).toBe('p.a.b');
    expect([...(sent?.headers ?? [])]).toEqual([
      ['Rx-Mesh-Message', ['1']],
      ['Nats-Msg-Id', ['one']],
      ['traceparent', ['00-1-2-01']],
      ['empty', ['']],
    ]);
    expect(JSON.parse(sent?.data ?? '')).toMatchObject({ id: 'one', headers });
  });

  it('keeps messages while the server is away, and sends them in order when it is back', async () => {
    const { nats, send, listen, clock } = setUp();
    const got = listen();
    await settled();
    nats.drop();
    await settled();
    const ends = Array.from({ length: 600 }, (_, payload) => send(aMessage('a', { payload })));
    clock.advance(10_000);
    await settled();

    expect([nats.published.length, ends.flatMap(({ told }) => told)]).toEqual([0, []]);

    nats.restore();
    await settled();

    expect(got).toEqual(Array.from({ length: 600 }, (_, i) => i));
    expect(ends.every(({ told }) => told[0] === 'sent')).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('sends again what a lost connection had, with the same id', async () => {
    const { nats, send, listen } = setUp();
    const got = listen();
    await settled();
    // The client does not know yet that it is away.
    const states = nats.clients[0];
    jest.spyOn(states ?? {}, 'tell' as never).mockImplementation();
    nats.drop();
    jest.restoreAllMocks();
    const { told } = send(aMessage('a', { payload: 1 }));
    await settled();

    expect([told, got]).toEqual([[], []]);

    nats.restore();
    await settled();
    TestBed.inject(ManualClock).advance(250);
    await settled();

    expect([told, got]).toEqual([['sent'], [1]]);
  });

  it('takes back what has not left', async () => {
    const { nats, send, listen } = setUp();
    const got = listen();
    await settled();
    nats.drop();
    await settled();
    send(aMessage('a', { payload: 1 })).stop();
    send(aMessage('a', { payload: 2 }));
    nats.restore();
    await settled();

    expect(got).toEqual([2]);
  });

  it('takes no more messages than it may hold', async () => {
    const { nats, send } = setUp({ maxOutbox: 2 });
    send(aMessage('a'));
    await settled();
    nats.drop();
    await settled();
    const ends = [send(aMessage('a')), send(aMessage('a')), send(aMessage('a'))];

    expect(ends.map(({ told }) => told)).toEqual([[], [], [expect.any(QueueFullError)]]);
  });

  it('refuses what is too large, for itself or for the server', async () => {
    const { send } = setUp({ maxMessageSize: 20_000 });
    const [own, server] = [20_001, 10_000].map((size) =>
      send(aMessage('a', { payload: 'x'.repeat(size) })),
    );
    await settled();

    expect(own?.told).toEqual([expect.any(MessageTooLargeError)]);
    expect(server?.told).toMatchObject([{ code: 'RXM400', limit: 10_000 }]);
  });

  it('knows when nobody responds', async () => {
    const { send, listen } = setUp();
    listen('heard');
    const [nobody, somebody] = [
      send(aMessage('ask', { replyTo: 'r' })),
      send(aMessage('heard', { replyTo: 'r' })),
    ];
    await settled();

    expect([nobody.told, somebody.told]).toEqual([[new NoResponderError('ask')], ['sent']]);
  });

  it('says that a topic is denied', async () => {
    const { nats, send, listen, diagnostics } = setUp();
    nats.denied.add('p.no');
    const [refused, taken] = [send(aMessage('no')), send(aMessage('yes'))];
    const heard = listen('no');
    await settled();

    expect([refused.told, taken.told, heard]).toMatchObject([
      [{ code: 'RXM421', failure: 'denied' }],
      ['sent'],
      ['end'],
    ]);
    expect(diagnostics.codes).toEqual(['RXM421']);
  });

  it('errors for what waits, and completes for who receives, when the connection ends for good', async () => {
    const { nats, send, listen, diagnostics } = setUp();
    const heard = listen();
    await settled();
    nats.drop();
    await settled();
    const { told } = send(aMessage('a'));
    await nats.clients[0]?.close(natsFailure('AuthorizationError'));
    await settled();

    expect([told, heard]).toMatchObject([[{ failure: 'authentication' }], ['end']]);
    expect(diagnostics.codes).toEqual(['RXM420']);
  });

  it('leaves out a message that claims another topic, and one that is too large', async () => {
    const { nats, listen, diagnostics } = setUp({ maxMessageSize: 1000 });
    const got = listen();
    await settled();
    const none = { headers: undefined, reply: undefined };
    nats.deliver({ subject: 'p.a', data: JSON.stringify({ v: 1, ...aMessage('b') }), ...none });
    nats.deliver({ subject: 'p.a', data: 'x'.repeat(1001), ...none });

    expect([got, diagnostics.codes]).toEqual([[], ['RXM401']]);
  });

  it('takes messages of others if it is told to, but no junk', async () => {
    const { nats, listen, diagnostics } = setUp({ plain: true });
    const got = listen();
    await settled();
    const none = { headers: undefined, reply: undefined };
    for (const data of ['{"n":1}', '', '{', '{"__proto__":1}']) {
      nats.deliver({ subject: 'p.a', data, ...none });
    }

    expect([got, diagnostics.codes]).toEqual([[{ n: 1 }, null], ['RXM401']]);
  });

  it('ends with the application', async () => {
    const { nats, send, listen } = setUp();
    const heard = listen();
    await settled();
    nats.drop();
    await settled();
    const { told } = send(aMessage('a'));
    TestBed.resetTestingModule();
    await settled();

    expect([told, heard]).toMatchObject([[{ failure: 'closed' }], ['end']]);
  });

  it.each<[string, NatsTransportOptions]>([
    ['an empty prefix', { prefix: '' }],
    ['a prefix of the server', { prefix: '$JS' }],
    ['an outbox without room', { maxOutbox: 0 }],
    ['a stream without a name', { durable: { stream: 'a b' } }],
  ])('refuses %s', (_what, options) => {
    expect(() => withNatsTransport(options)).toThrow(InvalidOptionError);
  });
});
