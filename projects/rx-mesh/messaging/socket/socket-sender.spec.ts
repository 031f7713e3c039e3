import { constantBackoff } from 'rx-mesh/kernel';
import { concatMap, from } from 'rxjs';
import { socketPorts, watched } from '../../spec-support/socket-world';
import { ReconnectingSocket } from './reconnecting-socket';
import { SOCKET, type SocketOptions } from './socket-options';
import { SocketOutbox } from './socket-outbox';
import { SocketSender } from './socket-sender';

const setUp = (options: SocketOptions = {}) => {
  const world = socketPorts();
  const socket = new ReconnectingSocket<unknown>(world.ports, {
    label: 'wss://a.test/x',
    connect: () => world.sockets.factory('wss://a.test/x'),
    read: (data) => data,
    values: SOCKET.resolve({ backoff: constantBackoff(100), linger: 0, ...options }),
  });
  const send = (data: string, timeout?: number) => watched(socket.send(data, { timeout }));
  return { ...world, socket, send };
};

describe(SocketSender.name, () => {
  it('opens a socket to send, and closes it afterwards', () => {
    const { clock, sockets, socket, send } = setUp();
    socket.send('never subscribed');
    const one = send('a');
    const other = send('b');

    expect([sockets.all.length, socket.waiting]).toEqual([1, { count: 2, bytes: 2 }]);

    sockets.last.accept();

    expect([one.heard, other.heard]).toEqual([['completed'], ['completed']]);
    expect([sockets.last.sent, socket.waiting]).toEqual([['a', 'b'], { count: 0, bytes: 0 }]);
    expect([sockets.open, clock.pending, socket.state()]).toEqual([0, 0, 'closed']);
  });

  it('takes back what is unsubscribed before it was sent', () => {
    const { sockets, socket, send } = setUp();
    const one = send('a');
    send('b');
    one.leave();
    sockets.last.accept();

    expect([sockets.last.sent, one.heard, socket.waiting.count]).toEqual([['b'], [], 0]);
  });

  it('never sends into a socket that is closing', () => {
    const { clock, sockets, socket, send } = setUp();
    watched(socket.messages$);
    sockets.last.accept();
    sockets.prompt = false;
    sockets.last.close(1000);
    const { heard } = send('a');

    expect(heard).toEqual([]);

    sockets.last.finish();
    clock.advance(100);
    sockets.last.accept();

    expect([heard, sockets.all.map(({ sent }) => sent)]).toEqual([['completed'], [[], ['a']]]);
  });

  it('stops at the high-water mark, and looks again only while something waits', () => {
    const { clock, sockets, socket, send } = setUp({ highWaterMark: 10 });
    const { leave } = watched(socket.messages$);
    sockets.stalled = true;
    sockets.last.accept();
    send('123456');
    send('123456');

    expect([sockets.last.sent.length, clock.pending]).toEqual([2, 0]);

    const { heard } = send('c');
    const last = send('d');
    clock.advance(500);

    expect([sockets.last.sent.length, clock.pending, heard]).toEqual([2, 1, []]);

    sockets.last.drain(3);
    clock.advance(50);

    expect([sockets.last.sent.slice(2), heard]).toEqual([['c'], ['completed']]);

    sockets.last.drain();
    clock.advance(50);

    expect([sockets.last.sent.slice(2), last.heard]).toEqual([['c', 'd'], ['completed']]);
    expect(clock.pending).toBe(0);

    send('x'.repeat(20));
    send('e');
    leave();
    sockets.last.lose();

    expect(clock.pending).toBe(1);

    clock.advance(100);
    sockets.last.accept();

    expect([sockets.last.sent, clock.pending]).toEqual([['e'], 0]);
  });

  it('keeps the order of those who send on hearing that they have sent', () => {
    const { sockets, socket, send } = setUp();
    watched(socket.messages$);
    from(['a', 'b', 'c'])
      .pipe(concatMap((data) => socket.send(data)))
      .subscribe();
    send('d');
    sockets.last.accept();

    expect(sockets.last.sent).toEqual(['a', 'd', 'b', 'c']);
  });

  it('refuses what finds no room', () => {
    const { sockets, socket, send, diagnostics } = setUp({ maxOutbox: 2, maxOutboxBytes: 5 });
    send('a');
    const heavy = send('12345');
    send('b');
    const many = send('c');

    expect(heavy.heard).toMatchObject([{ code: 'RXM412', failure: 'full' }]);
    expect(many.heard).toMatchObject([{ code: 'RXM412', failure: 'full' }]);

    sockets.last.accept();

    expect([sockets.last.sent, diagnostics.codes]).toEqual([['a', 'b'], []]);
    expect(socket.waiting.count).toBe(0);
  });

  it('drops the oldest if it is told to, and tells it once until the outbox is empty', () => {
    const { sockets, send, diagnostics } = setUp({
      maxOutboxBytes: 4,
      outboxPolicy: 'drop-oldest',
    });
    const first = send('aa');
    send('b');
    send('cc');
    send('d');
    const never = send('12345');

    expect(first.heard).toMatchObject([{ code: 'RXM412', failure: 'dropped' }]);
    expect(never.heard).toMatchObject([{ failure: 'dropped' }]);
    expect(diagnostics.codes).toEqual(['RXM412']);

    sockets.last.accept();

    expect(sockets.last.sent).toEqual(['b', 'cc', 'd']);

    send('aaa');
    send('bbb');

    expect(diagnostics.codes).toEqual(['RXM412', 'RXM412']);
  });

  it('drops the newest if it is told to', () => {
    const { sockets, send, diagnostics } = setUp({ maxOutbox: 1, outboxPolicy: 'drop-newest' });
    send('a');
    const { heard } = send('b');
    sockets.last.accept();

    expect(heard).toMatchObject([{ failure: 'dropped', url: 'wss://a.test/x' }]);
    expect([sockets.last.sent, diagnostics.codes]).toEqual([['a'], ['RXM412']]);
  });

  it('gives up what has waited too long', () => {
    const { clock, sockets, socket, send } = setUp();
    const { heard } = send('a', 1000);
    send('b');
    clock.advance(999);

    expect(heard).toEqual([]);

    clock.advance(1);

    expect(heard).toMatchObject([{ code: 'RXM412', failure: 'expired' }]);

    sockets.last.accept();

    expect([sockets.last.sent, socket.waiting.count, clock.pending]).toEqual([['b'], 0, 0]);
  });

  it.each([0, -1, NaN, Infinity, 2_147_483_648])('refuses %p as a time to wait', (timeout) => {
    const { sockets, socket, send } = setUp();

    expect(send('a', timeout).heard).toMatchObject([{ code: 'RXM101' }]);
    expect([sockets.all, socket.waiting.count]).toEqual([[], 0]);
  });

  it('sends nothing whose time was over while timers stood still', () => {
    const { clock, diagnostics } = socketPorts();
    const outbox = new SocketOutbox('a', SOCKET.defaults, diagnostics);
    const heard: unknown[] = [];
    const add = (data: string, dueAt: number) =>
      outbox.add({
        data,
        bytes: 1,
        dueAt,
        sent: () => undefined,
        failed: ({ failure }) => heard.push([data, failure]),
      });
    add('a', 10);
    add('b', 20);
    clock.advance(10);

    expect([outbox.next(clock.monotonic())?.data, heard]).toEqual(['b', [['a', 'expired']]]);
  });

  it('tells whoever sends what a socket refuses to send, and goes on', () => {
    const { sockets, send } = setUp();
    const cause = new TypeError('no');
    const [one, other] = [send('a'), send('b')];
    jest.spyOn(sockets.last, 'send').mockImplementationOnce(() => {
      throw cause;
    });
    sockets.last.accept();

    expect(one.heard).toMatchObject([{ code: 'RXM412', failure: 'unsendable', cause }]);
    expect([other.heard, sockets.last.sent]).toEqual([['completed'], ['b']]);
  });

  it('sends past all that waits when it is told to, if there is a connection', () => {
    const { sockets, socket, send } = setUp({ highWaterMark: 1 });
    watched(socket.messages$);

    expect(socket.sendNow('early')).toBe(false);

    sockets.stalled = true;
    sockets.last.accept();
    send('aa');
    send('waits');

    expect([socket.sendNow('now'), sockets.last.sent]).toEqual([true, ['aa', 'now']]);
  });
});
