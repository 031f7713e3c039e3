import { TestBed } from '@angular/core/testing';
import { InvalidOptionError } from 'rx-mesh/kernel';
import { fakeRedisWeb, noted, OpenAnswer } from '../../../spec-support/fake-redis-web';
import { settled } from '../../../spec-support/settled';
import { REMOTE_CACHE } from '../../remote-cache';
import { RedisService } from './redis-service';

const answer = (text: string, status = 200) => fakeRedisWeb(() => new Response(text, { status }));
const upstash = (text: string, status = 200) =>
  fakeRedisWeb(() => new Response(text, { status }), { dialect: 'upstash' });

describe(`${RedisService.name} over webdis`, () => {
  it('sends a command as simple text, with nothing that a browser would ask about before', async () => {
    const { web, redis, asked } = answer('{"SET":[true,"OK"]}');
    const told = noted(redis.set('a/b.c', 'käse %/.?\n', { ttl: 0.5, onlyIfAbsent: true }));
    await settled();

    expect(told).toMatchObject({ values: [true], ends: ['complete'] });
    expect(asked).toEqual([
      { path: '/', body: 'SET/rx%3Aa%2Fb%2Ec/k%C3%A4se%20%25%2F%2E%3F%0A/PX/1/NX' },
    ]);
    expect(web.requests[0]).toMatchObject({
      method: 'POST',
      credentials: 'omit',
      redirect: 'error',
      referrerPolicy: 'no-referrer',
    });
    expect(Array.from(web.requests[0]?.headers.keys() ?? [])).toEqual(['content-type']);
    expect(web.requests[0]?.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(web.open).toBe(0);
  });

  it('sends nothing before it is subscribed, and once a subscription', async () => {
    const { redis, asked } = answer('{"GET":"x"}');
    const get$ = redis.get('a');
    redis.mget([]).subscribe();
    redis.del().subscribe();
    await settled();

    expect(asked).toHaveLength(0);

    get$.subscribe();
    get$.subscribe();
    await settled();

    expect(asked).toHaveLength(2);
  });

  it.each<[string, string, (redis: RedisService) => unknown, unknown]>([
    ['a text', '{"GET":""}', (redis) => redis.get('a'), ''],
    ['none', '{"GET":null}', (redis) => redis.get('a'), undefined],
    ['texts', '{"MGET":["1",null]}', (redis) => redis.mget(['a', 'b']), ['1', undefined]],
    ['a count', '{"INCR":7}', (redis) => redis.incr('a'), 7],
    ['what is taken', '{"SET":null}', (r) => r.set('a', '', { onlyIfAbsent: true }), false],
    ['no end', '{"PTTL":-1}', (redis) => redis.ttl('a'), Infinity],
    ['no key', '{"PTTL":-2}', (redis) => redis.ttl('a'), undefined],
    ['whether', '{"PEXPIRE":0}', (redis) => redis.expire('a', 1), false],
    ['a list', '{"X":[1,["a"]]}', (redis) => redis.command('x', 1, 'b'), [1, ['a']]],
  ])('reads %s', async (_what, text, ask, value) => {
    const { redis } = answer(text);
    const told = noted(ask(redis) as never);
    await settled();

    expect(told).toMatchObject({ values: [value], ends: ['complete'] });
  });

  it.each([
    ['an error within 200', '{"GET":[false,"WRONGTYPE no"]}', 200, 'refused', 'WRONGTYPE no'],
    ['a full memory', '{"GET":[false,"OOM command not allowed"]}', 200, 'full', 'OOM'],
    ['one that starts', '{"GET":[false,"LOADING Redis"]}', 200, 'unreachable', 'LOADING'],
    ['a command that is not allowed', '', 403, 'refused', '403'],
    ['Redis that is down', '', 503, 'unreachable', '503'],
    ['too much', '', 413, 'too-large', '413'],
    ['nothing', '', 200, 'malformed', 'read'],
    ['a page', '<html>', 200, 'malformed', 'read'],
    ['no object', 'null', 200, 'malformed', 'none'],
    ['an answer to something else', '{"SET":"x"}', 200, 'malformed', 'none'],
    ['an answer of another kind', '{"GET":7}', 200, 'malformed', 'none'],
    ['something that Redis has not', '{"GET":{"a":1}}', 200, 'malformed', 'none'],
    ['a text that is no UTF-8', '{}', 200, 'malformed', 'none'],
    ['glued documents', '{"GET":"a"}{"GET":"b"}', 200, 'malformed', 'read'],
    ['a key of the prototype', '{"__proto__":{"GET":"x"}}', 200, 'malformed', 'none'],
  ])('takes %s for what it is', async (_what, text, status, failure, detail) => {
    const { web, redis } = answer(text, status);
    const told = noted(redis.get('a'));
    await settled();

    expect(told.values).toEqual([]);
    expect(told.ends).toMatchObject([{ code: 'RXM704', remote: 'redis', failure }]);
    expect(String(told.ends)).toContain(detail);
    expect(web.open).toBe(0);
  });

  it('does not mix texts up when one is left out', async () => {
    const { redis } = answer('{"MGET":["1"]}');
    const told = noted(redis.mget(['a', 'b']));
    await settled();

    expect(told).toMatchObject({ values: [], ends: [{ failure: 'malformed' }] });
  });

  it('reads an answer that comes in parts, cut within a letter', async () => {
    const open = new OpenAnswer();
    const { redis } = fakeRedisWeb(() => open.response);
    const told = noted(redis.get('a'));
    const bytes = new TextEncoder().encode('{"GET":"ä😀"}');
    for (const byte of bytes) {
      open.send(Uint8Array.of(byte));
      await settled();
    }
    open.end();
    await settled();

    expect(told).toMatchObject({ values: ['ä😀'], ends: ['complete'] });
  });

  it('reads no answer without end', async () => {
    const open = new OpenAnswer();
    const { web, redis } = fakeRedisWeb(() => open.response);
    const told = noted(redis.get('a'));
    for (let part = 0; part < 9; part++) {
      open.send(new Uint8Array(1024 * 1024));
      await settled();
    }

    expect(told).toMatchObject({ values: [], ends: [{ failure: 'malformed' }] });
    expect(open.isCancelled).toBe(true);
    expect(web.open).toBe(0);
  });

  it('gives up after its time, head and body together', async () => {
    const open = new OpenAnswer();
    const { web, redis, clock } = fakeRedisWeb(() => open.response, { timeout: 500 });
    const told = noted(redis.get('a'));
    await settled();
    open.send('{"GET":');
    clock.advance(499);
    await settled();

    expect(told.ends).toEqual([]);

    clock.advance(1);
    await settled();

    expect(told.ends).toMatchObject([{ failure: 'timeout' }]);
    expect(web.open).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('aborts what is unsubscribed', async () => {
    const { web, redis, clock } = fakeRedisWeb(() => new OpenAnswer().response);
    const told = noted(redis.get('a'));
    await settled();

    expect(web.open).toBe(1);

    told.subscription.unsubscribe();
    await settled();

    expect(web.open).toBe(0);
    expect(clock.pending).toBe(0);
    expect(told).toMatchObject({ values: [], ends: [] });
  });

  it('says that nobody is there', async () => {
    const { web, redis } = answer('{"GET":"x"}');
    web.down = true;
    const told = noted(redis.get('a'));
    await settled();

    expect(told.ends).toMatchObject([{ failure: 'unreachable', cause: { name: 'TypeError' } }]);
  });

  it('sets many keys, four at once, and fails with the first that does', async () => {
    const opens: OpenAnswer[] = [];
    const { web, redis, bodies } = fakeRedisWeb(() => {
      const open = new OpenAnswer();
      opens.push(open);
      return open.response;
    });
    const writes = Array.from({ length: 6 }, (_, at) => ({ key: `${at}`, text: 'x', ttl: 10 }));
    const told = noted(redis.setMany(writes));
    await settled();

    expect(opens).toHaveLength(4);

    opens[0]?.send('{"SET":[true,"OK"]}');
    opens[0]?.end();
    await settled();

    expect(bodies().at(-1)).toBe('SET/rx%3A4/x/PX/10');

    opens[1]?.send('{"SET":[false,"OOM no"]}');
    opens[1]?.end();
    await settled();

    expect(told).toMatchObject({ values: [], ends: [{ failure: 'full' }] });
    expect(web.open).toBe(0);
  });

  it.each<[string, (redis: RedisService) => unknown]>([
    ['a text with U+0000', (redis) => redis.set('a', 'b\u0000')],
    ['half a character', (redis) => redis.set('a', '\ud83d')],
  ])('sends no %s', async (_what, ask) => {
    const { redis, asked } = answer('');
    const told = noted(ask(redis) as never);
    await settled();

    expect(told.ends).toMatchObject([{ failure: 'refused' }]);
    expect(asked).toEqual([]);
  });

  it.each<[string, (redis: RedisService) => unknown]>([
    ['a time of 0', (redis) => redis.set('a', 'b', { ttl: 0 })],
    ['an endless time', (redis) => redis.expire('a', Infinity)],
    ['a channel with a comma', (redis) => redis.publish('a,b', '')],
    ['a channel without a name', (redis) => redis.subscribe('')],
  ])('refuses %s', (_what, ask) => {
    const { redis } = answer('');

    expect(noted(ask(redis) as never).ends).toEqual([expect.any(InvalidOptionError)]);
  });
});

describe(`${RedisService.name} over upstash`, () => {
  it('sends a command as JSON with the token', async () => {
    const { web, redis, asked } = fakeRedisWeb(() => new Response('{"result":"OK"}'), {
      url: '/redis/',
      dialect: 'upstash',
      token: 'secret',
      prefix: 'shop',
    });
    web.host('http://page.test', async (request) => {
      asked.push({ path: new URL(request.url).pathname, body: await request.text() });
      return new Response('{"result":"OK"}');
    });
    const told = noted(redis.set('a', 'ä'));
    await settled();

    expect(told.values).toEqual([true]);
    expect(asked).toEqual([{ path: '/redis/', body: '["SET","shop:a","ä"]' }]);
    expect(web.requests[0]?.headers.get('authorization')).toBe('Bearer secret');
    expect(web.requests[0]?.keepalive).toBe(false);
  });

  it('sends many commands in one request', async () => {
    const { redis, asked } = upstash('[{"result":"OK"},{"result":"OK"}]');
    const writes = ['a', 'b'].map((key) => ({ key, text: 'x', ttl: 10 }));
    const told = noted(redis.setMany(writes));
    await settled();

    expect(told).toMatchObject({ values: [], ends: ['complete'] });
    expect(asked).toEqual([
      { path: '/pipeline', body: '[["SET","rx:a","x","PX","10"],["SET","rx:b","x","PX","10"]]' },
    ]);
  });

  it.each([
    ['a refusal of Redis', '{"error":"WRONGTYPE no"}', 400, 'refused'],
    ['a wrong token', '{"error":"Unauthorized"}', 401, 'refused'],
    ['one that is away', '', 502, 'unreachable'],
    ['nothing', '', 200, 'malformed'],
    ['null', 'null', 200, 'malformed'],
    ['no result', '{}', 200, 'malformed'],
    ['a result of another kind', '{"result":true}', 200, 'malformed'],
  ])('takes %s for what it is', async (_what, text, status, failure) => {
    const { redis } = upstash(text, status);
    const told = noted(redis.get('a'));
    await settled();

    expect(told).toMatchObject({ values: [], ends: [{ code: 'RXM704', failure }] });
  });

  it.each([
    ['an error among results', '[{"result":"OK"},{"error":"OOM no"}]', 'full'],
    ['something else than a list', '{"result":"OK"}', 'malformed'],
    ['another result', '[{"result":"OK"},{"result":null}]', 'malformed'],
  ])('takes %s for what it is', async (_what, text, failure) => {
    const { redis } = upstash(text);
    const told = noted(redis.setMany(['a', 'b'].map((key) => ({ key, text: '', ttl: 1 }))));
    await settled();

    expect(told.ends).toMatchObject([{ failure }]);
  });
});

describe(`${RedisService.name} without options`, () => {
  it('says so when it is used', () => {
    const told = noted(TestBed.inject(RedisService).get('a'));

    expect(String(told.ends)).toContain('use withRedis');
    expect(TestBed.inject(REMOTE_CACHE)).toBeUndefined();
  });
});
