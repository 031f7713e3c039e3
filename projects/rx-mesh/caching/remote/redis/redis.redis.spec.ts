import { setTimeout as wait } from 'node:timers/promises';
import { describeRemoteCache } from '../../../spec-support/contracts/remote-cache';
import { RedisWorld } from '../../../spec-support/redis-world';
import { RedisService } from './redis-service';

const world = new RedisWorld();

beforeAll(() => world.start());
afterAll(() => world.dispose());
afterEach(() => {
  world.reset();
});

const DIALECTS = ['webdis', 'upstash'] as const;

for (const dialect of DIALECTS) {
  describeRemoteCache(`RedisRemoteCache over ${dialect}`, () => {
    const prefix = world.prefix();
    const { remote: other } = world.application(dialect, prefix);
    return { ...world.application(dialect, prefix), other, pass: async (time) => wait(time) };
  });
}

describe.each(DIALECTS)(`${RedisService.name} over %s`, (dialect) => {
  it('has the commands of the lesson', async () => {
    const { redis } = world.application(dialect);

    expect(await world.last(redis.get('a'))).toBeUndefined();
    expect(await world.last(redis.set('a', '1', { ttl: 5000, onlyIfAbsent: true }))).toBe(true);
    expect(await world.last(redis.set('a', '2', { onlyIfAbsent: true }))).toBe(false);
    expect(await world.last(redis.get('a'))).toBe('1');
    expect(await world.last(redis.incr('a'))).toBe(2);
    expect(await world.last(redis.ttl('a'))).toBeGreaterThan(4000);
    expect(await world.last(redis.set('a', '3'))).toBe(true);
    expect(await world.last(redis.ttl('a'))).toBe(Infinity);
    expect(await world.last(redis.expire('a', 900))).toBe(true);
    expect(await world.last(redis.expire('b', 900))).toBe(false);
    expect(await world.last(redis.ttl('a'))).toBeLessThanOrEqual(900);
    expect(await world.last(redis.ttl('b'))).toBeUndefined();
    expect(await world.last(redis.mget(['b', 'a']))).toEqual([undefined, '3']);
    expect(await world.last(redis.del('a', 'b'))).toBe(1);
  });

  it('sends any other command', async () => {
    const { redis } = world.application(dialect);
    const list = redis.command('eval', "return {ARGV[1],false,'x',7}", 0, 'ä');

    expect(await world.last(list)).toEqual(['ä', null, 'x', 7]);
    expect(await world.last(redis.command('PING'))).toBe('PONG');
  });

  it('tells what Redis says no with', async () => {
    const { redis } = world.application(dialect);
    await world.last(redis.set('a', 'text'));
    const error = await world.failure(redis.incr('a'));

    expect(error).toMatchObject({ code: 'RXM704', remote: 'redis', failure: 'refused' });
    expect(error.detail).toContain('not an integer');
    expect(await world.failure(redis.command('SET', 'a'))).toMatchObject({ failure: 'refused' });
  });

  it('stays apart from applications with another prefix', async () => {
    const mine = world.application(dialect, 'mine').redis;
    const theirs = world.application(dialect, 'theirs').redis;
    const heard = world.listen(theirs.subscribe('c'));
    await world.until(async () => (await world.patterns()) === 1);
    await world.last(mine.set('a', '1'));
    await world.last(mine.publish('c', 'mine'));
    await world.last(theirs.publish('c', 'theirs'));
    await world.until(() => heard.length > 0);

    expect(await world.last(theirs.get('a'))).toBeUndefined();
    expect(heard).toEqual(['theirs']);
    expect(await world.server.command('GET', 'mine:a')).toBe('1');
  });

  it('hears a burst of 200 messages, each once, by one stream', async () => {
    const prefix = world.prefix();
    const application = world.application(dialect, prefix);
    const { redis } = application;
    const [first, second] = [redis.subscribe('c'), redis.subscribe('c')].map((c) =>
      world.listen(c),
    );
    const other = world.listen(redis.subscribe('d'));
    await world.until(async () => (await world.patterns()) === 1);

    expect(application.open()).toBe(1);

    const texts = Array.from({ length: 200 }, (_, at) => `${at}: {"a":["}\\"\n😀"]},x`);
    const burst = `for i,text in ipairs(ARGV) do redis.call('PUBLISH', KEYS[1], text) end`;
    await world.server.command('EVAL', burst, '1', `${prefix}:c`, ...texts);
    await world.until(() => first?.length === 200 && second?.length === 200);

    expect(new Set(first)).toEqual(new Set(texts));
    // Webdis 0.1.9 gives what comes in the same moment in the opposite order.
    expect(first?.join() === texts.join()).toBe(dialect === 'upstash');
    expect(second).toEqual(first);
    expect(other).toEqual([]);
  });

  it('hears what another application says, and leaves nothing open at the end', async () => {
    const prefix = world.prefix();
    const [here, there] = [world.application(dialect, prefix), world.application(dialect, prefix)];
    const heard = world.listen(here.redis.subscribe('odd/%.?channel'));
    await world.until(async () => (await world.patterns()) === 1);

    expect(await world.last(there.redis.publish('odd/%.?channel', 'käse 🧀'))).toBe(1);

    await world.last(there.redis.publish('odd/%.?channel', ''));
    await world.until(() => heard.length === 2);
    world.leave();
    await world.until(async () => (await world.patterns()) === 0);

    expect(heard).toEqual(['käse 🧀', '']);
    expect(here.open()).toBe(0);
  });

  it('outlives the end of Redis: calls fail at once, and the stream comes back', async () => {
    const options = { heartbeat: 300, timeout: 1000 };
    const { redis, remote } = world.application(dialect, world.prefix(), options);
    const heard = world.listen(redis.subscribe('c'));
    const resumed = world.listen(redis.resumed$);
    await world.until(async () => (await world.patterns()) === 1);
    await world.server.stop();
    const error = await world.failure(redis.get('a'));

    expect(error).toMatchObject({ code: 'RXM704', failure: 'unreachable' });
    expect(error.after).toBeLessThan(500);
    expect(await world.failure(remote.write([{ key: 'a', text: '1', ttl: 1000 }]))).toMatchObject({
      failure: 'unreachable',
    });
    expect(resumed).toHaveLength(0);

    await wait(1000);
    await world.server.start();
    // Webdis connects again after a while.
    await world.until(async () => world.last(redis.get('a')).then(() => true, () => false)); // prettier-ignore
    await world.until(() => resumed.length === 1);
    await world.last(redis.publish('c', 'after'));
    await world.until(() => heard.length > 0);

    expect(heard).toEqual(['after']);
  });
});

