import { InvalidOptionError } from 'rx-mesh/kernel';
import { PrometheusWorld, watch } from '../../spec-support/prometheus-world';
import { settled } from '../../spec-support/settled';
import { type PrometheusQueryError, isPrometheusQueryError } from './prometheus-errors';
import { PrometheusService } from './prometheus-service';
import { METRICS_FETCH } from '../metrics-fetch';
import { MetricsService } from '../metrics-service';
import type { PrometheusOptions } from './prometheus-options';
import { withPrometheus } from './with-prometheus';

const worldOf = (options: PrometheusOptions) =>
  new PrometheusWorld(
    (fetch) => [{ provide: METRICS_FETCH, useValue: fetch }, ...withPrometheus(options).ɵproviders],
    PrometheusService,
    MetricsService,
  );
type World = ReturnType<typeof worldOf>;

const queryUrl = 'http://prometheus.test/base/';
const at = new Date(1_795_740_000_123);
const vector = (...result: readonly unknown[]) => ({
  status: 'success',
  data: { resultType: 'vector', result },
});

const failureOf = async (world: World, promql = 'up') => {
  const { events } = watch(world.service.query(promql));
  await settled();
  return events[0] as PrometheusQueryError;
};

describe(`${PrometheusService.name}.query`, () => {
  it('asks once it is subscribed, and gives samples with numbers and times', async () => {
    const world = worldOf({ queryUrl });
    world.answerWith({
      ...vector(
        { metric: { __name__: 'up', job: 'app' }, value: [1_795_740_000.123, '1'] },
        { metric: JSON.parse('{"__proto__":"x"}') as unknown, value: [1_795_740_000, 'NaN'] },
        { metric: {}, value: [0, '+Inf'] },
        { metric: { a: '' }, value: [0, '-Inf'] },
        { metric: {}, value: [0, '1.5e-07'] },
      ),
      warnings: ['half of it'],
      infos: ['PromQL info: no counter', 7],
    });
    const answer$ = world.service.query('up + 1 & {a="é"}', { time: at });
    const before = world.asked.length;
    const { events } = watch(answer$);
    await settled();

    expect(before).toBe(0);
    expect(world.asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET http://prometheus.test/base/api/v1/query?query=up+%2B+1+%26+%7Ba%3D%22%C3%A9%22%7D&time=1795740000.123',
    ]);
    expect(events).toEqual([
      {
        type: 'vector',
        samples: [
          { labels: { __name__: 'up', job: 'app' }, at, value: 1 },
          {
            labels: JSON.parse('{"__proto__":"x"}') as object,
            at: new Date(1_795_740_000_000),
            value: NaN,
          },
          { labels: {}, at: new Date(0), value: Infinity },
          { labels: { a: '' }, at: new Date(0), value: -Infinity },
          { labels: {}, at: new Date(0), value: 1.5e-7 },
        ],
        warnings: ['half of it'],
        infos: ['PromQL info: no counter'],
      },
      'complete',
    ]);
    expect([world.web.open, world.clock.pending]).toEqual([0, 0]);
  });

  it('gives scalars and strings', async () => {
    const world = worldOf({ queryUrl });
    const data = (resultType: string, result: unknown) => ({
      status: 'success',
      data: { resultType, result },
    });
    world.answerWith(data('scalar', [1_795_740_000.123, '42']));
    const scalar = watch(world.service.query('42'));
    await settled();
    world.answerWith(data('string', [1_795_740_000.123, 'x']));
    const text = watch(world.service.query('"x"'));
    await settled();

    expect(scalar.events[0]).toEqual({ type: 'scalar', at, value: 42, warnings: [], infos: [] });
    expect(text.events[0]).toEqual({ type: 'string', at, text: 'x', warnings: [], infos: [] });
  });

  it('leaves out native histograms, and says so', async () => {
    const world = worldOf({ queryUrl });
    world.answerWith(vector({ metric: {}, histogram: [0, { count: '1' }] }));
    const { events } = watch(world.service.query('h'));
    await settled();

    expect(events[0]).toMatchObject({
      samples: [],
      warnings: ['1 series with native histograms are left out.'],
    });
  });

  it('sends a long query as a form', async () => {
    const world = worldOf({ queryUrl, queryHeaders: { Authorization: 'Bearer x' } });
    world.answerWith(vector());
    const promql = `up{a="${'x'.repeat(2000)}"}`;
    watch(world.service.query(promql));
    await settled();
    const [asked] = world.asked;

    expect(asked).toMatchObject({
      method: 'POST',
      url: 'http://prometheus.test/base/api/v1/query',
    });
    expect(new URLSearchParams(asked?.body).get('query')).toBe(promql);
    expect(asked?.request.headers.get('Content-Type')).toBe('application/x-www-form-urlencoded');
    expect(asked?.request.headers.get('Authorization')).toBe('Bearer x');
  });

  it.each([
    [{ queryUrl }, 'omit'],
    [{ queryUrl, credentials: 'include' }, 'include'],
  ] as const)('sends cookies only if it is told to (%p)', async (options, credentials) => {
    const world = worldOf(options);
    watch(world.service.query('up'));
    await settled();

    expect(world.asked[0]?.request.credentials).toBe(credentials);
  });

  it.each([
    [400, 'bad_data', 'invalid parameter "query": 1:5: parse error: unexpected end of input'],
    [422, 'execution', 'expanding series: query processing would load too many samples'],
    [503, 'timeout', 'query timed out in expression evaluation'],
    [200, 'internal', 'x'],
  ])('fails with what Prometheus says (%p %p)', async (status, errorType, error) => {
    const world = worldOf({ queryUrl });
    world.answerWith({ status: 'error', errorType, error }, status);
    const failure = await failureOf(world);

    expect(isPrometheusQueryError(failure)).toBe(true);
    expect(failure).toMatchObject({ code: 'RXM861', status, errorType });
    expect(failure.message).toBe(
      `The query of Prometheus failed (${errorType}, status ${status}): ${error}`,
    );
    expect([world.web.open, world.clock.pending]).toEqual([0, 0]);
  });

  it.each([
    ['<html>502 Bad Gateway</html>', 502],
    ['', 200],
    ['null', 200],
    ['[]', 200],
    ['{"status":"success"}', 200],
    ['{"status":"error"}', 400],
    ['{"status":"success","data":{"resultType":"vector","result":[]}}', 500],
    ['{"status":"success","data":{"resultType":"rows","result":[]}}', 200],
    ['{"status":"success","data":{"resultType":{"toString":1},"result":[]}}', 200],
    ['{"status":"success","data":{"resultType":"vector","result":{}}}', 200],
    ['{"status":"success","data":{"resultType":"vector","result":[null]}}', 200],
    ['{"status":"success","data":{"resultType":"vector","result":[{"value":[1,"1"]}]}}', 200],
    ...['[1]', '[1,1]', '["1","1"]', '[1,""]', '[1," 1"]', '[1,"0x1"]', '[1e300,"1"]', '7'].map(
      (value): [string, number] => [
        `{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":${value}}]}}`,
        200,
      ],
    ),
    [
      '{"status":"success","data":{"resultType":"vector","result":[{"metric":{"a":1},"value":[1,"1"]}]}}',
      200,
    ],
    ['{"status":"success","data":{"resultType":"string","result":[1,2]}}', 200],
  ])('does not take %p with status %p for an answer', async (body, status) => {
    const world = worldOf({ queryUrl });
    world.answers = [() => new Response(body, { status })];

    await expect(failureOf(world)).resolves.toMatchObject({ errorType: 'malformed', status });
  });

  it('fails without a network, and does not ask again', async () => {
    const world = worldOf({ queryUrl });
    world.web.down = true;
    const failure = await failureOf(world);

    expect(failure).toMatchObject({ errorType: 'network', status: undefined });
    expect(failure.cause).toBeInstanceOf(TypeError);
    expect(failure.message).toContain('CORS');
    expect(world.web.requests).toHaveLength(1);
    expect(world.diagnostics.codes).toEqual([]);
  });

  it('repeats at most 200 characters of what it was told', async () => {
    const world = worldOf({ queryUrl });
    world.answerWith({ status: 'error', errorType: 'bad_data', error: 'x'.repeat(1000) }, 400);
    const failure = await failureOf(world);

    expect(failure.message).toMatch(/: x{200}…$/);
  });

  it('does not read on without end', async () => {
    const world = worldOf({ queryUrl });
    const chunk = new Uint8Array(8 * 1024 * 1024).fill(32);
    const stopped = jest.fn();
    const endless = () =>
      new ReadableStream({ pull: (controller) => controller.enqueue(chunk), cancel: stopped });
    world.answers = [() => new Response(endless())];
    const failure = await failureOf(world);

    expect(failure).toMatchObject({ errorType: 'network', cause: expect.any(RangeError) as Error });
    expect(stopped).toHaveBeenCalledTimes(1);
    expect([world.web.open, world.clock.pending]).toEqual([0, 0]);
  });

  it('fails when there is no answer in time, and aborts', async () => {
    const world = worldOf({ queryUrl, timeout: 500 });
    world.answers = [() => new Promise(() => undefined)];
    const { events } = watch(world.service.query('up'));
    await world.advance(500);

    expect(events).toMatchObject([{ errorType: 'timeout', status: undefined }]);
    expect([world.web.open, world.clock.pending]).toEqual([0, 0]);
  });

  it('aborts when nobody waits any more', async () => {
    const world = worldOf({ queryUrl });
    world.answers = [() => new Promise(() => undefined)];
    const { events, leave } = watch(world.service.query('up'));
    await settled();
    leave();
    await settled();

    expect(world.asked[0]?.request.signal.aborted).toBe(true);
    expect(events).toEqual([]);
    expect([world.web.open, world.clock.pending]).toEqual([0, 0]);
  });

  it('refuses without a Prometheus, and a time that is none', () => {
    const world = worldOf({});
    const { events } = watch(world.service.query('up'));
    const time = watch(world.service.query('up', { time: new Date(NaN) }));

    expect(events).toEqual([expect.any(InvalidOptionError)]);
    expect(time.events).toMatchObject([{ option: 'PrometheusService.query.time' }]);
  });
});

