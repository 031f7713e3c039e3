import { EnvironmentInjector, createEnvironmentInjector } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { InvalidOptionError, constantBackoff } from 'rx-mesh/kernel';
import { ManualClock, RecordingDiagnostics, provideRxMeshTesting } from 'rx-mesh/testing';
import { of } from 'rxjs';
import { watched } from '../../spec-support/socket-world';
import { FakeSockets } from 'rx-mesh/testing';
import { SOCKET_FACTORY } from './socket-like';
import type { SocketOptions } from './socket-options';
import { SOCKET_WORLD } from './socket-world';
import { WebSocketService } from './web-socket-service';
import { withWebSockets } from './web-socket-options';

type Message = { readonly type: 'a'; readonly n: number } | { readonly type: 'b' };

const setUp = () => {
  const sockets = new FakeSockets();
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      ...withWebSockets({ allowedOrigins: ['https://events.test'] }).ɵproviders,
      { provide: SOCKET_FACTORY, useValue: sockets.factory },
    ],
  });
  const service = TestBed.inject(WebSocketService);
  const [clock, diagnostics] = [TestBed.inject(ManualClock), TestBed.inject(RecordingDiagnostics)];
  const connect = (options: SocketOptions<Message> = {}) => {
    const connection = service.connect<Message>('/events', { linger: 0, ...options });
    const watching = watched(connection);
    sockets.last.accept();
    return { connection, ...watching };
  };
  return { sockets, service, clock, diagnostics, connect };
};

