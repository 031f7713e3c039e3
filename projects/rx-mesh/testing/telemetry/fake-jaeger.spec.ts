import { settled } from '../../spec-support/settled';
import { FakeWeb } from '../fake-web';
import { FakeJaeger } from './fake-jaeger';
import type { ReceivedTrace } from './received-span';

type Fields = Readonly<Record<string, unknown>>;

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const good: Fields = {
  traceId: TRACE,
  spanId: 'b7ad6b7169203331',
  name: 'GET /orders',
  kind: 3,
  startTimeUnixNano: '1767225600123456789',
  endTimeUnixNano: '1767225600135000000',
};
const service = (name: string): Fields => ({
  attributes: [{ key: 'service.name', value: { stringValue: name } }],
});
const request = (...spans: readonly unknown[]): Fields => ({
  resourceSpans: [{ resource: service('shop'), scopeSpans: [{ scope: {}, spans }] }],
});

const setUp = (jaeger = new FakeJaeger()) => {
  const ask = async (path: string, init?: RequestInit) =>
    jaeger.handle(new Request(`http://jaeger.test${path}`, init));
  const post = async (body: unknown, headers: Record<string, string> = {}) => {
    const answer = await ask('/v1/traces', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await answer.text();
    return [answer.status, text === '' ? '' : (JSON.parse(text) as unknown)] as const;
  };
  return { jaeger, ask, post };
};

describe(FakeJaeger.name, () => {
  it('understands a span', async () => {
    const { jaeger, post } = setUp();
    const attributes = [
      { key: 'text', value: { stringValue: 'a' } },
      { key: 'flag', value: { boolValue: false } },
      { key: 'long', value: { intValue: '9007199254740993' } },
      { key: 'int', value: { intValue: 7 } },
      { key: 'double', value: { doubleValue: 'NaN' } },
      { key: 'half', value: { doubleValue: 0.5 } },
      { key: 'bytes', value: { bytesValue: 'AQI=' } },
      { key: 'list', value: { arrayValue: { values: [{ intValue: '1' }, { stringValue: 'b' }] } } },
      {
        key: 'map',
        value: { kvlistValue: { values: [{ key: 'a', value: { intValue: '2' } }] } },
      },
      { key: 'empty', value: {} },
      { key: '__proto__', value: { stringValue: 'harmless' } },
    ];
    const parentSpanId = '00f067aa0ba902b7';

    expect(await post(request({ ...good, parentSpanId, attributes, status: { code: 2 } }))).toEqual(
      [200, { partialSuccess: {} }],
    );

    const [span] = jaeger.traces[0]?.spans ?? [];

    expect(span).toEqual({
      traceId: TRACE,
      spanId: 'b7ad6b7169203331',
      parentSpanId,
      name: 'GET /orders',
      kind: 'client',
      startTime: 1_767_225_600_123.4568,
      duration: 11.543211,
      service: 'shop',
      attributes: expect.anything() as unknown,
      status: 'error',
    });
    expect(Object.entries(span?.attributes ?? {})).toEqual([
      ['text', 'a'],
      ['flag', 'false'],
      ['long', '9007199254740993'],
      ['int', '7'],
      ['double', 'NaN'],
      ['half', '0.5'],
      ['bytes', 'AQI='],
      ['list', '["1","b"]'],
      ['map', '{"a":"2"}'],
      ['empty', ''],
      ['__proto__', 'harmless'],
    ]);
  });

  it('ignores fields that nobody knows, and takes null for absent', async () => {
    const { post } = setUp();
    const span = { ...good, parentSpanId: null, colour: 'red', some_day: 1, events: null };

    expect(await post({ ...request(span), more: {} })).toEqual([200, { partialSuccess: {} }]);
    expect(await post({})).toEqual([200, { partialSuccess: {} }]);
  });

  it.each<[Fields, string]>([
    [{ trace_id: TRACE }, 'trace_id must be written traceId'],
    [{ start_time_unix_nano: '1' }, 'start_time_unix_nano must be written startTimeUnixNano'],
    [{ kind: 'SPAN_KIND_CLIENT' }, 'kind must be the number of an enum, not its name'],
    [{ kind: '3' }, 'kind must be the number of an enum, not its name'],
    [{ status: { code: 'ERROR' } }, 'status.code must be the number of an enum, not its name'],
    [{ traceId: TRACE.slice(1) }, 'traceId must be 32 hexadecimal digits'],
    [{ traceId: 'CvdlGRbNQ92ESOshHIAxnA==' }, 'traceId must be 32 hexadecimal digits'],
    [{ spanId: 'g7ad6b7169203331' }, 'spanId must be 16 hexadecimal digits'],
    [{ parentSpanId: TRACE }, 'parentSpanId must be 16 hexadecimal digits'],
    [{ spanId: 7 }, 'spanId must be a text'],
    [{ startTimeUnixNano: 1.5 }, 'startTimeUnixNano must be an integer of 64 bits, not negative'],
    [{ startTimeUnixNano: '-1' }, 'startTimeUnixNano must be an integer of 64 bits, not negative'],
    [
      { endTimeUnixNano: '2026-01-01T00:00:00Z' },
      'endTimeUnixNano must be an integer of 64 bits, not negative',
    ],
    [{ attributes: { a: 1 } }, 'attributes must be a list'],
    [{ attributes: ['a'] }, 'attributes[0] must be an object'],
    [{ attributes: [{ key: 'a', value: 'b' }] }, 'attributes[0].value must be an object'],
    [
      { attributes: [{ key: 'a', value: { stringValue: 'b', intValue: '1' } }] },
      'attributes[0].value.intValue must be absent beside stringValue',
    ],
    [
      { attributes: [{ key: 'a', value: { intValue: '9223372036854775808' } }] },
      'attributes[0].value.intValue must be an integer of 64 bits',
    ],
    [
      { attributes: [{ key: 'a', value: { boolValue: 'true' } }] },
      'attributes[0].value.boolValue must be true or false',
    ],
    [{ events: [{ name: 7 }] }, 'events[0].name must be a text'],
    [
      { events: [{ time_unix_nano: '1' }] },
      'events[0].time_unix_nano must be written timeUnixNano',
    ],
    [{ links: [{ traceId: 'x' }] }, 'links[0].traceId must be 32 hexadecimal digits'],
    [{ flags: -1 }, 'flags must be an integer of 64 bits, not negative'],
  ])('refuses the whole request because of %j', async (changes, reason) => {
    const { jaeger, post } = setUp();
    const message = `resourceSpans[0].scopeSpans[0].spans[1].${reason}`;

    expect(await post(request(good, { ...good, ...changes }))).toEqual([400, { code: 3, message }]);
    expect(jaeger.traces).toEqual([]);
  });

  it.each([
    ['', /^SyntaxError/],
    ['{', /^SyntaxError/],
    ['[]', /^the body must be an object$/],
    ['{"resource_spans":[]}', /^resource_spans must be written resourceSpans$/],
    ['{"resourceSpans":{}}', /^resourceSpans must be a list$/],
    ['{"resourceSpans":[{"resource":[]}]}', /^resourceSpans\[0\]\.resource must be an object$/],
    [
      '{"resourceSpans":[{"scopeSpans":[{"scope":{"name":1}}]}]}',
      /^resourceSpans\[0\]\.scopeSpans\[0\]\.scope\.name must be a text$/,
    ],
  ])('refuses the body %p', async (body, message) => {
    expect(await setUp().post(body)).toEqual([
      400,
      { code: 3, message: expect.stringMatching(message) as unknown },
    ]);
  });

  it('refuses what is too deep', async () => {
    const deep = (levels: number): unknown =>
      levels === 0 ? { intValue: '1' } : { arrayValue: { values: [deep(levels - 1)] } };
    const { post } = setUp();
    const nested = (levels: number) =>
      request({ ...good, attributes: [{ key: 'a', value: deep(levels) }] });

    expect((await post(nested(16)))[0]).toBe(200);
    expect((await post(nested(17)))[0]).toBe(400);
  });

  it.each<[Fields, string]>([
    [{ traceId: '' }, 'a span has no trace id'],
    [{ traceId: '0'.repeat(32) }, 'a span has no trace id'],
    [{ spanId: undefined }, 'a span has no id'],
    [{ parentSpanId: good['spanId'] }, 'span b7ad6b7169203331 is its own parent'],
    [{ startTimeUnixNano: '0' }, 'span b7ad6b7169203331 has no start'],
    [{ endTimeUnixNano: '1' }, 'span b7ad6b7169203331 ends before it starts'],
    [{ kind: 6 }, 'span b7ad6b7169203331 is of an unknown kind'],
    [{ status: { code: 3 } }, 'span b7ad6b7169203331 has an unknown status'],
  ])('takes the others beside a span with %j', async (changes, errorMessage) => {
    const { jaeger, post } = setUp();
    const bad = { ...good, ...changes };
    const spans = request({ ...good, spanId: 'b7ad6b7169203332' }, bad);

    expect(await post(spans)).toEqual([
      200,
      { partialSuccess: { rejectedSpans: '1', errorMessage } },
    ]);
    expect(jaeger.traces[0]?.spans.map(({ spanId }) => spanId)).toEqual(['b7ad6b7169203332']);
  });

  it.each(['text/plain', 'application/x-protobuf', 'application/jsonp'])(
    'refuses the type %s',
    async (type) => {
      expect((await setUp().post(request(good), { 'Content-Type': type }))[0]).toBe(415);
    },
  );

  it('refuses a packing that it does not know', async () => {
    const { post } = setUp();

    expect(await post(request(good), { 'Content-Encoding': 'br' })).toMatchObject([
      415,
      { message: 'unsupported content encoding br, supported: gzip' },
    ]);
  });

  it('refuses a body that is too large, or no text', async () => {
    const { ask, post } = setUp();
    const headers = { 'Content-Type': 'application/json; charset=utf-8' };
    const bytes = new Uint8Array([0x22, 0xff, 0x22]);

    expect((await post(' '.repeat(4_194_305)))[0]).toBe(413);
    expect((await ask('/v1/traces', { method: 'POST', headers, body: bytes })).status).toBe(400);
    expect((await ask('/v1/traces', { method: 'POST', headers })).status).toBe(400);
  });

  it('gives traces back, with what was sent', async () => {
    const { ask, post } = setUp();
    const wire = { ...good, traceId: TRACE.toUpperCase(), parentSpanId: '00F067AA0BA902B7' };
    await post(request({ ...wire, flags: 1 }));
    const answer = await ask(`/api/v3/traces/${TRACE}`);

    expect(await answer.json()).toEqual({
      result: {
        resourceSpans: [
          {
            resource: service('shop'),
            scopeSpans: [
              {
                scope: {},
                spans: [{ ...good, parentSpanId: '00f067aa0ba902b7', flags: 1 }],
              },
            ],
          },
        ],
      },
    });
    expect(await (await ask('/api/v3/services')).json()).toEqual({ services: ['shop'] });
  });

  it.each([
    ['GET', `/api/v3/traces/${TRACE}`, 404],
    ['GET', '/api/v3/traces/xyz', 400],
    ['GET', '/api/v3/traces', 404],
    ['POST', '/api/v3/services', 405],
    ['GET', '/v1/traces', 405],
    ['POST', '/v1/logs', 404],
  ])('answers %s %s with %i', async (method, path, status) => {
    expect((await setUp().ask(path, { method })).status).toBe(status);
  });

  it('lets a page of another origin send the headers that are allowed, and no others', async () => {
    const { ask } = setUp(new FakeJaeger({ allowedHeaders: ['Content-Type', 'X-Key'] }));
    const preflight = async (headers: string, method = 'POST') => {
      const answer = await ask('/v1/traces', {
        method: 'OPTIONS',
        headers: {
          'Access-Control-Request-Method': method,
          'Access-Control-Request-Headers': headers,
        },
      });
      return answer.headers.get('Access-Control-Allow-Headers');
    };

    expect(await preflight('content-type, x-key')).toBe('content-type, x-key');
    expect(await preflight('content-type,traceparent')).toBeNull();
    expect(await preflight('content-type', 'PUT')).toBeNull();
    expect((await ask('/api/v3/services')).headers.get('Access-Control-Allow-Origin')).toBe('*');
  });

  it('fails as it was told, once for each call', async () => {
    const { jaeger, ask, post } = setUp();
    jaeger.answerNext(503, { retryAfter: 7 });
    jaeger.answerNext(200, { body: { partialSuccess: { errorMessage: 'a hint' } } });
    const first = await ask('/v1/traces', { method: 'POST', body: '{}' });

    expect([first.status, first.headers.get('Retry-After')]).toEqual([503, '7']);
    expect((await ask('/api/v3/services')).status).toBe(200);
    expect(await post(request(good))).toEqual([
      200,
      { partialSuccess: { errorMessage: 'a hint' } },
    ]);
    expect(jaeger.traces).toEqual([]);
    expect(await post(request(good))).toEqual([200, { partialSuccess: {} }]);
    expect(jaeger.traces).toHaveLength(1);
  });

  it('can be down', async () => {
    const { jaeger } = setUp();
    const web = new FakeWeb();
    web.host('http://jaeger.test', jaeger.handle);
    jaeger.down = true;

    await expect(web.fetch('http://jaeger.test/api/v3/services', {})).rejects.toThrow(TypeError);
    expect([jaeger.down, web.open]).toEqual([true, 0]);
  });

  it('tells what has come', async () => {
    const { jaeger, post } = setUp();
    const seen: (readonly ReceivedTrace[])[] = [];
    const subscription = jaeger.traces$.subscribe((traces) => seen.push(traces));
    await post(request(good, good));
    await post(request());
    await settled();
    jaeger.clear();
    subscription.unsubscribe();
    await post(request(good));

    expect(seen.map((traces) => traces.map(({ spans }) => spans.length))).toEqual([[], [1], []]);
  });

  it('keeps 200 traces, and 1000 spans of each', async () => {
    const { jaeger, post } = setUp();
    const id = (i: number, length: number) => (i + 1).toString(16).padStart(length, '0');
    const many = (count: number, change: (i: number) => Fields) =>
      request(...Array.from({ length: count }, (_each, i) => ({ ...good, ...change(i) })));
    await post(many(201, (i) => ({ traceId: id(i, 32) })));

    expect(jaeger.traces.map(({ traceId }) => traceId)).toEqual(
      Array.from({ length: 200 }, (_each, i) => id(i + 1, 32)),
    );

    jaeger.clear();
    await post(many(1001, (i) => ({ spanId: id(i, 16) })));

    expect(jaeger.traces[0]?.spans).toHaveLength(1000);
    expect(jaeger.traces[0]?.spans[0]?.spanId).toBe(id(1, 16));
  });
});
