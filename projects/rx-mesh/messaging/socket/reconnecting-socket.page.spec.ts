import { constantBackoff } from 'rx-mesh/kernel';
import { socketPorts, watched } from '../../spec-support/socket-world';
import { ReconnectingSocket } from './reconnecting-socket';
import { SOCKET } from './socket-options';

const TIMES = { period: 30_000, hiddenPeriod: 120_000, timeout: 10_000 };

const setUp = ({ beats = false, ping = () => 'ping' } = {}) => {
  const world = socketPorts();
  const socket = new ReconnectingSocket<unknown>(world.ports, {
    label: 'wss://a.test/x',
    connect: () => world.sockets.factory('wss://a.test/x'),
    read: (data) => data,
    heartbeat: beats ? { ...TIMES, ping } : undefined,
    values: SOCKET.resolve({ backoff: constantBackoff(100), linger: 0 }),
  });
  const states: string[] = [];
  socket.state$.subscribe((state) => states.push(state));
  const open = () => {
    const watching = watched(socket.messages$);
    world.sockets.last.accept();
    return watching;
  };
  const { sockets } = world;
  const pings = () => sockets.last.sent.filter((data) => data === 'ping').length;
  return { ...world, socket, states, open, pings };
};

describe(`${ReconnectingSocket.name} without a network`, () => {
  it('tries nothing, keeps what is sent, and comes back after a random wait', () => {
    const { clock, page, sockets, socket, states, open } = setUp();
    open();
    page.goOffline();
    const sent = watched(socket.send('a'));
    clock.advance(1_000_000);

    expect([states.at(-1), sockets.open, clock.pending]).toEqual(['offline', 0, 0]);

    page.goOnline();
    clock.advance(99);

    expect([states.at(-1), sockets.all.length]).toEqual(['reconnecting', 1]);

    clock.advance(1);
    sockets.last.accept();

    expect([states.at(-1), sockets.last.sent, sent.heard]).toEqual(['open', ['a'], ['completed']]);
  });

  it('ends a wait between tries', () => {
    const { clock, page, sockets, states, open } = setUp();
    const { leave } = open();
    sockets.last.lose();
    page.goOffline();

    expect([states.at(-1), clock.pending]).toEqual(['offline', 0]);

    leave();

    expect(states.at(-1)).toBe('closed');
  });

  it('opens nothing at first either', () => {
    const { clock, page, sockets, socket, states } = setUp();
    page.goOffline();
    watched(socket.messages$);

    expect([states, sockets.all.length]).toEqual([['closed', 'offline'], 0]);

    page.goOnline();
    clock.advance(100);

    expect(sockets.all).toHaveLength(1);
  });
});

describe(`${ReconnectingSocket.name} in the back/forward cache`, () => {
  it('holds no socket, and opens one at once when it is back', () => {
    const { clock, events, sockets, socket, states, open } = setUp();
    const { heard } = open();
    events.next('away');
    events.next('away');
    const sent = watched(socket.send('a'));

    expect([states.at(-1), sockets.last.closedBy, clock.pending]).toEqual(['closed', 1000, 0]);

    events.next('back');
    events.next('back');
    sockets.last.accept();
    sockets.last.receive('b');

    expect([sockets.all.length, states.at(-1)]).toEqual([2, 'open']);
    expect([heard, sent.heard, sockets.last.sent]).toEqual([['b'], ['completed'], ['a']]);
  });

  it('waits for the network if that has gone meanwhile', () => {
    const { clock, events, page, sockets, states, open } = setUp();
    open();
    events.next('away');
    page.goOffline();
    page.goOnline();
    clock.advance(1000);

    expect(sockets.all).toHaveLength(1);

    page.goOffline();
    events.next('back');

    expect(states.at(-1)).toBe('offline');

    page.goOnline();
    clock.advance(100);

    expect(sockets.all).toHaveLength(2);
  });

  it('takes no notice of a page that comes back from nowhere', () => {
    const { events, sockets, open } = setUp();
    open();
    events.next('back');

    expect(sockets.all).toHaveLength(1);
  });
});

describe(`${ReconnectingSocket.name} with a heartbeat`, () => {
  it('asks after a silence only, and is content with any answer', () => {
    const { clock, sockets, states, open, pings } = setUp({ beats: true });
    const { leave } = open();
    clock.advance(29_000);
    sockets.last.receive('news');
    clock.advance(29_999);

    expect(pings()).toBe(0);

    clock.advance(1);

    expect(pings()).toBe(1);

    clock.advance(9999);
    sockets.last.receive('any');
    clock.advance(29_999);

    expect([pings(), states.at(-1)]).toEqual([1, 'open']);

    clock.advance(1);

    expect(pings()).toBe(2);

    leave();

    expect(clock.pending).toBe(0);
  });

  it('gives a connection up that nobody answers on', () => {
    const { clock, diagnostics, sockets, states, open } = setUp({ beats: true });
    const { heard } = open();
    const [halfOpen] = sockets.all;
    clock.advance(40_000);
    halfOpen?.receive('late');

    expect([states.at(-1), halfOpen?.closedBy, heard]).toEqual(['reconnecting', 3008, []]);
    expect(diagnostics.records[0]?.message).toContain('it no longer answers');
  });

  it('asks again instead when the page slept meanwhile', () => {
    const { clock, page, states, open, pings } = setUp({ beats: true });
    open();
    clock.advance(30_000);
    page.interrupt();
    clock.advance(10_000);

    expect([states.at(-1), pings()]).toEqual(['open', 2]);

    clock.advance(10_000);

    expect(states.at(-1)).toBe('reconnecting');
  });

  it('asks less often while nobody looks, and at once when somebody does again', () => {
    const { clock, events, page, sockets, open, pings } = setUp({ beats: true });
    page.hide();
    open();
    clock.advance(119_999);

    expect(pings()).toBe(0);

    clock.advance(1);
    sockets.last.receive('pong');
    clock.advance(60_000);

    expect(pings()).toBe(1);

    page.show();
    events.next('seen');

    expect(pings()).toBe(2);

    events.next('seen');

    expect(pings()).toBe(2);

    sockets.last.receive('pong');
    events.next('seen');

    expect(pings()).toBe(2);
  });

  it('asks nothing without a network, before it is open, and after it is closed', () => {
    const { clock, page, sockets, open } = setUp({ beats: true });
    const { leave } = open();
    page.goOffline();
    clock.advance(100_000);
    page.goOnline();
    clock.advance(9000);
    leave();

    expect(sockets.all.flatMap(({ sent }) => sent)).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('counts a ping that throws as a loss', () => {
    const cause = new Error('a bug');
    const ping = () => {
      throw cause;
    };
    const { clock, diagnostics, states, open } = setUp({ beats: true, ping });
    open();
    clock.advance(30_000);

    expect(states.at(-1)).toBe('reconnecting');
    expect(diagnostics.records).toMatchObject([{ code: 'RXM415', cause }]);
  });
});