describe(`${PrometheusService.name}.queryRange`, () => {
  const range = { start: new Date(1_000_000), end: new Date(1_060_000), step: 15_000 };

  it('gives series with points', async () => {
    const world = worldOf({ queryUrl });
    const values = [
      [1000, '1'],
      [1015.5, 'NaN'],
    ];
    const result = [
      { metric: { job: 'a' }, values },
      { metric: {}, histograms: [] },
    ];
    world.answerWith({ status: 'success', data: { resultType: 'matrix', result } });
    const { events } = watch(world.service.queryRange('up', range));
    await settled();

    expect(world.asked[0]?.url).toBe(
      'http://prometheus.test/base/api/v1/query_range?query=up&start=1000&end=1060&step=15',
    );
    expect(events).toEqual([
      {
        type: 'matrix',
        series: [
          {
            labels: { job: 'a' },
            points: [
              { at: new Date(1_000_000), value: 1 },
              { at: new Date(1_015_500), value: NaN },
            ],
          },
        ],
        warnings: ['1 series with native histograms are left out.'],
        infos: [],
      },
      'complete',
    ]);
  });

  it('refuses more points than Prometheus gives, and says what to do, without asking', async () => {
    const world = worldOf({ queryUrl });
    world.answerWith({ status: 'success', data: { resultType: 'matrix', result: [] } });
    const ask = (end: number, step: number) =>
      watch(world.service.queryRange('up', { start: new Date(0), end: new Date(end), step }))
        .events;
    const tooMany = ask(11_001_000, 1000);
    const asked = world.asked.length;
    const most = ask(11_000_999, 1000);
    await settled();

    expect(tooMany).toMatchObject([{ code: 'RXM861', errorType: 'bad_data', status: undefined }]);
    expect(String(tooMany[0])).toContain('Take a step of at least 1001 ms');
    expect(asked).toBe(0);
    expect(most).toMatchObject([{ type: 'matrix' }, 'complete']);
  });

  it.each([
    ['start', { ...range, start: new Date(NaN) }],
    ['end', { ...range, end: '2026' as unknown as Date }],
    ['end', { ...range, end: new Date(0) }],
    ['step', { ...range, step: 0 }],
    ['step', { ...range, step: NaN }],
    ['step', { ...range, step: Infinity }],
  ])('refuses a %s out of its range', (name, options) => {
    const world = worldOf({ queryUrl });
    const { events } = watch(world.service.queryRange('up', options));

    expect(events).toMatchObject([{ option: `PrometheusService.query.${name}` }]);
  });

  it('does not take an answer of another type', async () => {
    const world = worldOf({ queryUrl });
    world.answerWith(vector());
    const { events } = watch(world.service.queryRange('up', range));
    await settled();

    expect(events).toMatchObject([{ errorType: 'malformed', status: 200 }]);
  });
});