describe(WebSocketService.name, () => {
  it('opens nothing by itself', () => {
    const { service, sockets } = setUp();
    const connection = service.connect('/events');

    expect([connection.state(), connection.url, sockets.all]).toEqual([
      'closed',
      'ws://localhost/events',
      [],
    ]);
  });

  it('gives the messages as values, by themselves or by type', () => {
    const { sockets, clock, connect } = setUp();
    const { connection, heard, leave } = connect();
    const [all, ofType] = [watched(connection.messages$), watched(connection.on('a'))];
    for (const message of [{ type: 'a', n: 1 }, { type: 'b' }, null, 'text', 5]) {
      sockets.last.receive(JSON.stringify(message));
    }

    expect(heard).toEqual([{ type: 'a', n: 1 }, { type: 'b' }, null, 'text', 5]);
    expect([all.heard, ofType.heard]).toEqual([heard, [{ type: 'a', n: 1 }]]);

    for (const each of [all, ofType]) each.leave();
    leave();

    expect([sockets.all.length, sockets.open, clock.pending]).toEqual([1, 0, 0]);
  });

  it('is shared by those who say the same URL and the same options', () => {
    const { service, sockets } = setUp();
    const backoff = constantBackoff(5);
    const ping = () => 'ping';
    const one = service.connect('/events?a=1', { backoff, heartbeat: { ping }, protocols: ['x'] });
    const same = service.connect(new URL('http://localhost/events?a=1'), {
      backoff,
      heartbeat: { ping },
      protocols: ['x'],
    });
    const others = [
      service.connect('/events?a=1'),
      service.connect('/events?a=2', { backoff, heartbeat: { ping }, protocols: ['x'] }),
      service.connect('/events?a=1', { backoff, heartbeat: { ping }, protocols: ['y'] }),
    ];

    expect(same).toBe(one);
    expect(new Set([one, ...others]).size).toBe(4);

    for (const each of [one, same, ...others]) each.subscribe();

    expect(sockets.all.map(({ url }) => url)).toEqual([
      'ws://localhost/events?a=1',
      'ws://localhost/events?a=1',
      'ws://localhost/events?a=2',
      'ws://localhost/events?a=1',
    ]);
  });

  it('keeps what is in use when it forgets the rest', () => {
    const { service } = setUp();
    const one = service.connect('/events');
    for (let at = 0; at < 200; at++) service.connect(`/events/${at}`);

    expect(service.connect('/events')).toBe(one);
  });

  it('sends as JSON, or as it is', () => {
    const { sockets, connect } = setUp();
    const { connection, leave } = connect();
    const bytes = new Uint8Array([1, 2]);
    const heard = [
      connection.send({ op: 'a' }),
      connection.send('text'),
      connection.sendFrame('text'),
      connection.sendFrame(bytes),
    ].map((sending) => watched(sending).heard);
    leave();

    expect(sockets.last.sent).toEqual(['{"op":"a"}', '"text"', 'text', bytes]);
    expect(heard.flat()).toEqual(Array.from({ length: 4 }, () => 'completed'));
  });

  it.each([undefined, () => 1, 1n])('does not send what is no JSON: %p', (message) => {
    const { sockets, connect } = setUp();
    const { connection } = connect();

    expect(watched(connection.send(message)).heard).toMatchObject([
      { code: 'RXM412', failure: 'unsendable', cause: expect.any(TypeError) as unknown },
    ]);
    expect(sockets.last.sent).toEqual([]);
  });

  it('says how it is doing, and how much waits', () => {
    const { sockets, service, clock } = setUp();
    const connection = service.connect('/events', { linger: 0 });
    const { heard } = watched(connection.state$);
    connection.send('é').subscribe();

    expect([connection.state(), connection.waiting()]).toEqual([
      'connecting',
      { count: 1, bytes: 4 },
    ]);

    sockets.last.accept();

    expect([heard, connection.waiting()]).toEqual([
      ['closed', 'connecting', 'open', 'closed'],
      { count: 0, bytes: 0 },
    ]);
    expect(clock.pending).toBe(0);
  });

  it('leaves out what is not what it must be, tells it once a round, and goes on', () => {
    const { sockets, diagnostics, connect } = setUp();
    const { heard } = connect({
      maxMessageBytes: 20,
      validate: (message): message is Message => typeof message === 'object',
    });
    for (const data of ['{', 'x'.repeat(21), '5', new ArrayBuffer(2), 7])
      sockets.last.receive(data);
    sockets.last.receive({ type: 'b' });
    sockets.last.receive('é'.repeat(11));

    expect([heard, diagnostics.codes]).toEqual([[{ type: 'b' }], ['RXM411', 'RXM411']]);
    expect(diagnostics.records[1]?.message).toContain('22 bytes, more than maxMessageBytes');
  });

  it('reads bytes by decode', () => {
    const { sockets, connect } = setUp();
    const { heard } = connect({
      decode: (frame) =>
        typeof frame === 'string' ? undefined : { type: 'a', n: new Uint8Array(frame)[0] },
    });
    sockets.last.receive('for nobody');
    sockets.last.receive(Uint8Array.of(9).buffer);

    expect([heard, sockets.last.binaryType]).toEqual([[{ type: 'a', n: 9 }], 'arraybuffer']);
  });

  it('greets with a token, goes on after the last message, and subscribes again', () => {
    const { sockets, clock, connect } = setUp();
    let turn = 0;
    const { leave } = connect({
      backoff: constantBackoff(10),
      protocols: () => ['v1', `token-${++turn}`],
      authenticate: () => of({ op: 'auth' }),
      resume: (last) => last && { op: 'after', last },
      resubscribe: () => [{ op: 'sub' }],
    });
    sockets.last.receive({ type: 'b' });
    sockets.last.lose();
    clock.advance(10);
    sockets.last.accept();
    leave();

    expect(sockets.all.map(({ sent }) => sent)).toEqual([
      ['{"op":"auth"}', '{"op":"sub"}'],
      ['{"op":"auth"}', '{"op":"after","last":{"type":"b"}}', '{"op":"sub"}'],
    ]);
    expect(sockets.all.map(({ protocols }) => protocols)).toEqual([
      ['v1', 'token-1'],
      ['v1', 'token-2'],
    ]);
  });

  it('keeps the answers of a heartbeat to itself, and never resumes after one', () => {
    const { sockets, clock, connect } = setUp();
    const lasts: unknown[] = [];
    const { heard, leave } = connect({
      backoff: constantBackoff(10),
      heartbeat: {
        ping: () => ({ op: 'ping' }),
        isPong: (message) => (message as { op?: unknown }).op === 'pong',
        period: 50,
      },
      resume: (last) => lasts.push(last) && undefined,
    });
    clock.advance(50);
    sockets.last.receive({ op: 'pong' });
    sockets.last.lose();
    clock.advance(10);
    sockets.last.accept();
    leave();

    expect([heard, lasts]).toEqual([[], [undefined, undefined]]);
    expect([sockets.all[0]?.sent, clock.pending]).toEqual([['{"op":"ping"}'], 0]);
  });

  it.each([
    ['wss://other.test/a?token=secret', 'wss://other.test/a'],
    ['//other.test/a', 'ws://other.test/a'],
    ['wss://localhost/a', 'wss://localhost/a'],
    ['ws://events.test/a', 'ws://events.test/a'],
    ['http://user:secret@localhost/a', 'ws://localhost/a'],
    ['javascript:alert(1)', 'javascript:alert(1)'],
    ['http://', 'http://'],
    ['http://me:secret@:x/a?b', 'http://:x/a'],
  ])('does not open %s', (url, shown) => {
    const { service, sockets } = setUp();
    const connection = service.connect(url);

    expect(watched(connection).heard).toMatchObject([{ code: 'RXM413', url: shown }]);
    expect(watched(connection.send('a')).heard).toMatchObject([{ code: 'RXM413' }]);
    expect(connection.url).not.toContain('secret');
    expect([connection.state(), connection.waiting().count, sockets.all]).toEqual([
      'closed',
      0,
      [],
    ]);
    expect(watched(connection.state$).heard[0]).toBe('closed');
  });

  it.each([
    ['https://events.test/a#b', 'wss://events.test/a'],
    ['wss://events.test/?q=1', 'wss://events.test/?q=1'],
    ['events', 'ws://localhost/events'],
  ])('opens %s as %s', (url, opened) => {
    const { service, sockets } = setUp();
    service.connect(url).subscribe();

    expect(sockets.last.url).toBe(opened);
  });

  it.each<[SocketOptions]>([
    [{ connectTimeout: 0 }],
    [{ linger: -1 }],
    [{ maxOutbox: 1.5 }],
    [{ maxOutboxBytes: 0 }],
    [{ highWaterMark: NaN }],
    [{ stableAfter: -1 }],
    [{ backoff: 5 as never }],
    [{ outboxPolicy: 'keep' as 'refuse' }],
    [{ heartbeat: { ping: () => 1, period: 0 } }],
    [{ heartbeat: {} as { ping: () => unknown } }],
    [{ unknown: 1 } as SocketOptions],
  ])('refuses the options %j', (options) => {
    const { service } = setUp();

    expect(() => service.connect('/a', options)).toThrow(InvalidOptionError);
  });

  it.each([['*'], ['wss://a.test/path'], ['a.test'], ['ftp://a.test'], [5 as unknown as string]])(
    'refuses %p as an allowed origin',
    (origin) => {
      expect(() => withWebSockets({ allowedOrigins: [origin] })).toThrow(InvalidOptionError);
    },
  );

  it('takes origins in the way of a page and of a socket', () => {
    const allowedOrigins = ['http://a.test', 'https://b.test/', 'ws://c.test:81', 'wss://d.test'];

    expect(() => withWebSockets({ allowedOrigins })).not.toThrow();
    expect(() => withWebSockets({ allowedOrigins: 'a' as never })).toThrow('a list of origins');
  });

  it('tells where there are no sockets', () => {
    TestBed.configureTestingModule({
      providers: [provideRxMeshTesting(), { provide: SOCKET_FACTORY, useValue: undefined }],
    });
    const connection = TestBed.inject(WebSocketService).connect('/a');

    expect(watched(connection).heard).toMatchObject([{ code: 'RXM414' }]);
    expect(watched(connection.send(1)).heard).toMatchObject([{ code: 'RXM414' }]);
  });

  it('ends with the application', () => {
    const { sockets } = setUp();
    const child = createEnvironmentInjector(
      [WebSocketService, { provide: SOCKET_WORLD, useFactory: () => TestBed.inject(SOCKET_WORLD) }],
      TestBed.inject(EnvironmentInjector),
    );
    const { heard } = watched(child.get(WebSocketService).connect('/a'));
    TestBed.resetTestingModule();

    expect([heard, sockets.open]).toEqual([['completed'], 0]);
  });
});
