import { TestBed } from '@angular/core/testing';
import { constantBackoff } from 'rx-mesh/kernel';
import {
  ManualClock,
  ManualPage,
  RecordingDiagnostics,
  provideRxMeshTesting,
} from 'rx-mesh/testing';
import {
  aMessage,
  describeSharedMessageTransport,
} from '../../spec-support/contracts/message-transport';
import { settled } from '../../spec-support/settled';
import { watched } from '../../spec-support/socket-world';
import { type FakeSocket, FakeSockets } from 'rx-mesh/testing';
import type { Message } from '../message';
import { encodeMessage } from '../message-codec';
import { MESSAGE_TRANSPORT, type TransportState } from '../message-transport';
import { topicPattern } from '../topic-pattern';
import { MESSAGING } from '../messaging-options';
import { SOCKET_FACTORY } from './socket-like';
import { WebSocketTransport } from './socket-transport';
import {
  type WebSocketTransportOptions,
  webSocketTransport,
  withWebSocketTransport,
} from './web-socket-transport';

type Frame = { readonly op: string; readonly pattern?: string; readonly seq?: number } & {
  readonly message?: Message;
};

/** A server that keeps to the frames of the transport. */
class FakeBroker extends FakeSockets {
  readonly #patterns = new Map<FakeSocket, Set<string>>();
  /** Whether it answers. */
  acknowledges = true;
  /** What came, in order. */
  readonly frames: Frame[] = [];

  override accepting = true;
  override onMessage = (socket: FakeSocket, data: unknown): void => {
    const frame = JSON.parse(String(data)) as Frame;
    this.frames.push(frame);
    const { message, op, pattern = '', seq } = frame;
    const patterns = this.#patterns.get(socket) ?? new Set();
    this.#patterns.set(socket, patterns);
    if (op === 'sub') patterns.add(pattern);
    if (op === 'unsub') patterns.delete(pattern);
    if (op === 'ping') socket.receive({ op: 'pong' });
    if (op !== 'pub' || !message) return;
    const matching = [...this.#patterns].filter(([, all]) =>
      [...all].some((each) => topicPattern(each).matches(message.topic)),
    );
    for (const [each] of matching) each.receive({ op: 'msg', message });
    if (seq !== undefined && this.acknowledges) {
      socket.receive({ op: 'ack', seq, receivers: matching.length });
    }
  };

  ops(): readonly string[] {
    return this.frames.map(({ op, pattern, message }) => `${op} ${pattern ?? message?.id ?? ''}`);
  }
}

const setUp = (options: Partial<WebSocketTransportOptions> = {}) => {
  const broker = new FakeBroker();
  const all = { url: '/messages', linger: 0, backoff: constantBackoff(100), ...options };
  TestBed.resetTestingModule();
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      MESSAGING.provide({ maxMessageSize: 1000 }),
      { provide: SOCKET_FACTORY, useValue: broker.factory },
      ...withWebSocketTransport(all).ɵproviders,
    ],
  });
  const transport = TestBed.inject(MESSAGE_TRANSPORT);
  const peer = TestBed.runInInjectionContext(() => webSocketTransport(all));
  const clock = TestBed.inject(ManualClock);
  const states: TransportState[] = [];
  transport.state$.subscribe((state) => states.push(state));
  const come = async (ms = 0) => {
    await settled();
    clock.advance(ms);
    await settled();
  };
  const diagnostics = TestBed.inject(RecordingDiagnostics);
  return { broker, transport, peer, clock, states, come, diagnostics };
};

describe.each([
  ['that is not acknowledged', {}],
  ['that is acknowledged', { acknowledge: true }],
])('a transport %s', (_name, options) => {
  describeSharedMessageTransport(WebSocketTransport.name, () => {
    const { broker, transport, peer } = setUp(options);
    return {
      transport,
      peer,
      settle: settled,
      open: () => broker.open,
      malformed: () => broker.last.receive({ op: 'msg', message: { topic: 'a' } }),
    };
  });
});

