import { FakeWeb } from '../fake-web';
import { FakeZipkin } from './fake-zipkin';
import type { ReceivedTrace } from './received-span';

type Fields = Readonly<Record<string, unknown>>;

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const good: Fields = {
  traceId: TRACE,
  id: 'b7ad6b7169203331',
  kind: 'CLIENT',
  name: 'get /orders',
  timestamp: 1_767_225_600_123_456,
  duration: 11_543,
  localEndpoint: { serviceName: 'Shop', ipv4: '10.0.0.1' },
  remoteEndpoint: { serviceName: 'orders', port: 8080 },
  tags: { 'http.request.method': 'GET' },
  annotations: [{ timestamp: 1_767_225_600_123_500, value: 'sent' }],
};

const setUp = (zipkin = new FakeZipkin()) => {
  const ask = async (path: string, init?: RequestInit) =>
    zipkin.handle(new Request(`http://zipkin.test${path}`, init));
  const post = async (body: unknown) => {
    const answer = await ask('/api/v2/spans', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return [answer.status, await answer.text()] as const;
  };
  return { zipkin, ask, post };
};

describe(FakeZipkin.name, () => {
  it('understands a span', async () => {
    const { zipkin, post } = setUp();

    expect(await post([good])).toEqual([202, '']);
    expect(zipkin.traces).toEqual([
      {
        traceId: TRACE,
        spans: [
          {
            traceId: TRACE,
            spanId: 'b7ad6b7169203331',
            name: 'get /orders',
            kind: 'client',
            startTime: 1_767_225_600_123.456,
            duration: 11.543,
            service: 'shop',
            attributes: { 'http.request.method': 'GET' },
            status: 'unset',
          },
        ],
      },
    ]);
  });

  it('understands a span of which little is known', async () => {
    const { zipkin, post } = setUp();
    const parentId = '00f067aa0ba902b7';
    const tags = { error: '' };
    await post([{ traceId: '48485a3953bb6124', id: good['id'], parentId, tags, colour: 'red' }]);

    expect(zipkin.traces[0]?.spans).toEqual([
      {
        traceId: '48485a3953bb6124',
        spanId: good['id'],
        parentSpanId: parentId,
        name: '',
        kind: 'internal',
        startTime: 0,
        duration: 0,
        service: '',
        attributes: tags,
        status: 'error',
      },
    ]);
  });

  it.each<[Fields, string]>([
    [
      { traceId: undefined },
      'traceId must be 16 or 32 lower-case hexadecimal digits, not all zero',
    ],
    [
      { traceId: TRACE.slice(0, 20) },
      'traceId must be 16 or 32 lower-case hexadecimal digits, not all zero',
    ],
    [
      { traceId: TRACE.toUpperCase() },
      'traceId must be 16 or 32 lower-case hexadecimal digits, not all zero',
    ],
    [{ id: 'B7AD6B7169203331' }, 'id must be 16 lower-case hexadecimal digits, not all zero'],
    [{ id: '0000000000000000' }, 'id must be 16 lower-case hexadecimal digits, not all zero'],
    [{ parentId: '' }, 'parentId must be 16 lower-case hexadecimal digits, and absent from a root'],
    [
      { parentId: null },
      'parentId must be 16 lower-case hexadecimal digits, and absent from a root',
    ],
    [{ name: null }, 'name must be a text'],
    [{ kind: 'INTERNAL' }, 'kind must be CLIENT, SERVER, PRODUCER, CONSUMER or absent'],
    [{ kind: ['CLIENT'] }, 'kind must be CLIENT, SERVER, PRODUCER, CONSUMER or absent'],
    [{ timestamp: 1_767_225_600_123.5 }, 'timestamp must be whole microseconds of at least 1'],
    [{ timestamp: '1767225600123456' }, 'timestamp must be whole microseconds of at least 1'],
    [{ duration: 0 }, 'duration must be whole microseconds of at least 1'],
    [{ debug: 1 }, 'debug must be true or false'],
    [{ shared: 'true' }, 'shared must be true or false'],
    [{ localEndpoint: 'shop' }, 'localEndpoint must be an object'],
    [{ localEndpoint: { serviceName: 7 } }, 'localEndpoint.serviceName must be a text'],
    [{ remoteEndpoint: { port: 0 } }, 'remoteEndpoint.port must be an integer from 1 to 65535'],
    [{ tags: [] }, 'tags must be an object'],
    [{ tags: { a: 'b', retries: 2 } }, 'tags.retries must be a text'],
    [{ annotations: {} }, 'annotations must be a list'],
    [{ annotations: [null] }, 'annotations[0] must be an object'],
    [
      { annotations: [{ value: 'a' }] },
      'annotations[0].timestamp must be whole microseconds of at least 1',
    ],
    [{ annotations: [{ timestamp: 1, value: 2 }] }, 'annotations[0].value must be a text'],
  ])('refuses a list with %j', async (changes, reason) => {
    const { zipkin, post } = setUp();

    expect(await post([good, { ...good, ...changes }])).toEqual([400, `[1].${reason}`]);
    expect(zipkin.traces).toEqual([]);
  });

  it.each<[string, unknown, RegExp]>([
    ['no JSON', '[', /^SyntaxError/],
    ['a span by itself', good, /^the body must be a list of spans$/],
    ['null in a list', [null], /^\[0\] must be an object$/],
  ])('refuses %s', async (_what, body, reason) => {
    expect(await setUp().post(body)).toEqual([400, expect.stringMatching(reason)]);
  });

  it('takes an empty list', async () => {
    const { zipkin, post } = setUp();

    expect(await post([])).toEqual([202, '']);
    expect(zipkin.traces).toEqual([]);
  });

  it('gives traces back as they were sent; caller and callee may share an id', async () => {
    const { ask, post } = setUp();
    const callee = {
      ...good,
      kind: 'SERVER',
      shared: true,
      localEndpoint: { serviceName: 'orders' },
    };
    await post([good]);
    await post([callee, good]);

    expect(await (await ask(`/api/v2/trace/${TRACE}`)).json()).toEqual([good, callee]);
    expect(await (await ask('/api/v2/services')).json()).toEqual(['orders', 'shop']);
  });

  it.each([
    ['GET', `/api/v2/trace/${TRACE}`, 404],
    ['GET', '/api/v2/trace/xyz', 400],
    ['GET', '/api/v2/nothing', 404],
    ['POST', '/api/v2/services', 405],
    ['GET', '/api/v2/spans', 405],
    ['GET', '/zipkin/', 404],
    ['POST', '/api/v2/spans', 415],
  ])('answers %s %s with %i', async (method, path, status) => {
    expect((await setUp().ask(path, { method })).status).toBe(status);
  });

  it('fails as it was told, and can be down', async () => {
    const { zipkin, post } = setUp();
    const web = new FakeWeb();
    web.host('http://zipkin.test', zipkin.handle);
    zipkin.answerNext(429);
    zipkin.down = true;

    await expect(web.fetch('http://zipkin.test/api/v2/services', {})).rejects.toThrow(TypeError);
    expect(zipkin.down).toBe(true);

    zipkin.down = false;

    expect(await post([good])).toEqual([429, '']);
    expect(await post([good])).toEqual([202, '']);
  });

  it('tells what has come', async () => {
    const { zipkin, post } = setUp();
    const seen: (readonly ReceivedTrace[])[] = [];
    const subscription = zipkin.traces$.subscribe((traces) => seen.push(traces));
    await post([good]);
    zipkin.clear();
    subscription.unsubscribe();

    expect(seen.map((traces) => traces.length)).toEqual([0, 1, 0]);
  });
});
