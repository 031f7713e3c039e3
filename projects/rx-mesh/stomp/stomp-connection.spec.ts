import { TestBed } from '@angular/core/testing';
import { exponentialBackoff } from 'rx-mesh/kernel';
import { SOCKET_FACTORY, SocketUnavailableError, SocketUrlError } from 'rx-mesh/messaging';
import { provideRxMeshTesting } from 'rx-mesh/testing';
import { of, throwError } from 'rxjs';
import { aMessage } from '../spec-support/contracts/message-transport';
import { settled } from '../spec-support/settled';
import { watched } from '../spec-support/socket-world';
import { stompFrame, stompWorld } from '../spec-support/stomp-world';
import { StompLoginError } from './stomp-errors';
import { STOMP_PACKAGES } from './stomp-packages';
import { StompTransport } from './stomp-transport';
import { stompTransport } from './with-stomp-transport';

describe(`the connection of ${StompTransport.name}`, () => {
  it('is opened with STOMP 1.2, the login and the times of the heartbeat', async () => {
    const { broker, transport, come, states } = stompWorld({
      login: 'me',
      passcode: 'a:b',
      vhost: 'shop',
      heartbeat: { incoming: 20_000 },
    });
    watched(transport.receive('a'));

    expect(states).toEqual(['disconnected', 'connecting']);

    await come();

    expect([broker.last.url, broker.last.protocols, broker.last.binaryType]).toEqual([
      'wss://broker.test/ws?secret=1',
      ['v12.stomp'],
      'arraybuffer',
    ]);
    expect(Object.fromEntries(broker.frames[0]?.headers ?? [])).toEqual({
      'accept-version': '1.2',
      'heart-beat': '60000,20000',
      host: 'shop',
      login: 'me',
      passcode: 'a:b',
    });
    expect(states).toEqual(['disconnected', 'connecting', 'connected']);
  });

  it('is opened by nobody but a subscriber, lingers, and says goodbye', async () => {
    const { broker, transport, come, states, clock } = stompWorld({ linger: 500 });
    transport.receive('a');
    transport.send(aMessage('a'));
    await come(1000);

    expect([broker.all.length, states]).toEqual([0, ['disconnected']]);

    const { leave } = watched(transport.receive('a'));
    await come();
    leave();
    await come(499);

    expect(broker.open).toBe(1);

    await come(1);

    expect([broker.open, clock.pending, states.at(-1)]).toEqual([0, 0, 'disconnected']);
    expect(broker.told()).toEqual(['CONNECT', 'SUBSCRIBE a', 'UNSUBSCRIBE s1', 'DISCONNECT']);
  });

  it.each([
    ['at once', (n: number) => ({ passcode: `token ${n}` })],
    ['as a promise', (n: number) => Promise.resolve({ passcode: `token ${n}` })],
    ['as a stream', (n: number) => of({ passcode: `token ${n}` }, { passcode: 'later' })],
  ])('asks for fresh headers each time: %s', async (_name, give) => {
    let asked = 0;
    const { broker, transport, come } = stompWorld({
      login: 'me',
      connectHeaders: () => give(++asked),
    });
    watched(transport.receive('a'));
    await come();
    broker.last.lose();
    await come(100);
    const connects = broker.frames.filter(({ command }) => command === 'CONNECT');

    expect(connects.map(({ headers }) => headers.get('passcode'))).toEqual(['token 1', 'token 2']);
    expect(connects.map(({ headers }) => headers.get('login'))).toEqual(['me', 'me']);
  });

  it.each<[string, () => never]>([
    [
      'throw',
      () => {
        throw new Error('no token');
      },
    ],
    ['fail', () => throwError(() => new Error('no token')) as never],
    ['inject', () => ({ passcode: 'a\nlogin:admin' }) as never],
    ['are none', () => 'text' as never],
  ])('opens nothing when headers %s, and tries again', async (_name, connectHeaders) => {
    const { broker, transport, come, diagnostics, states } = stompWorld({ connectHeaders });
    const { leave } = watched(transport.receive('a'));
    await come(100);
    await come(100);

    expect([broker.all.length, diagnostics.codes, states.at(-1)]).toEqual([
      0,
      ['RXM418'],
      'connecting',
    ]);

    leave();
  });

  it('is tried again when the packages cannot be loaded', async () => {
    const { broker, transport, come, clock } = stompWorld();
    const load = TestBed.inject(STOMP_PACKAGES);
    let tries = 0;
    TestBed.resetTestingModule();
    const second = stompWorld({}, [
      {
        ɵkind: 'packages',
        ɵproviders: [
          {
            provide: STOMP_PACKAGES,
            useValue: () => (++tries === 1 ? Promise.reject(new Error('no chunk')) : load()),
          },
        ],
      },
    ]);
    watched(second.transport.receive('a'));
    await second.come(100);

    expect([tries, second.broker.open, second.states.at(-1)]).toEqual([2, 1, 'connected']);
    expect(second.diagnostics.records).toMatchObject([
      { code: 'RXM418', cause: new Error('no chunk') },
    ]);
    expect([broker.all.length, clock.pending, transport.name]).toEqual([0, 0, 'stomp']);
    await come();
  });

  it('comes back after random waits that grow, told once, and starts over when one has lasted', async () => {
    const { broker, transport, come, diagnostics } = stompWorld({
      backoff: exponentialBackoff({ initial: 1000, max: 8000, jitter: 'none' }),
      stableAfter: 5000,
    });
    watched(transport.receive('a'));
    await come();
    for (const wait of [1000, 2000, 4000]) {
      broker.last.lose();
      await come(wait - 1);

      expect(broker.open).toBe(0);

      await come(1);

      expect(broker.open).toBe(1);
    }

    expect(diagnostics.codes).toEqual(['RXM418']);

    await come(5000);
    broker.last.lose();
    await come(1000);

    expect([broker.open, diagnostics.codes]).toEqual([1, ['RXM418', 'RXM418']]);
    expect(diagnostics.records[0]?.message).toContain('wss://broker.test/ws was lost');
    expect(diagnostics.records[0]?.message).not.toContain('secret');
  });

  it.each([NaN, -1, Infinity])('waits for long when a back-off says %p', async (wait) => {
    const { broker, transport, come } = stompWorld({ backoff: () => wait });
    watched(transport.receive('a'));
    await come();
    broker.last.lose();
    await come(29_999);

    expect(broker.all).toHaveLength(1);

    await come(1);

    expect(broker.all).toHaveLength(2);
  });

  it('tries nothing without a network, and spreads when it is back', async () => {
    const { broker, transport, come, page, states, clock } = stompWorld();
    watched(transport.receive('a'));
    await come();
    page.goOffline();
    await come(1_000_000);

    expect([broker.open, broker.all.length, states.at(-1), clock.pending]).toEqual([
      0,
      1,
      'disconnected',
      0,
    ]);

    page.goOnline();
    await come(99);

    expect([broker.all.length, states.at(-1)]).toEqual([1, 'connecting']);

    await come(1);

    expect([broker.open, states.at(-1)]).toEqual([1, 'connected']);
  });

  it('holds no socket in the back/forward cache, and comes back at once', async () => {
    const { broker, transport, come, events, states, page } = stompWorld();
    watched(transport.receive('a'));
    await come();
    events.next('back');
    events.next('away');
    page.goOffline();
    page.goOnline();
    await come(1000);

    expect([broker.open, broker.all.length, states.at(-1)]).toEqual([0, 1, 'disconnected']);

    events.next('back');
    await settled();

    expect([broker.open, broker.told(2)]).toEqual([1, ['CONNECT', 'SUBSCRIBE a']]);

    events.next('away');
    page.goOffline();
    events.next('back');
    await come(1000);

    expect([broker.open, states.at(-1)]).toEqual([0, 'disconnected']);
  });

  it('gives up a broker that does not answer in time, wherever it stops', async () => {
    const { broker, transport, come, diagnostics } = stompWorld({ connectTimeout: 2000 });
    broker.accepting = false;
    broker.onMessage = () => undefined;
    watched(transport.receive('a'));
    await come(2000);

    expect([broker.last.closedBy, diagnostics.records[0]?.message]).toEqual([
      1000,
      expect.stringContaining('it was not ready within 2000 ms'),
    ]);

    await come(100);
    broker.last.accept();
    await come(2000);

    expect([broker.all.length, broker.open]).toEqual([2, 0]);
  });

  it('shows that it is there, asks whether the broker is, and replaces one that is silent', async () => {
    const { broker, transport, come, diagnostics } = stompWorld({ heartbeat: {} });
    watched(transport.receive('a'));
    await come();
    const [first] = broker.all;
    await come(25_000);
    first?.receive('\n');
    await come(25_000);

    expect([broker.beats, broker.open]).toEqual([1, 1]);

    await come(5000);

    expect([first?.closedBy, diagnostics.records[0]?.message]).toEqual([
      1000,
      expect.stringContaining('it no longer answers'),
    ]);

    first?.receive(stompFrame('MESSAGE', { subscription: 's1' }, 'late'));
    await come(100);

    expect([broker.open, diagnostics.codes]).toEqual([1, ['RXM418']]);
  });

  it('has a login refused a few times, never in a hurry, and then for good', async () => {
    const { broker, transport, come, diagnostics, states, clock } = stompWorld({ maxRefusals: 3 });
    broker.refuses = "Access refused for user 'x'\n";
    const [sent, received] = [
      watched(transport.send(aMessage('a'))),
      watched(transport.receive('a')),
    ];
    await come(999);

    // RabbitMQ would keep the socket open.
    expect([broker.all.length, broker.open, diagnostics.codes]).toEqual([1, 0, ['RXM417']]);

    await come(1);
    await come(1000);
    const answer = "Bad CONNECT: Access refused for user 'x'";

    expect([broker.all.length, states.at(-1), clock.pending]).toEqual([3, 'closed', 0]);
    expect(sent.heard).toEqual([new StompLoginError('wss://broker.test/ws', answer)]);
    expect(received.heard).toEqual(['completed']);
    expect(diagnostics.records.at(-1)).toMatchObject({ code: 'RXM417', severity: 'error' });

    broker.refuses = undefined;
    watched(transport.receive('a'));
    await come();

    expect([states.at(-1), broker.open]).toEqual(['connected', 1]);
  });

  it('counts refusals in a row only', async () => {
    const { broker, transport, come, states } = stompWorld({ maxRefusals: 2 });
    watched(transport.receive('a'));
    for (let turn = 0; turn < 3; turn++) {
      await come(1000);
      broker.refuses = 'not now';
      broker.last.lose();
      await come(100);
      broker.refuses = undefined;
    }
    await come(1000);

    expect(states.at(-1)).toBe('connected');
  });

  it('speaks with nobody who does not know STOMP 1.2', async () => {
    const { broker, transport, come, diagnostics } = stompWorld();
    broker.onMessage = (socket) =>
      void Promise.resolve().then(() =>
        socket.receive(stompFrame('CONNECTED', { version: '1.0' })),
      );
    watched(transport.receive('a'));
    await come();

    expect([broker.open, diagnostics.records[0]?.message]).toEqual([
      0,
      expect.stringContaining('it does not speak STOMP 1.2'),
    ]);
  });

  it('ends with an error when the platform opens no socket', async () => {
    const cause = new DOMException('insecure', 'SecurityError');
    const refuse = () => {
      throw cause;
    };
    const { transport, come, states, diagnostics, clock } = stompWorld({}, [
      { ɵkind: 'socket', ɵproviders: [{ provide: SOCKET_FACTORY, useValue: refuse }] },
    ]);
    const received = watched(transport.receive('a'));
    const sent = watched(transport.send(aMessage('a')));
    await come();

    expect(sent.heard).toEqual([new SocketUnavailableError('wss://broker.test/ws', cause)]);
    expect([received.heard, states.at(-1), clock.pending]).toEqual([['completed'], 'closed', 0]);
    expect(diagnostics.codes).toEqual(['RXM414']);
  });

  it('is not to be had where there are no sockets at all', () => {
    stompWorld();
    TestBed.resetTestingModule();
    TestBed.configureTestingModule({
      providers: [provideRxMeshTesting(), { provide: SOCKET_FACTORY, useValue: undefined }],
    });
    const make = (url: string) => TestBed.runInInjectionContext(() => stompTransport({ url }));

    expect(() => make('wss://a.test/ws')).toThrow(SocketUnavailableError);
    expect(() => make('ftp://a.test')).toThrow('a path, or a URL of ws, wss, http or https');
    expect(() => make('//')).toThrow(SocketUrlError);
    expect(() => make('wss://me:secret@a.test/ws')).toThrow(
      '"wss://a.test/ws": it must be a URL without user and password',
    );
  });

  it.each([
    ['/ws', 'ws://localhost/ws'],
    ['https://a.test/ws?x=1#y', 'wss://a.test/ws?x=1'],
    ['http://a.test', 'ws://a.test/'],
  ])('to %s goes to %s', async (url, expected) => {
    const { broker, transport, come } = stompWorld({ url });
    watched(transport.receive('a'));
    await come();

    expect(broker.last.url).toBe(expected);
  });
});
