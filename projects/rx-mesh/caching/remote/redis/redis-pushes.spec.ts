import { fakeRedisWeb, noted, OpenAnswer } from '../../../spec-support/fake-redis-web';
import { settled } from '../../../spec-support/settled';
import type { RedisOptions } from './redis-options';

const ACK = '{"PSUBSCRIBE":["psubscribe","rx:*",1]}';
const message = (channel: string, text: string) =>
  JSON.stringify({ PSUBSCRIBE: ['pmessage', 'rx:*', `rx:${channel}`, text] });
const event = (channel: string, text: string) => `data: pmessage,rx:*,rx:${channel},${text}\n\n`;

const setUp = (
  options: Partial<RedisOptions> = {},
  published: () => Response = () => new Response('{"PUBLISH":1}'),
) => {
  const streams: OpenAnswer[] = [];
  const open = (): Response => {
    const stream = new OpenAnswer();
    streams.push(stream);
    return stream.response;
  };
  const world = fakeRedisWeb(
    ({ path, body }) =>
      body.startsWith('PSUB') || path.startsWith('/psub') ? open() : published(),
    options,
  );
  const advance = async (time: number) => {
    world.clock.advance(time);
    await settled();
  };
  const send = async (...parts: readonly string[]) => {
    for (const part of parts) streams.at(-1)?.send(part);
    await settled();
  };
  return { ...world, streams, advance, send };
};

