import { anEvent, append, describeEventLog, readLog } from '../../spec-support/contracts/event-log';
import { HttpLogWorld, failureOf } from '../../spec-support/http-log-world';
import { settled } from '../../spec-support/settled';
import { HttpEventLog } from './http-event-log';
import { HTTP_EVENT_LOG, type HttpEventLogOptions } from './http-event-log-options';

const url = 'http://log.test/event-log';

const open = (world: HttpLogWorld, options: Partial<HttpEventLogOptions> = {}) =>
  new HttpEventLog(HTTP_EVENT_LOG.resolve({ url, ...options }), world.ports);

describeEventLog(HttpEventLog.name, () => {
  const world = new HttpLogWorld();
  return { log: open(world), other: open(world) };
});

describe(HttpEventLog.name, () => {
  it('says what it is', () => {
    const world = new HttpLogWorld();

    expect(open(world)).toMatchObject({
      name: url,
      durability: 'server',
      capabilities: { crossTab: true, crossClient: true, backwardRead: true, truncate: true },
    });
    expect(open(world, { name: 'shop', truncate: false })).toMatchObject({
      name: 'shop',
      capabilities: { truncate: false },
    });
  });

  it('asks as the protocol says', async () => {
    const world = new HttpLogWorld();
    const log = open(world, { token: 'secret' });
    const commit = { stream: 'a/b ü', events: [anEvent('a')], timestamp: 7 };
    await log.append(commit, 'no-stream', { durability: 'strict', skipTo: 1 });
    await log.readStream('a/b ü', { direction: 'backward', from: 9, max: 2 });
    await log.readAll({ after: 3, max: 9000, filter: { category: 'a' } });
    await log.streamHead('x&y');
    await log.streams('s', 3);
    await log.truncate('s', { before: 3 });
    await log.head();
    const [first] = world.web.requests;

    expect(world.asked).toEqual([
      'POST /event-log/commits',
      'GET /event-log/stream?stream=a/b+ü&direction=backward&from=9&max=2',
      'GET /event-log/events?after=3&filter={"category":"a"}&max=5000',
      'GET /event-log/stream-head?stream=x&y',
      'GET /event-log/streams?after=s&max=3',
      'POST /event-log/truncate',
      'GET /event-log/head',
    ]);
    expect(first?.headers.get('Authorization')).toBe('Bearer secret');
    expect(first).toMatchObject({ redirect: 'error', credentials: 'same-origin' });
    expect(world.open).toEqual([0, 0, 0]);
  });

  it('does not know what became of an append without an answer, and repeats it unharmed', async () => {
    const world = new HttpLogWorld();
    const log = open(world);
    world.server.loseAnswers(1);
    const lost = await failureOf(append(log, 's', ['a', 'b'], 0));
    const again = await append(log, 's', ['a', 'b'], 0);

    expect(lost).toMatchObject({ code: 'RXM505', log: url, cause: expect.any(TypeError) as Error });
    expect(again).toEqual({ stream: 's', version: 2, position: 2, count: 2, duplicate: true });
    expect(await readLog(log)).toHaveLength(2);
  });

  it('gives up in time, and lets go', async () => {
    const world = new HttpLogWorld();
    const log = open(world, { timeout: 300 });
    world.instead = () => new Promise(() => undefined);
    const call = failureOf(append(log, 's', ['a']));
    await world.advance(299);
    const before = world.open;
    await world.advance(1);

    expect([before, world.open]).toEqual([
      [1, 0, 1],
      [0, 0, 0],
    ]);
    expect(await call).toMatchObject({ code: 'RXM505' });
    expect(String((await call) as Error)).not.toContain('undefined');
  });

  it.each([408, 425, 429, 500, 502, 503, 504])('does not know what %p means', async (status) => {
    const world = new HttpLogWorld();
    world.answer({ error: 'x', reason: 'busy' }, status);
    const error = await failureOf(append(open(world), 's', ['a']));

    expect(error).toMatchObject({ code: 'RXM505', cause: { code: 'RXM530', status, reason: 'busy' } }); // prettier-ignore
  });

  it.each([400, 401, 403, 404, 405, 410, 413, 415, 422, 501])(
    'knows that nothing was stored at %p',
    async (status) => {
      const world = new HttpLogWorld();
      world.answer('<html>', status);
      const log = open(world);

      expect(await failureOf(append(log, 's', ['a']))).toMatchObject({
        code: 'RXM530',
        status,
        reason: '',
      });
      expect(await failureOf(log.streamHead('s'))).toMatchObject({ code: 'RXM530', status });
    },
  );

  it('is full when the server is, and when there is a conflict says which', async () => {
    const world = new HttpLogWorld();
    const log = open(world);
    const errorOf = async (body: object, status = 409) => {
      world.answer(body, status);
      return failureOf(append(log, 's', ['a'], 3));
    };

    expect(await errorOf({}, 507)).toMatchObject({ code: 'RXM503', log: url });
    expect(await errorOf({ error: 'wrong-expected-version', actual: 5 })).toMatchObject({
      code: 'RXM501',
      stream: 's',
      expected: 3,
      actual: 5,
    });
    expect(
      await errorOf({ error: 'duplicate-event-id', eventId: 'a', knownIn: 't' }),
    ).toMatchObject({ code: 'RXM502', eventId: 'a', knownIn: 't' });
    for (const body of [
      {},
      { error: 'wrong-expected-version' },
      { error: 'wrong-expected-version', actual: 3 },
      { error: 'wrong-expected-version', actual: '5' },
      { error: 'duplicate-event-id', eventId: 'a' },
    ]) {
      expect(await errorOf(body)).toMatchObject({ code: 'RXM505', cause: { code: 'RXM531' } });
    }
  });

  it('leaves a server alone that asks for it', async () => {
    const world = new HttpLogWorld();
    const log = open(world);
    world.answer('', 503, { 'Retry-After': '2' });
    await failureOf(log.head());
    world.instead = undefined;
    await world.advance(1999);
    const early = await failureOf(log.head());
    await world.advance(1);

    expect(early).toMatchObject({ code: 'RXM505', cause: { message: expect.stringContaining('1 ms') as string } }); // prettier-ignore
    expect(await log.head()).toEqual({ position: 0, count: 0 });
    expect(world.asked).toHaveLength(2);
  });

  it('refuses what is too large before it is sent', async () => {
    const world = new HttpLogWorld();
    const log = open(world, { maxRequestBytes: 400 });
    const events = Array.from({ length: 1025 }, (_, at) => anEvent(`e${at}`));

    expect(await failureOf(append(log, 's', ['ü'.repeat(200)]))).toMatchObject({ code: 'RXM500' });
    expect(await failureOf(log.append({ stream: 's', events, timestamp: 1 }, 0))).toMatchObject({
      code: 'RXM500',
    });
    expect(world.asked).toEqual([]);
  });

  it('asks for less of a page that has too many bytes', async () => {
    const world = new HttpLogWorld();
    const log = open(world, { maxAnswerBytes: 1500 });
    for (const id of 'abcdefghij') await append(log, 's', [id]);
    const ids = (await readLog(log, 64)).map(({ id }) => id).join('');

    expect(ids).toBe('abcdefghij');
    expect(world.asked).toContain('GET /event-log/events?after=0&max=1');
    expect(world.open).toEqual([0, 0, 0]);

    const tiny = open(world, { maxAnswerBytes: 20 });

    expect(await failureOf(tiny.readAll())).toMatchObject({ code: 'RXM531' });
    expect(await failureOf(append(tiny, 's', ['k']))).toMatchObject({ code: 'RXM505', cause: { code: 'RXM531' } }); // prettier-ignore
  });

  it('lets appends not overtake each other, and reads not wait', async () => {
    const world = new HttpLogWorld();
    const log = open(world);
    let free: () => void = () => undefined;
    const blocked = new Promise<void>((resolve) => (free = resolve));
    let isFirst = true;
    world.instead = (request) => {
      if (!isFirst) return undefined;
      isFirst = false;
      return blocked.then(async () => world.server.handle(request));
    };
    const ends = ['a', 'b', 'c'].map(async (id) => append(log, `s-${id}`, [id]));
    await settled();
    const beside = await log.head();
    const before = world.asked.length;
    free();

    expect(before).toBe(2);
    expect(beside).toMatchObject({ position: 0 });
    expect((await Promise.all(ends)).map(({ position }) => position)).toEqual([1, 2, 3]);
  });

  it('lets no more than a thousand wait', async () => {
    const world = new HttpLogWorld();
    const log = open(world, { timeout: 50 });
    world.instead = () => new Promise(() => undefined);
    const ends = Array.from({ length: 1001 }, async () => failureOf(append(log, 's', ['a'])));

    expect(await ends[1000]).toMatchObject({ code: 'RXM505', cause: { message: '1000 requests wait already.' } }); // prettier-ignore

    world.web.down = true;
    await world.advance(50);

    expect(await Promise.all(ends)).toHaveLength(1001);
    expect(world.open).toEqual([0, 0, 0]);
  });

  it('asks for a token each time, and refuses one that is none', async () => {
    const world = new HttpLogWorld();
    const tokens: unknown[] = ['one', '', 'no good\n', 7];
    const log = open(world, { token: () => Promise.resolve(tokens.shift() as string) });
    await log.head();
    await log.head();
    const errors = [await failureOf(log.head()), await failureOf(log.head())];
    const failing = open(world, { token: () => Promise.reject(new Error('no session')) });

    expect(world.web.requests.map(({ headers }) => headers.get('Authorization'))).toEqual([
      'Bearer one',
      null,
    ]);
    expect(errors).toMatchObject([{ code: 'RXM101' }, { code: 'RXM101' }]);
    expect(String(errors[0])).not.toContain('no good');
    expect(await failureOf(failing.head())).toMatchObject({
      code: 'RXM505',
      cause: { message: 'no session' },
    });
  });

  it('sorts out what is too long for a URL, and what was not wanted', async () => {
    const world = new HttpLogWorld();
    const log = open(world);
    await append(log, 's-1', ['a']);
    await append(log, 't-1', ['b']);
    const types = Array.from({ length: 300 }, (_, at) => `Type${at}`);
    const none = await log.readAll({ filter: { category: 's', types } });
    await log.readAll({ filter: { types: [...types, 'Noted'] } });
    const all = await log.readAll();
    world.answer(all);
    const one = await log.readAll({ filter: { stream: 't-1' } });

    expect(world.asked.slice(2, 4)).toEqual([
      'GET /event-log/events?after=0&filter={"category":"s"}&max=500',
      'GET /event-log/events?after=0&max=500',
    ]);
    expect(none).toEqual({ events: [], next: 2, end: true });
    expect(one.events.map(({ id }) => id)).toEqual(['b']);
  });
});