describe(WebSocketTransport.name, () => {
  it('says what it can do', () => {
    expect(setUp().transport.capabilities).toEqual({
      crossTab: true,
      crossClient: true,
      acknowledges: false,
    });
    expect(setUp({ acknowledge: true }).transport.capabilities.acknowledges).toBe(true);
  });

  it('goes to the origin of the page, and to no other', () => {
    const { broker, transport } = setUp();
    transport.receive('a').subscribe();

    expect(broker.last.url).toBe('ws://localhost/messages');
    expect(() => setUp({ url: 'wss://other.test' })).toThrow('allowedOrigins');
  });

  it('asks for each pattern once, and takes it back after the last receiver', async () => {
    const { broker, transport, come } = setUp();
    const all = ['a.*', 'b.#', 'b.>', 'a.*'].map((pattern) =>
      transport.receive(pattern).subscribe(),
    );
    await come();
    const late = transport.receive('c').subscribe();
    all[0]?.unsubscribe();
    all[3]?.unsubscribe();

    expect(broker.ops()).toEqual(['sub a.*', 'sub b.>', 'sub c', 'unsub a.*']);

    for (const each of [...all, late]) each.unsubscribe();

    expect(broker.open).toBe(0);
  });

  it('asks again on a new connection, before it sends what waits', async () => {
    const { broker, transport, clock, come, states } = setUp();
    const got: unknown[] = [];
    const receiving = transport.receive('a').subscribe(({ payload }) => got.push(payload));
    await come();
    broker.last.lose();
    const { heard } = watched(transport.send(aMessage('a', { id: 'm', payload: 1 })));
    await come(100);

    expect(broker.ops()).toEqual(['sub a', 'sub a', 'pub m']);
    expect([got, heard]).toEqual([[1], ['completed']]);
    expect(states).toEqual(['disconnected', 'connecting', 'connected', 'connecting', 'connected']);

    receiving.unsubscribe();

    expect([clock.pending, states.at(-1)]).toEqual([0, 'disconnected']);
  });

  it('sends again in order what has no answer, when it is to be acknowledged', async () => {
    const { broker, transport, clock, come } = setUp({ acknowledge: true });
    broker.acknowledges = false;
    const [one, other] = ['m1', 'm2'].map((id) => watched(transport.send(aMessage('a', { id }))));
    await come();
    broker.last.lose();
    const last = watched(transport.send(aMessage('a', { id: 'm3' })));

    expect([one?.heard, other?.heard]).toEqual([[], []]);

    broker.acknowledges = true;
    await come(100);

    expect(broker.ops()).toEqual(['pub m1', 'pub m2', 'pub m1', 'pub m2', 'pub m3']);
    expect([one?.heard, other?.heard, last.heard]).toEqual(
      Array.from({ length: 3 }, () => ['completed']),
    );
    expect([clock.pending, broker.open]).toEqual([0, 0]);
  });

  it('takes back what has no answer yet', async () => {
    const { broker, transport, come } = setUp({ acknowledge: true });
    broker.acknowledges = false;
    const { leave } = watched(transport.send(aMessage('a', { id: 'm1' })));
    const other = watched(transport.send(aMessage('a', { id: 'm2' })));
    await come();
    leave();
    broker.last.lose();
    await come(100);

    expect(broker.ops()).toEqual(['pub m1', 'pub m2', 'pub m2']);

    other.leave();
  });

  it('tells a request that nobody has received', async () => {
    const { transport, come } = setUp({ acknowledge: true });
    const request = watched(transport.send(aMessage('a', { replyTo: 'me' })));
    const telling = watched(transport.send(aMessage('a')));
    await come();

    expect(request.heard).toMatchObject([{ code: 'RXM404', topic: 'a' }]);
    expect(telling.heard).toEqual(['completed']);
  });

  it.each([false, true])('refuses what is too large, too much or no JSON (%p)', (acknowledge) => {
    const { broker, transport } = setUp({ acknowledge, maxOutbox: 1 });
    const errorOf = (payload: unknown) => watched(transport.send(aMessage('a', { payload }))).heard;

    expect(errorOf('x'.repeat(1000))).toMatchObject([{ code: 'RXM400' }]);
    expect(errorOf(1n)).toMatchObject([{ code: 'RXM401' }]);
    expect(broker.all).toEqual([]);
    expect(errorOf(1)).toEqual([]);
    expect(errorOf(2)).toMatchObject([{ code: 'RXM405', limit: 1 }]);
  });

  it.each([
    ['bytes', new ArrayBuffer(2)],
    ['no JSON', '{'],
    ['null', 'null'],
    ['another op', { op: 'sub' }],
    ['another version', { op: 'msg', message: { ...aMessage('a'), v: 2 } }],
    [
      'a key that attacks',
      `{"op":"msg","message":{"v":1,"id":"a","topic":"a","timestamp":1,"payload":{"__proto__":1}}}`,
    ],
    ['too much', `{"op":"msg","message":"${'x'.repeat(2000)}"}`],
    ['an answer without a number', { op: 'ack', seq: '1' }],
  ])('leaves out %s', async (_what, data) => {
    const { broker, transport, come, diagnostics } = setUp();
    const { heard, leave } = watched(transport.receive('>'));
    await come();
    broker.last.receive(data);
    leave();

    expect(heard).toEqual([]);
    expect(diagnostics.records).toMatchObject([
      { code: 'RXM401', severity: 'warning', source: 'WebSocketTransport' },
    ]);
  });

  it('takes no notice of answers to nothing', async () => {
    const { broker, transport, come, diagnostics } = setUp({ acknowledge: true });
    const { leave } = watched(transport.receive('a'));
    await come();
    broker.last.receive({ op: 'ack', seq: 99 });
    broker.last.receive({ op: 'pong' });
    leave();

    expect(diagnostics.codes).toEqual([]);
  });

  it('asks after a silence whether the server is there', async () => {
    const { broker, transport, come, states } = setUp();
    const { leave } = watched(transport.receive('a'));
    await come();
    await come(30_000);
    await come(10_000);

    expect([broker.ops(), states.at(-1)]).toEqual([['sub a', 'ping '], 'connected']);

    leave();
  });

  it('has no heartbeat if it is told so', async () => {
    const { transport, clock, come } = setUp({ heartbeat: false });
    const { leave } = watched(transport.receive('a'));
    await come();

    expect(clock.pending).toBe(0);

    leave();
  });

  it('goes on after the last message that came', async () => {
    const { broker, transport, come } = setUp({
      resume: (last) => last && { op: 'after', pattern: last.id },
    });
    const { leave } = watched(transport.receive('a'));
    await come();
    broker.last.receive(`{"op":"msg","message":${encodeMessage(aMessage('a', { id: 'm9' }))}}`);
    broker.last.receive({ op: 'pong' });
    broker.last.lose();
    await come(100);

    expect(broker.ops()).toEqual(['sub a', 'after m9', 'sub a']);

    leave();
  });

  it('completes its receivers when the server closes it for good, and tries anew for later ones', async () => {
    const { broker, transport, come, states, diagnostics } = setUp();
    const { heard } = watched(transport.receive('a'));
    await come();
    broker.last.lose(1008, 'policy');

    expect([heard, states.at(-1), diagnostics.codes]).toEqual([
      ['completed'],
      'closed',
      ['RXM410'],
    ]);

    const again = watched(transport.receive('a'));
    await come();

    expect(states.at(-1)).toBe('connected');

    again.leave();

    expect(states.at(-1)).toBe('disconnected');
  });

  it('is disconnected without a network', async () => {
    const { transport, come, states } = setUp();
    const { leave } = watched(transport.receive('a'));
    await come();
    TestBed.inject(ManualPage).goOffline();

    expect(states.at(-1)).toBe('disconnected');

    leave();
  });

  it('ends with the application, and with it what has no answer', async () => {
    const { broker, transport, come } = setUp({ acknowledge: true });
    broker.acknowledges = false;
    const sending = watched(transport.send(aMessage('a')));
    const receiving = watched(transport.receive('b'));
    await come();
    TestBed.resetTestingModule();

    expect(sending.heard).toMatchObject([{ code: 'RXM412', failure: 'closed' }]);
    expect([receiving.heard, broker.open]).toEqual([['completed'], 0]);
  });

  it('cannot be where there are no sockets', () => {
    TestBed.configureTestingModule({
      providers: [provideRxMeshTesting(), { provide: SOCKET_FACTORY, useValue: undefined }],
    });
    const make = () => TestBed.runInInjectionContext(() => webSocketTransport({ url: '/a' }));

    expect(make).toThrow('No socket can be opened to ws://localhost/a');
  });
});
