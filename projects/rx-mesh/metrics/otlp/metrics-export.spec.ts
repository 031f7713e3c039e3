import { TestBed } from '@angular/core/testing';
import { MetricsExportWorld, pointsIn, status } from '../../spec-support/metrics-export-world';
import { settled } from '../../spec-support/settled';
import { MetricsExport } from './metrics-export';
import { type OtlpMetricsExporterOptions, otlpMetricsExporter } from './otlp-metrics-exporter';

const worldOf = (options: Partial<OtlpMetricsExporterOptions> = {}) => {
  const { ɵproviders } = otlpMetricsExporter({ url: 'http://collector.test', ...options });
  return new MetricsExportWorld(ɵproviders, MetricsExport);
};

const MINUTE = 60_000;

describe(MetricsExport.name, () => {
  it('sends what is new after each period, and nothing when nothing is', async () => {
    const world = worldOf();
    world.metrics.incrementCounter('paid', {}, 5);
    await world.advance(MINUTE - 1);
    const before = world.sent.length;
    await world.advance(1);
    world.metrics.incrementCounter('paid', {}, 2);
    await world.advance(MINUTE);
    await world.advance(5 * MINUTE);

    expect(before).toBe(0);
    expect(world.values).toEqual([['paid=5'], ['paid=2']]);
    expect(world.sent[0]).toMatchObject({
      url: 'http://collector.test/v1/metrics',
      keepalive: true,
    });
    expect(world.sent[0]?.request.headers.get('content-type')).toBe('application/json');
    expect(world.status).toEqual({
      exporter: 'otlp',
      state: 'idle',
      sent: 2,
      dropped: 0,
      lastError: undefined,
    });
    expect(world.web.open).toBe(0);
  });

  it('says since when the numbers are', async () => {
    const world = worldOf({ period: 1000 });
    await world.advance(500);
    world.metrics.incrementCounter('paid');
    await world.advance(500);
    world.metrics.incrementCounter('paid');
    await world.advance(1000);
    const spans = world.sent.map(({ body }) =>
      pointsIn(body).map(([, { startTimeUnixNano, timeUnixNano }]) => [
        startTimeUnixNano,
        timeUnixNano,
      ]),
    );

    expect(spans).toEqual([
      [['1767225600500000000', '1767225601000000000']],
      [['1767225601000000000', '1767225602000000000']],
    ]);
  });

  it('sends totals each time where that is wanted, and says which page they are of', async () => {
    const world = worldOf({ temporality: 'cumulative', serviceName: 'Shop' });
    await world.advance(MINUTE);
    world.metrics.incrementCounter('paid', {}, 5);
    await world.advance(MINUTE);
    await world.advance(MINUTE);
    const body = JSON.stringify(world.sent[0]?.body);

    expect(world.values).toEqual([['paid=5'], ['paid=5']]);
    expect(body).toContain('"key":"service.name","value":{"stringValue":"Shop"}');
    expect(body).toContain('"key":"service.instance.id"');
  });

  it('sends nothing while the page is hidden or cut off, and all of it afterwards', async () => {
    const world = worldOf();
    world.metrics.incrementCounter('paid');
    world.page.hide();
    await world.advance(MINUTE);
    world.page.show();
    world.page.goOffline();
    await world.advance(MINUTE);
    await world.leave();
    const before = world.sent.length;
    world.page.goOnline();
    await world.advance(MINUTE);

    expect(before).toBe(0);
    expect(world.values).toEqual([['paid=1']]);
  });

  it('sends what is new at once when the page is left, by a request that outlives it', async () => {
    const world = worldOf();
    world.metrics.incrementCounter('paid');
    window.dispatchEvent(new Event('pagehide'));
    await settled();
    await world.leave();

    expect(world.values).toEqual([['paid=1']]);
    expect(world.sent[0]?.keepalive).toBe(true);
  });

  it('sends when the page is hidden', async () => {
    const world = worldOf();
    world.metrics.incrementCounter('paid');
    const hidden = jest.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
    document.dispatchEvent(new Event('visibilitychange'));
    hidden.mockReturnValue('visible');
    document.dispatchEvent(new Event('visibilitychange'));
    await settled();
    hidden.mockRestore();

    expect(world.values).toEqual([['paid=1']]);
  });

  it('does not send again what is on its way when the page is left', async () => {
    const world = worldOf();
    let answer: (response: Response) => void = () => undefined;
    world.answers = [
      () => new Promise<Response>((resolve) => (answer = resolve)),
      () => new Response('{}'),
    ];
    world.metrics.incrementCounter('paid', {}, 5);
    await world.advance(MINUTE);
    world.metrics.incrementCounter('paid', {}, 2);
    await world.leave();
    answer(new Response('{}'));
    await settled();
    world.metrics.incrementCounter('paid', {}, 1);
    await world.advance(MINUTE);

    expect(world.values).toEqual([['paid=5'], ['paid=2'], ['paid=1']]);
    expect(world.status?.sent).toBe(3);
  });

  it('tries five times, waits longer each time, and makes up for it with the next export', async () => {
    const world = worldOf({ period: MINUTE });
    world.answers = [status(503)];
    world.metrics.incrementCounter('paid', {}, 5);
    await world.advance(MINUTE);
    const state = world.status?.state;
    world.metrics.incrementCounter('paid', {}, 2);
    await world.advance(1200);
    await world.advance(1800);
    await world.advance(2700);
    await world.advance(4050);
    const tries = world.values;
    world.answers = [() => new Response('{}')];
    await world.advance(MINUTE);

    expect(state).toBe('waiting');
    expect(tries).toEqual(Array(5).fill(['paid=5']));
    expect(world.values.slice(5)).toEqual([['paid=7']]);
    expect(world.diagnostics.codes).toEqual(['RXM870']);
    expect(world.status).toMatchObject({
      state: 'idle',
      sent: 1,
      dropped: 0,
      lastError: undefined,
    });
  });

  it('does as the receiver asks: it is left alone for as long, by the page that is left too', async () => {
    const world = worldOf({ period: 1000 });
    world.answers = [status(429, { 'Retry-After': '30' }), () => new Response('{}')];
    world.metrics.incrementCounter('paid');
    await world.advance(1000);
    await world.advance(29_999);
    await world.leave();
    const before = world.sent.length;
    await world.advance(1);

    expect(before).toBe(1);
    expect(world.values).toEqual([['paid=1'], ['paid=1']]);
  });

  it('understands a date as well', async () => {
    const world = worldOf({ period: 1000 });
    const date = new Date(1_767_225_600_000 + 20_000).toUTCString();
    world.answers = [status(503, { 'Retry-After': date }), () => new Response('{}')];
    world.metrics.incrementCounter('paid');
    await world.advance(1000);
    await world.advance(18_999);
    const before = world.sent.length;
    await world.advance(1);

    expect([before, world.sent.length]).toEqual([1, 2]);
  });

  it('does not wait for the next try when the page is left: all of it goes out', async () => {
    const world = worldOf();
    world.answers = [status(502), () => new Response('{}')];
    world.metrics.incrementCounter('paid', {}, 5);
    await world.advance(MINUTE);
    world.metrics.incrementCounter('paid', {}, 2);
    await world.leave();
    await world.advance(10_000);

    expect(world.values).toEqual([['paid=5'], ['paid=7']]);
  });

  it('falls back to a plain request where one that outlives the page gets no answer', async () => {
    const world = worldOf();
    world.web.down = true;
    world.metrics.incrementCounter('paid');
    await world.advance(MINUTE);
    world.web.down = false;
    await world.advance(1200);

    expect(world.web.requests.map(({ keepalive }) => keepalive)).toEqual([true, false]);
    expect(world.values).toEqual([['paid=1']]);
  });

  it('gives up a request without an answer after ten seconds', async () => {
    const world = worldOf();
    world.answers = [() => new Promise(() => undefined), () => new Response('{}')];
    world.metrics.incrementCounter('paid');
    await world.advance(MINUTE);
    const state = world.status?.state;
    await world.advance(10_000);
    const error = world.status?.lastError?.message;
    await world.advance(1200);

    expect(state).toBe('sending');
    expect(error).toBe('The receiver did not answer within 10000 ms.');
    expect(world.values).toEqual([['paid=1'], ['paid=1']]);
    expect(world.web.open).toBe(0);
  });

  it('sends no number twice that the receiver does not want', async () => {
    const world = worldOf();
    world.answers = [status(400), () => new Response('{}')];
    world.metrics.incrementCounter('paid', {}, 5);
    await world.advance(MINUTE);
    world.metrics.incrementCounter('paid', {}, 2);
    await world.advance(MINUTE);

    expect(world.values).toEqual([['paid=5'], ['paid=2']]);
    expect(world.status).toMatchObject({ sent: 1, dropped: 1 });
    expect(world.diagnostics.records).toMatchObject([{ code: 'RXM871', severity: 'error' }]);
  });

  it('does not try again at once what will not be better soon, such as a missing key', async () => {
    const world = worldOf();
    world.answers = [status(401), () => new Response('{}')];
    world.metrics.incrementCounter('paid', {}, 5);
    await world.advance(MINUTE);
    const { pending } = world.clock;
    await world.advance(MINUTE);

    expect(pending).toBe(1);
    expect(world.values).toEqual([['paid=5'], ['paid=5']]);
    expect(world.diagnostics.codes).toEqual(['RXM870']);
  });

  it.each([
    ['a text', '"2"', 'too old'],
    ['a number', '2', ''],
  ])('counts what is rejected by %s, and tells of it once', async (_name, count, reason) => {
    const world = worldOf();
    const partial = `{"partialSuccess":{"rejectedDataPoints":${count},"errorMessage":"${reason}"}}`;
    world.answers = [() => new Response(partial)];
    for (let i = 0; i < 2; i++) {
      for (const tag of ['a', 'b', 'c']) world.metrics.incrementCounter('paid', { tag });
      await world.advance(MINUTE);
    }

    expect(world.status).toMatchObject({ sent: 2, dropped: 4 });
    expect(world.diagnostics.codes).toEqual(['RXM871']);
    expect(world.sent).toHaveLength(2);
  });

  it.each(['', 'ok', 'null', '[]', '{"partialSuccess":null}', '{"partialSuccess":{}}'])(
    'takes %j for a whole success',
    async (answer) => {
      const world = worldOf();
      world.answers = [() => new Response(answer)];
      world.metrics.incrementCounter('paid');
      await world.advance(MINUTE);

      expect(world.status).toMatchObject({ sent: 1, dropped: 0 });
    },
  );

  it('tells of trouble again only after all went well', async () => {
    const world = worldOf();
    for (const code of [401, 401, 200, 401]) {
      world.answers = [() => new Response('{}', { status: code })];
      world.metrics.incrementCounter('paid');
      await world.advance(MINUTE);
    }

    expect(world.diagnostics.codes).toEqual(['RXM870', 'RXM870']);
  });
});

