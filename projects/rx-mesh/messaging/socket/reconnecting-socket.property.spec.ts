import fc from 'fast-check';
import { exponentialBackoff } from 'rx-mesh/kernel';
import { socketPorts, watched } from '../../spec-support/socket-world';
import { ReconnectingSocket } from './reconnecting-socket';
import { SOCKET, type SocketOptions } from './socket-options';

const HEARTBEAT = { period: 300, hiddenPeriod: 900, timeout: 100, ping: () => 'ping' };

const setUp = (options: SocketOptions) => {
  const world = socketPorts();
  const { sockets } = world;
  const socket = new ReconnectingSocket<unknown>(world.ports, {
    label: 'wss://a.test/x',
    connect: () => sockets.factory('wss://a.test/x'),
    read: (data) => data,
    greet: () => ['greet'],
    heartbeat: HEARTBEAT,
    values: SOCKET.resolve({
      backoff: exponentialBackoff({ initial: 50, max: 400 }),
      connectTimeout: 200,
      stableAfter: 500,
      linger: 0,
      ...options,
    }),
  });
  /** What was sent over each socket, in the order of the sockets, without what is not from the outbox. */
  const arrived = () =>
    sockets.all.map(({ sent }) => sent.filter((data) => data !== 'ping' && data !== 'greet'));
  return { ...world, socket, arrived };
};

type World = ReturnType<typeof setUp>;

const aStep = fc.oneof(
  fc.constantFrom<(world: World) => void>(
    ({ sockets }) => sockets.all.at(-1)?.accept(),
    ({ sockets }) => sockets.all.at(-1)?.lose(),
    ({ sockets }) => sockets.all.at(-1)?.lose(1001),
    ({ sockets }) => sockets.all.at(-1)?.lose(1008),
    ({ sockets }) => sockets.all.at(-1)?.drain(),
    ({ sockets }) => sockets.all[0]?.finish(),
    ({ sockets }) => sockets.all[0]?.receive('late'),
    ({ sockets }) => sockets.all.at(-1)?.receive('news'),
    ({ page }) => page.goOffline(),
    ({ page }) => page.goOnline(),
    ({ page }) => page.hide(),
    ({ page, events }) => {
      page.show();
      events.next('seen');
    },
    ({ events }) => events.next('away'),
    ({ events }) => events.next('back'),
  ),
  fc.nat({ max: 400 }).map((ms) => (world: World) => world.clock.advance(ms)),
  fc.boolean().map((stalled) => (world: World) => {
    world.sockets.stalled = stalled;
  }),
);
const steps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: aStep },
    { weight: 2, arbitrary: fc.constantFrom('send' as const, 'take back' as const) },
    { weight: 1, arbitrary: fc.constantFrom('join' as const, 'leave' as const) },
  ),
  { maxLength: 60 },
);
const bounds = fc.record({
  maxOutbox: fc.integer({ min: 1, max: 6 }),
  outboxPolicy: fc.constantFrom('refuse' as const, 'drop-oldest' as const, 'drop-newest' as const),
  highWaterMark: fc.integer({ min: 1, max: 8 }),
});

describe(`${ReconnectingSocket.name} under any sequence of events`, () => {
  it('keeps the order, sends each message at most once and never while closed, and leaves nothing behind', () => {
    fc.assert(
      fc.property(bounds, fc.boolean(), steps, (options, prompt, sequence) => {
        const world = setUp(options);
        const { clock, page, events, sockets, socket, arrived } = world;
        sockets.prompt = prompt;
        const sends: ReturnType<typeof watched>[] = [];
        const listeners: ReturnType<typeof watched>[] = [];
        for (const step of sequence) {
          if (step === 'send') sends.push(watched(socket.send(String(sends.length))));
          else if (step === 'take back') sends.at(-1)?.leave();
          else if (step === 'join') listeners.push(watched(socket.messages$));
          else if (step === 'leave') listeners.pop()?.leave();
          else step(world);

          expect(socket.waiting.count).toBeLessThanOrEqual(options.maxOutbox);
          expect(sockets.open).toBeLessThanOrEqual(1);
          expect(sockets.open === 0 || socket.state() !== 'offline').toBe(true);
        }

        // In one order over all sockets, so none is there twice, and each of those that completed is there.
        const all = arrived().flat().map(Number);
        const completed = sends.flatMap(({ heard }, at) => (heard[0] === 'completed' ? [at] : []));

        expect(all).toEqual([...new Set(all)].sort((a, b) => a - b));
        expect(all).toEqual(completed);

        // All that is still waited for comes through, unless it fails with an error.
        page.goOnline();
        events.next('back');
        sockets.stalled = false;
        for (let turn = 0; turn < 20; turn++) {
          clock.advance(100);
          sockets.all.at(-1)?.drain();
          sockets.all.at(-1)?.accept();
          sockets.all.at(-1)?.receive('pong');
        }

        expect(socket.waiting).toEqual({ count: 0, bytes: 0 });
        expect(arrived().flat()).toHaveLength(
          sends.filter(({ heard }) => heard[0] === 'completed').length,
        );

        for (const { leave } of [...sends, ...listeners]) leave();
        for (const each of sockets.all) each.finish();

        expect([clock.pending, sockets.open, socket.state()]).toEqual([0, 0, 'closed']);
        expect(events.observed).toBe(false);
      }),
      { numRuns: 1500 },
    );
  });

  it('hears nothing of a socket that it has left', () => {
    fc.assert(
      fc.property(steps, fc.nat({ max: 3 }), (sequence, which) => {
        const world = setUp({});
        world.sockets.prompt = false;
        const { heard, leave } = watched(world.socket.messages$);
        for (const step of sequence) if (typeof step === 'function') step(world);
        const old = world.sockets.all.slice(0, -1)[which];
        const before = heard.length;
        old?.receive('from the past');

        expect(heard.slice(before)).toEqual([]);

        leave();
        for (const each of world.sockets.all) each.receive('after the end');

        expect([heard.slice(before), world.clock.pending]).toEqual([[], 0]);
      }),
      { numRuns: 500 },
    );
  });
});