describe('A subscription of Redis', () => {
  it('shares one stream for all channels, and ends it with the last subscriber', async () => {
    const { web, clock, redis, asked, streams, send } = setUp();
    const [first, second, other] = ['c', 'c', 'd'].map((name) => noted(redis.subscribe(name)));
    await settled();
    const glued = message('c', '1') + message('d', '{"x":"}"}') + message('e', '-');
    await send(ACK + glued.slice(0, 70), glued.slice(70), message('c', ''));

    expect(asked).toEqual([{ path: '/', body: 'PSUBSCRIBE/rx%3A*' }]);
    expect(first?.values).toEqual(['1', '']);
    expect(second?.values).toEqual(['1', '']);
    expect(other?.values).toEqual(['{"x":"}"}']);

    first?.subscription.unsubscribe();
    second?.subscription.unsubscribe();
    await settled();

    expect(web.open).toBe(1);

    other?.subscription.unsubscribe();
    await settled();

    expect(web.open).toBe(0);
    expect(clock.pending).toBe(0);
    expect(streams).toHaveLength(1);
  });

  it('leaves out what is no message of a text', async () => {
    const { redis, send } = setUp();
    const told = noted(redis.subscribe('c'));
    await settled();
    await send(
      ACK,
      '{"PSUBSCRIBE":["pmessage","rx:*","rx:c"]}',
      '{"PSUBSCRIBE":[]}',
      message('c', '1'),
    );

    expect(told).toMatchObject({ values: ['1'], ends: [] });
  });

  it('is opened anew with growing pauses when it breaks off, and says so', async () => {
    const { web, redis, streams, advance, send } = setUp();
    const told = noted(redis.subscribe('c'));
    const resumed = noted(redis.resumed$);
    await settled();
    await send(ACK);
    streams[0]?.end();
    await settled();

    expect(web.open).toBe(0);

    web.down = true;
    for (let second = 0; second < 150; second++) await advance(1000);
    const tries = web.requests.length;

    expect(tries).toBeGreaterThan(4);
    expect(tries).toBeLessThan(14);
    expect(resumed.values).toHaveLength(0);

    web.down = false;
    while (streams.length < 2) await advance(1000);
    await send(ACK, message('c', 'after'));

    expect(resumed.values).toHaveLength(1);
    expect(told).toMatchObject({ values: ['after'], ends: [] });
  });

  it.each([
    ['no JSON', '<html>'],
    ['something else', '{"GET":"x"}'],
    ['a server that starts', '{"PSUBSCRIBE":[false,"LOADING"]}'],
  ])('is opened anew when it is %s', async (_what, text) => {
    const { redis, streams, advance, send } = setUp();
    const told = noted(redis.subscribe('c'));
    await settled();
    await send(text);
    await advance(500);
    await send(ACK, message('c', '1'));

    expect(streams).toHaveLength(2);
    expect(told).toMatchObject({ values: ['1'], ends: [] });
  });

  it('is opened anew when nothing comes in time', async () => {
    const { web, redis, streams, advance } = setUp({ timeout: 1000 });
    noted(redis.subscribe('c'));
    await settled();
    await advance(1000);

    expect(web.open).toBe(0);

    await advance(500);

    expect(streams).toHaveLength(2);
    expect(web.open).toBe(1);
  });

  it('tries out whether it is alive when it is quiet for long', async () => {
    const { redis, asked, streams, advance, send } = setUp({ heartbeat: 10_000, timeout: 1000 });
    const told = noted(redis.subscribe('c'));
    await settled();
    await send(ACK);
    await advance(9000);
    await send(message('c', '1'));
    await advance(9999);

    expect(asked).toHaveLength(1);

    await advance(2001);

    expect(asked[1]?.body).toBe('PUBLISH/rx%3Arx-mesh%2Eping/');

    await send(message('rx-mesh.ping', ''));
    await advance(9000);

    expect(streams).toHaveLength(1);
    expect(told.values).toEqual(['1']);

    await advance(3000);
    await advance(1000);
    await advance(500);

    expect(streams).toHaveLength(2);
  });

  it('listens on where it may say nothing', async () => {
    const { redis, streams, advance, send } = setUp({ heartbeat: 1000 }, () => new Response('', { status: 403 })); // prettier-ignore
    const told = noted(redis.subscribe('c'));
    await settled();
    await send(ACK);
    await advance(1300);
    await advance(60_000);
    await send(message('c', '1'));

    expect(streams).toHaveLength(1);
    expect(told.values).toEqual(['1']);
  });

  it('is opened anew when a ping finds nobody', async () => {
    const { web, redis, streams, advance, send } = setUp({ heartbeat: 1000 });
    noted(redis.subscribe('c'));
    await settled();
    await send(ACK);
    web.down = true;
    await advance(1200);
    web.down = false;
    await advance(1000);

    expect(streams).toHaveLength(2);
  });

  it.each([
    ['status', () => new Response('', { status: 403 })],
    ['error of Redis', () => new Response('{"PSUBSCRIBE":[false,"NOPERM no"]}')],
  ])('errors when it is not allowed, by the %s', async (_what, answers) => {
    const { redis, web, clock } = fakeRedisWeb(answers);
    const told = noted(redis.subscribe('c'));
    await settled();

    expect(told).toMatchObject({ values: [], ends: [{ failure: 'refused' }] });
    expect(web.open).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('comes as events over upstash', async () => {
    const { redis, web, asked, send } = setUp({ dialect: 'upstash' });
    const told = noted(redis.subscribe('c'));
    await settled();
    await send(
      ': hello\n\ndata: psubscribe,rx:*,1\n\ndata: pmess',
      'age,rx:*,rx:c,a,b\r',
      '\n\r\n',
    );
    await send(event('c', 'two\ndata: lines'), event('d', 'x'), event('c', ''), 'event: x\n\n');

    expect(asked[0]?.path).toBe('/psubscribe/rx%3A*');
    expect(web.requests[0]?.headers.get('accept')).toBe('text/event-stream');
    expect(told).toMatchObject({ values: ['a,b', 'two\nlines', ''], ends: [] });
  });

  it('takes no event without end', async () => {
    const { redis, streams, advance, send } = setUp({ dialect: 'upstash' });
    noted(redis.subscribe('c'));
    await settled();
    await send('data: x\n\n', 'x'.repeat(1_100_000));
    await advance(500);

    expect(streams[0]?.isCancelled).toBe(true);
    expect(streams).toHaveLength(2);
  });

  it('does not begin on a server', () => {
    (globalThis as { ngServerMode?: boolean }).ngServerMode = true;
    const { redis, asked } = setUp();
    const told = noted(redis.subscribe('c'));
    (globalThis as { ngServerMode?: boolean }).ngServerMode = false;

    expect(told.ends).toEqual(['complete']);
    expect(asked).toEqual([]);
  });
});