describe('flush', () => {
  it('sends at once, and resolves when all is sent', async () => {
    const world = worldOf();
    const seen: unknown[] = [];
    const watching = world.export.status$.subscribe(([each]) => seen.push(each?.state));
    world.metrics.incrementCounter('paid');
    await world.export.flush();
    watching.unsubscribe();

    expect(world.values).toEqual([['paid=1']]);
    expect(seen).toEqual(['idle', 'sending', 'sending', 'idle']);
  });

  it('called twice is one request at a time, and leaves nothing out', async () => {
    const world = worldOf();
    world.metrics.incrementCounter('paid');
    const first = world.export.flush();
    await Promise.resolve();
    await Promise.resolve();
    world.metrics.incrementCounter('paid');
    await Promise.all([first, world.export.flush()]);

    expect(world.values.flat()).toEqual(['paid=1', 'paid=1']);
  });

  it('of an application without an exporter does nothing', async () => {
    TestBed.configureTestingModule({});
    const metricsExport = TestBed.inject(MetricsExport);
    const seen: unknown[] = [];
    metricsExport.status$.subscribe((each) => seen.push(each));
    await metricsExport.flush();

    expect(metricsExport.status()).toEqual([]);
    expect(seen).toEqual([[]]);
  });
});

describe('the end of an application', () => {
  it('sends what is left, and nothing ticks on', async () => {
    const world = worldOf();
    const { clock, metrics } = world;
    metrics.incrementCounter('paid');
    await world.advance(1000);
    TestBed.resetTestingModule();
    await settled();
    metrics.incrementCounter('paid');
    window.dispatchEvent(new Event('pagehide'));
    clock.advance(10 * MINUTE);
    await settled();

    expect(world.values).toEqual([['paid=1']]);
    expect(clock.pending).toBe(0);
    expect(world.web.open).toBe(0);
  });

  it('ends the wait for the next try', async () => {
    const world = worldOf();
    const { clock, diagnostics } = world;
    world.answers = [status(503)];
    world.metrics.incrementCounter('paid');
    await world.advance(MINUTE);
    TestBed.resetTestingModule();
    await settled();

    expect(world.sent).toHaveLength(2);
    expect(clock.pending).toBe(0);
    expect(diagnostics.codes).toEqual(['RXM870']);
  });
});
