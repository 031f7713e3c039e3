import { memoryEventLog } from 'rx-mesh/event-sourcing';
import { ManualClock } from '../manual-clock';
import { settled } from '../../spec-support/settled';
import { FakeEventLogServer } from './fake-event-log-server';

const base = 'http://log.test/any/path';
const event = { id: 'a', type: 'T', schemaVersion: 1, aggregateId: '1', aggregateType: 's', data: 0, metadata: { serviceId: 'x' } }; // prettier-ignore
const commit = { stream: 's', timestamp: 5, expected: 'any', events: [event] };

const get = (path: string, init: RequestInit = {}) => new Request(base + path, init);
const post = (path: string, body: unknown, type = 'application/json') =>
  get(path, {
    method: 'POST',
    headers: { 'Content-Type': type },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const answerOf = async (server: FakeEventLogServer, request: Request) => {
  const response = await server.handle(request);
  return [response.status, (await response.json()) as unknown];
};

describe(FakeEventLogServer.name, () => {
  it('stores, reads, counts and removes', async () => {
    const server = new FakeEventLogServer();
    const stored = { ...event, stream: 's', version: 1, position: 1, timestamp: 5 };
    const head = { stream: 's', version: 1, count: 1, timestamp: 5 };
    const page = { events: [stored], next: 1, end: true };

    expect(await answerOf(server, post('/commits', commit))).toEqual([200, { stream: 's', version: 1, position: 1, count: 1, duplicate: false }]); // prettier-ignore
    expect(await answerOf(server, get('/events'))).toEqual([200, page]);
    expect(await answerOf(server, get('/stream?stream=s&from=1&max=1'))).toEqual([200, { ...page, next: 2 }]); // prettier-ignore
    expect(await answerOf(server, get('/stream?stream=s&direction=backward'))).toEqual([200, { ...page, next: 0 }]); // prettier-ignore
    expect(await answerOf(server, get('/head'))).toEqual([200, { position: 1, count: 1 }]);
    expect(await answerOf(server, get('/stream-head?stream=s'))).toEqual([200, { head }]);
    expect(await answerOf(server, get('/stream-head?stream=t'))).toEqual([200, { head: null }]);
    expect(await answerOf(server, get('/streams?after=a'))).toEqual([200, { streams: [head] }]);
    expect(await answerOf(server, post('/truncate', { stream: 's', before: 2 }))).toEqual([200, { removed: 1 }]); // prettier-ignore
  });

  it('gives what is wanted, in pages as small as it likes', async () => {
    const server = new FakeEventLogServer();
    server.maxPage = 1;
    await server.handle(post('/commits', commit));
    await server.handle(
      post('/commits', { ...commit, stream: 't', events: [{ ...event, id: 'b' }] }),
    );
    const filter = encodeURIComponent('{"stream":"t","types":["T"]}');

    expect(await answerOf(server, get('/events?max=9'))).toMatchObject([200, { next: 1, end: false }]); // prettier-ignore
    expect(await answerOf(server, get(`/events?filter=${filter}`))).toMatchObject([200, { events: [{ id: 'b' }] }]); // prettier-ignore
  });

  it('says what is in the way of an append', async () => {
    const server = new FakeEventLogServer({ log: memoryEventLog({ maxEvents: 1 }) });
    await server.handle(post('/commits', commit));
    const refusal = async (fields: object) => answerOf(server, post('/commits', { ...commit, ...fields })); // prettier-ignore

    expect(await refusal({ expected: 4 })).toEqual([409, { error: 'wrong-expected-version', actual: 1 }]); // prettier-ignore
    expect(await refusal({ stream: 't' })).toEqual([409, { error: 'duplicate-event-id', eventId: 'a', knownIn: 's' }]); // prettier-ignore
    expect(await refusal({ events: [{ ...event, id: 'b' }] })).toMatchObject([507, { error: 'full' }]); // prettier-ignore
  });

  it.each([
    ['/commits', 'no JSON'],
    ['/commits', []],
    ['/commits', { ...commit, stream: '' }],
    ['/commits', { ...commit, expected: -1 }],
    ['/commits', { ...commit, expected: 'none' }],
    ['/commits', { ...commit, durability: 'some' }],
    ['/commits', { ...commit, timestamp: 'now' }],
    ['/commits', { ...commit, skipTo: 0 }],
    ['/commits', { ...commit, events: {} }],
    ['/commits', { ...commit, events: [{ ...event, id: 1 }] }],
    ['/commits', { ...commit, events: [{ ...event, data: undefined }] }],
    ['/commits', { ...commit, events: [{ ...event, metadata: {} }] }],
    ['/commits', { ...commit, events: [{ ...event, schemaVersion: 0 }] }],
    ['/truncate', { stream: 's', before: 'x' }],
    ['/truncate', { stream: 's', olderThan: 'x' }],
  ])('refuses to take at %p %j', async (path, body) => {
    const server = new FakeEventLogServer();

    expect(await answerOf(server, post(path, body))).toMatchObject([400, { error: 'bad-request' }]);
    expect(await server.log.head()).toEqual({ position: 0, count: 0 });
  });

  it.each([
    '/events?after=-1',
    '/events?max=0',
    '/events?filter=x',
    '/events?filter=[]',
    '/events?filter={"types":[1]}',
    '/stream',
    '/stream?stream=s&direction=up',
    '/hints?after=x',
  ])('refuses to answer %p', async (path) => {
    expect(await answerOf(new FakeEventLogServer(), get(path))).toMatchObject([400, {}]);
  });

  it('knows nothing else, takes nothing but JSON, and wants its token', async () => {
    const server = new FakeEventLogServer();

    expect(await answerOf(server, get('/other'))).toMatchObject([404, {}]);
    expect(await answerOf(server, post('/other', {}))).toMatchObject([404, {}]);
    expect(await answerOf(server, post('/commits', commit, 'text/plain'))).toMatchObject([415, {}]);

    server.requireToken = 't';

    expect(await answerOf(server, get('/head'))).toMatchObject([401, {}]);
    expect(await answerOf(server, get('/head', { headers: { Authorization: 'Bearer t' } }))).toMatchObject([200, {}]); // prettier-ignore
  });

  it('fails when it is told to, and loses answers of what it has done', async () => {
    const server = new FakeEventLogServer();
    server.failWith(503, { 'Retry-After': '7' });
    const failed = await server.handle(get('/head'));
    server.failWith(undefined);
    server.loseAnswers(1);

    expect([failed.status, failed.headers.get('Retry-After')]).toEqual([503, '7']);
    await expect(server.handle(post('/commits', commit))).rejects.toThrow(TypeError);
    expect(await answerOf(server, post('/commits', commit))).toMatchObject([200, { duplicate: true }]); // prettier-ignore
  });

  it('waits for what is new, for the time, or until nobody waits', async () => {
    const clock = new ManualClock();
    const server = new FakeEventLogServer({ clock });
    const leave = new AbortController();
    const ends: unknown[] = [];
    const ask = async (path: string, init: RequestInit = {}) =>
      answerOf(server, get(path, init)).then(
        ([, answer]) => ends.push(answer),
        () => ends.push('left'),
      );
    const all = [
      ask('/hints?wait=1000'),
      ask('/hints?after=0&wait=1000'),
      ask('/hints?after=0&wait=3000'),
      ask('/hints?after=0&wait=3000', { signal: leave.signal }),
    ];
    await settled();
    const first = [...ends, server.open];
    clock.advance(1000);
    leave.abort();
    await settled();
    const then = server.open;
    await server.handle(post('/commits', commit));
    await Promise.all(all);

    expect(first).toEqual([{ position: 0 }, 3]);
    expect(then).toBe(1);
    expect(ends.slice(1, 3)).toEqual(expect.arrayContaining([{ position: 0 }, 'left']));
    expect(ends.at(-1)).toEqual({ position: 1 });
    expect([server.open, clock.pending]).toEqual([0, 0]);
  });
});
