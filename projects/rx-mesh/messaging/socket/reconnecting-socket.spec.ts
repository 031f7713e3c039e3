import { constantBackoff, exponentialBackoff } from 'rx-mesh/kernel';
import { Subject, of, retry, throwError } from 'rxjs';
import { socketPorts, watched } from '../../spec-support/socket-world';
import { ReconnectingSocket } from './reconnecting-socket';
import { SOCKET, type SocketOptions } from './socket-options';
import type { SocketPlan } from './socket-plan';

const setUp = (options: SocketOptions = {}, plan: Partial<SocketPlan<unknown>> = {}) => {
  const world = socketPorts();
  const values = SOCKET.resolve({ backoff: constantBackoff(100), linger: 0, ...options });
  const socket = new ReconnectingSocket<unknown>(world.ports, {
    label: 'wss://a.test/x',
    connect: () => world.sockets.factory('wss://a.test/x?token=secret'),
    read: (data) => data,
    values,
    ...plan,
  });
  const states: string[] = [];
  socket.state$.subscribe((state) => states.push(state));
  return { ...world, socket, states, watch: () => watched(socket.messages$) };
};

describe(ReconnectingSocket.name, () => {
  it('opens one socket for all, at the first subscriber, and closes it after the last', () => {
    const { clock, sockets, states, watch } = setUp();

    expect([sockets.all.length, states]).toEqual([0, ['closed']]);

    const [one, other] = [watch(), watch()];
    sockets.last.accept();
    sockets.last.receive('a');
    one.leave();
    sockets.last.receive('b');

    expect([one.heard, other.heard, sockets.all.length]).toEqual([['a'], ['a', 'b'], 1]);

    other.leave();

    expect(states).toEqual(['closed', 'connecting', 'open', 'closed']);
    expect([sockets.last.closedBy, sockets.open, clock.pending]).toEqual([1000, 0, 0]);
  });

  it('is closing until the other side agrees, and can be opened anew meanwhile', () => {
    const { sockets, states, watch } = setUp();
    sockets.prompt = false;
    watch().leave();

    expect(states).toEqual(['closed', 'connecting', 'closing']);

    const { heard } = watch();
    const [first, second] = sockets.all;
    second?.accept();
    first?.receive('late');
    first?.finish();
    second?.receive('b');

    expect([heard, states.slice(3)]).toEqual([['b'], ['connecting', 'open']]);
  });

  it('lingers', () => {
    const { clock, sockets, watch } = setUp({ linger: 500 });
    watch().leave();
    clock.advance(499);
    watch().leave();
    clock.advance(499);

    expect([sockets.all.length, sockets.open]).toEqual([1, 1]);

    clock.advance(1);

    expect([sockets.open, clock.pending]).toEqual([0, 0]);
  });

  it.each([1000, 1001, 1005, 1006, 1011, 1012, 1013, 4000])('comes back after %p', (code) => {
    const { clock, diagnostics, sockets, states, watch } = setUp();
    const { heard, leave } = watch();
    sockets.last.accept();
    sockets.last.lose(code);
    clock.advance(99);

    expect([sockets.all.length, states.at(-1)]).toEqual([1, 'reconnecting']);

    clock.advance(1);
    sockets.last.accept();
    sockets.last.receive('a');

    expect([heard, states.at(-1)]).toEqual([['a'], 'open']);
    expect(diagnostics.records).toMatchObject([{ code: 'RXM415', severity: 'warning' }]);
    expect(diagnostics.records[0]?.message).toContain(`closed with ${code}`);
    expect(diagnostics.records[0]?.message).not.toContain('secret');

    leave();

    expect(clock.pending).toBe(0);
  });

  it.each([1002, 1003, 1007, 1008, 1009, 1010, 4401])('ends for good with %p', (code) => {
    const { clock, sockets, socket, states, watch } = setUp({ isFinal: (each) => each === 4401 });
    const { heard } = watch();
    const sent = watched(socket.send('waits'));
    sockets.last.lose(code, 'no'.repeat(200));

    expect(heard).toMatchObject([{ code: 'RXM410', closeCode: code, url: 'wss://a.test/x' }]);
    expect((heard[0] as { reason: string }).reason).toHaveLength(123);
    expect(sent.heard).toEqual(heard);
    expect([states.at(-1), sockets.all.length, clock.pending]).toEqual(['closed', 1, 0]);

    watch();
    sockets.last.accept();

    expect(states.at(-1)).toBe('open');
  });

  it('goes on when isFinal throws, which is told outside', () => {
    const { clock, sockets, watch } = setUp({
      isFinal: () => {
        throw new Error('a bug');
      },
    });
    const outside = jest.spyOn(globalThis, 'queueMicrotask').mockImplementation(() => undefined);
    watch();
    sockets.last.lose(4000);
    clock.advance(100);

    expect([sockets.all.length, outside.mock.calls.length]).toEqual([2, 1]);

    outside.mockRestore();
  });

  it('waits longer after each failure, and starts again only after a stable time', () => {
    const backoff = exponentialBackoff({ initial: 100, max: 10_000, jitter: 'none' });
    const { clock, diagnostics, sockets, watch } = setUp({ backoff });
    watch();
    const waits: number[] = [];
    for (const open of [-1, 0, 9999, 10_000, 0]) {
      if (open >= 0) sockets.last.accept();
      clock.advance(Math.max(0, open));
      sockets.last.lose();
      const before = sockets.all.length;
      let waited = 0;
      for (; sockets.all.length === before; waited += 100) clock.advance(100);
      waits.push(waited);
    }

    expect(waits).toEqual([100, 200, 400, 100, 200]);
    expect(diagnostics.codes).toEqual(['RXM415', 'RXM415']);
  });

  it('draws its waits from all of the range', () => {
    const backoff = exponentialBackoff({ initial: 1000, jitter: 'full' });
    const { clock, random, sockets, watch } = setUp({ backoff });
    random.next();
    const wait = 1000 * random.next();
    random.reset();
    random.next();
    watch();
    sockets.last.lose();
    clock.advance(wait - 0.001);

    expect(sockets.all).toHaveLength(1);

    clock.advance(0.001);

    expect(sockets.all).toHaveLength(2);
  });

  it.each([NaN, -1, Infinity])('waits half a minute when its back-off says %p', (wait) => {
    const { clock, sockets, watch } = setUp({ backoff: () => wait });
    watch();
    sockets.last.lose();
    clock.advance(29_999);

    expect(sockets.all).toHaveLength(1);

    clock.advance(1);

    expect(sockets.all).toHaveLength(2);
  });

  it('gives an opening up that takes too long', () => {
    const { clock, diagnostics, sockets, states, watch } = setUp({ connectTimeout: 1000 });
    watch();
    clock.advance(999);

    expect(states.at(-1)).toBe('connecting');

    clock.advance(1);

    expect([states.at(-1), sockets.last.closedBy]).toEqual(['reconnecting', 3008]);
    expect(diagnostics.records[0]?.message).toContain('not ready within 1000 ms');

    sockets.last.accept();
    clock.advance(100);
    sockets.last.accept();
    clock.advance(1000);

    expect([states.at(-1), sockets.all.length]).toEqual(['open', 2]);
  });

  it('ends when the platform refuses to open it', () => {
    const cause = new SyntaxError('protocols');
    const { clock, socket, states, watch } = setUp(
      {},
      {
        connect: () => {
          throw cause;
        },
      },
    );

    expect(watch().heard).toMatchObject([{ code: 'RXM414', cause }]);
    expect(watched(socket.send('a')).heard).toMatchObject([{ code: 'RXM414' }]);
    expect([states.at(-1), clock.pending, socket.waiting.count]).toEqual(['closed', 0, 0]);
  });

  it('says who speaks, resumes and subscribes again, and only then sends what waits', () => {
    const lasts: unknown[] = [];
    const { clock, sockets, socket, states, watch } = setUp(
      {},
      {
        authenticate: () => of('auth', 'ignored'),
        greet: (last) => {
          lasts.push(last);
          return ['resume', 'subscribe'];
        },
      },
    );
    const { leave } = watch();
    socket.send('waits').subscribe();
    sockets.last.accept();
    sockets.last.receive('a');
    sockets.last.receive('b');
    socket.send('more').subscribe();

    expect(sockets.last.sent).toEqual(['auth', 'resume', 'subscribe', 'waits', 'more']);

    sockets.last.lose();
    socket.send('later').subscribe();
    clock.advance(100);
    sockets.last.accept();

    expect(sockets.last.sent).toEqual(['auth', 'resume', 'subscribe', 'later']);

    leave();
    watch();
    sockets.last.accept();

    expect(lasts).toEqual([undefined, 'b', undefined]);
    expect(states.at(-1)).toBe('open');
  });

  it('is not open before it was said who speaks', () => {
    const token = new Subject<string>();
    const { clock, sockets, socket, states, watch } = setUp({}, { authenticate: () => token });
    const { leave } = watch();
    socket.send('a').subscribe();
    sockets.last.accept();

    expect([states.at(-1), sockets.last.sent]).toEqual(['connecting', []]);

    token.next('auth');

    expect([states.at(-1), sockets.last.sent]).toEqual(['open', ['auth', 'a']]);
    expect([token.observed, clock.pending]).toEqual([false, 0]);

    leave();
  });

  it.each([
    ['authenticate', { authenticate: () => throwError(() => new Error('no')) }],
    [
      'greet',
      {
        greet: () => {
          throw new Error('no');
        },
      },
    ],
  ])('counts an opening as failed in which %s fails', (_name, plan) => {
    const { clock, diagnostics, sockets, states, watch } = setUp({}, plan);
    watch();
    sockets.last.accept();

    expect([states.at(-1), sockets.open]).toEqual(['reconnecting', 0]);
    expect(diagnostics.records).toMatchObject([{ code: 'RXM415', cause: new Error('no') }]);

    clock.advance(100);

    expect(sockets.all).toHaveLength(2);
  });

  it('opens no second socket when somebody who hears of a state leaves', () => {
    const { clock, sockets, socket, watch } = setUp();
    const first = watch();
    socket.state$.subscribe((state) => {
      if (state === 'reconnecting') first.leave();
    });
    sockets.last.lose();
    clock.advance(10_000);

    expect([sockets.all.length, clock.pending, socket.state()]).toEqual([1, 0, 'closed']);
  });

  it('ends with the application, and opens nothing any more', () => {
    const { clock, ended, sockets, socket, watch } = setUp();
    const { heard } = watch();
    const sent = watched(socket.send('a'));
    ended.next();

    expect([heard, sockets.open, clock.pending]).toEqual([['completed'], 0, 0]);
    expect(sent.heard).toMatchObject([{ code: 'RXM412', failure: 'closed' }]);
    expect(watch().heard).toEqual(['completed']);
    expect(watched(socket.send('b')).heard).toMatchObject([{ failure: 'closed' }]);
    expect(sockets.all).toHaveLength(1);
  });

  it('is left alone by the run before when that is tried again', () => {
    const { clock, sockets, socket, states } = setUp();
    const { heard, leave } = watched(socket.messages$.pipe(retry(1)));
    sockets.last.accept();
    sockets.last.lose(1008);
    sockets.last.accept();
    sockets.last.receive('a');

    expect([heard, states.at(-1), sockets.all.length, sockets.open]).toEqual([['a'], 'open', 2, 1]);
    expect(watched(socket.send('b')).heard).toEqual(['completed']);

    leave();

    expect([states.at(-1), sockets.open, clock.pending]).toEqual(['closed', 0, 0]);
  });
});
