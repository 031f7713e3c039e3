import { append } from '../../spec-support/contracts/event-log';
import { HttpLogWorld } from '../../spec-support/http-log-world';
import type { LogHint } from '../log/event-log';
import { HttpEventLog } from './http-event-log';
import { HTTP_EVENT_LOG, type HttpEventLogOptions } from './http-event-log-options';
import { httpHints } from './http-hints';

const url = 'http://log.test/event-log';
const open = (world: HttpLogWorld, options: Partial<HttpEventLogOptions> = {}) =>
  new HttpEventLog(HTTP_EVENT_LOG.resolve({ url, ...options }), world.ports);
const hear = (log: HttpEventLog) => {
  const hints: LogHint[] = [];
  const subscription = log.hints$.subscribe((hint) => hints.push(hint));
  return { hints, leave: () => subscription.unsubscribe() };
};

describe(httpHints.name, () => {
  it('tell what others append, by one request that waits', async () => {
    const world = new HttpLogWorld();
    const { hints, leave } = hear(open(world));
    await world.advance(100);
    const before = [...hints];
    await append(world.server.log, 's', ['a', 'b']);
    await world.advance(100);
    const asked = [...world.asked];
    leave();
    await world.advance(0);

    expect(before).toContainEqual({ position: 0 });
    expect(hints.at(-1)).toEqual({ position: 2 });
    expect(asked).toEqual([
      'GET /event-log/hints?wait=25000',
      'GET /event-log/hints?after=0&wait=25000',
      'GET /event-log/hints?after=2&wait=25000',
    ]);
    expect(world.open).toEqual([0, 0, 0]);
  });

  it('ask again when there was nothing', async () => {
    const world = new HttpLogWorld();
    const { hints, leave } = hear(open(world, { hintWait: 2000 }));
    await world.advance(100);
    const before = hints.length;
    await world.advance(2000);
    await world.advance(100);
    const asked = world.asked.length;
    leave();

    expect([asked, hints.length - before]).toEqual([3, 0]);
    expect(world.diagnostics.codes).toEqual([]);
  });

  it('are asked for by one tab, which tells the others', async () => {
    const world = new HttpLogWorld();
    const first = hear(open(world));
    const second = hear(open(world));
    await world.advance(100);
    await append(world.server.log, 's', ['a']);
    await world.advance(0);
    const open1 = world.server.open;
    first.leave();
    await world.advance(100);
    await append(world.server.log, 's', ['b']);
    await world.advance(100);
    const open2 = world.server.open;
    second.leave();

    expect([open1, open2]).toEqual([0, 1]);
    expect(first.hints).toContainEqual({ position: 1 });
    expect(second.hints).toContainEqual({ position: 1 });
    expect(second.hints).toContainEqual({ position: 2 });
  });

  it('are shared by all who listen in a tab', async () => {
    const world = new HttpLogWorld();
    const log = open(world);
    const all = [hear(log), hear(log)];
    await world.advance(100);

    expect([world.web.open, world.server.open]).toEqual([1, 1]);

    for (const { leave } of all) leave();
    await world.advance(0);

    expect(world.open).toEqual([0, 0, 0]);
  });

  it('are told as missing once, and come back', async () => {
    const world = new HttpLogWorld();
    world.web.down = true;
    const { hints, leave } = hear(open(world));
    await world.advance(0);
    for (let turn = 0; turn < 5; turn++) await world.advance(2000);
    const codes = [...world.diagnostics.codes];
    world.web.down = false;
    await world.advance(60_000);
    await append(world.server.log, 's', ['a']);
    await world.advance(100);
    world.web.down = true;
    world.server.failWith(500);
    await append(world.server.log, 's', ['b']);
    await world.advance(60_000);
    leave();

    expect(codes).toEqual(['RXM532']);
    expect(hints).toContainEqual({ position: 1 });
    expect(world.diagnostics.codes).toEqual(['RXM532', 'RXM532']);
    expect(world.clock.pending).toBe(0);
  });

  it.each([
    ['the same each time', () => 3],
    ['something new each time', (at: number) => at],
  ])('do not storm a server that says at once %s', async (_title, position) => {
    const world = new HttpLogWorld();
    let asked = 0;
    world.instead = () => Response.json({ position: position(asked++) });
    const { leave } = hear(open(world));
    for (let turn = 0; turn < 30; turn++) await world.advance(100);
    leave();

    expect(asked).toBeLessThanOrEqual(31);
    expect(world.clock.pending).toBe(0);
  });

  it('see that a log has begun anew, and that an answer is none', async () => {
    const world = new HttpLogWorld();
    const answers = [{ position: 7 }, { position: 2 }, { position: 'x' }, { position: 2 }];
    world.instead = () => Response.json(answers.shift() ?? { position: 2 });
    const { hints, leave } = hear(open(world));
    for (let turn = 0; turn < 30; turn++) await world.advance(100);
    leave();

    expect(new Set(hints.map(({ position }) => position))).toEqual(new Set([7, 2]));
    expect(world.diagnostics.codes).toEqual(['RXM532']);
  });

  it('wait for the network', async () => {
    const world = new HttpLogWorld();
    world.page.goOffline();
    const { leave } = hear(open(world));
    await world.advance(5000);
    const before = world.asked.length;
    world.page.goOnline();
    await world.advance(0);
    leave();

    expect([before, world.asked.length, world.diagnostics.codes.length]).toEqual([0, 1, 0]);
  });

  it('can be left out: then it tells of its own tabs only', async () => {
    const world = new HttpLogWorld();
    const log = open(world, { hints: false });
    const { hints, leave } = hear(log);
    await append(log, 's', ['a']);
    leave();

    expect(hints).toEqual([{ position: 1 }]);
    expect(world.told).toEqual([{ position: 1 }]);
    expect(world.asked).toEqual(['POST /event-log/commits']);
  });
});