describe(`${RedisService.name} over webdis alone`, () => {
  // Redis was ended before. Each worker of Webdis has a connection of its own, and says 503 until it has noticed.
  beforeEach(async () => {
    const { redis } = world.application('webdis');
    let inRow = 0;
    await world.until(async () => {
      const isBack = await world.last(redis.set('back', '1')).then(
        () => true,
        () => false,
      );
      inRow = isBack ? inRow + 1 : 0;
      return inRow >= 20;
    });
  });

  it('is refused a command that is not allowed', async () => {
    const { redis } = world.application('webdis');

    expect(await world.failure(redis.command('FLUSHALL'))).toMatchObject({
      failure: 'refused',
      detail: 'status 403',
    });
  });

  it('finds out that texts are no UTF-8, and does not mix up the others', async () => {
    const prefix = world.prefix();
    const { redis } = world.application('webdis', prefix);
    const bad = `redis.call('SET', KEYS[1], '\\255\\254')`;
    await world.server.command('EVAL', bad, '1', `${prefix}:bad`);
    await world.last(redis.set('good', '1'));

    expect(await world.failure(redis.get('bad'))).toMatchObject({ failure: 'malformed' });
    expect(await world.failure(redis.mget(['bad', 'good']))).toMatchObject({
      failure: 'malformed',
    });
  });

  it('keeps 4 MB, and refuses to read 9', async () => {
    const prefix = world.prefix();
    const { redis } = world.application('webdis', prefix, { timeout: 20_000 });
    const text = 'é'.repeat(2 * 1024 * 1024);
    await world.last(redis.set('big', text));

    expect((await world.last(redis.get('big'))) === text).toBe(true);

    const huge = `redis.call('SET', KEYS[1], string.rep('x', 9000000))`;
    await world.server.command('EVAL', huge, '1', `${prefix}:huge`);

    expect(await world.failure(redis.get('huge'))).toMatchObject({ failure: 'malformed' });
  });

  it('is not held up by a frozen one, and goes on with it', async () => {
    const options = { heartbeat: 300, timeout: 400 };
    const application = world.application('webdis', world.prefix(), options);
    const { redis } = application;
    const heard = world.listen(redis.subscribe('c'));
    const resumed = world.listen(redis.resumed$);
    await world.until(async () => (await world.patterns()) === 1);
    await world.server.freeze(true);
    const error = await world.failure(redis.get('a'));

    expect(error.failure).toBe('timeout');
    expect(error.after).toBeLessThan(1500);

    await wait(1500);
    await world.server.freeze(false);
    await world.until(() => resumed.length === 1);
    // A slow machine may lose it once more meanwhile.
    await world.until(async () => {
      await world.last(redis.publish('c', 'after'));
      return heard.includes('after');
    });
    expect(application.open()).toBe(1);
  });

  it('keeps a quiet stream for as long as it is alive, with one ping for all', async () => {
    const prefix = world.prefix();
    const many = Array.from({ length: 3 }, () =>
      world.application('webdis', prefix, { heartbeat: 200, timeout: 1000 }),
    );
    const resumed = many.map(({ redis }) => {
      world.listen(redis.subscribe('c'));
      return world.listen(redis.resumed$);
    });
    await wait(2200);
    const pings = many.reduce((sum, application) => sum + application.begun() - 1, 0);

    expect(resumed).toEqual([[], [], []]);
    // Each for itself would be about 30.
    expect(pings).toBeGreaterThan(4);
    expect(pings).toBeLessThan(20);
  });
});
