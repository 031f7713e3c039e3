import { TestBed } from '@angular/core/testing';
import { PrometheusWorld } from '../../spec-support/prometheus-world';
import { settled } from '../../spec-support/settled';
import type { PrometheusOptions } from './prometheus-options';
import { withPrometheus } from './with-prometheus';
import { METRICS_FETCH } from '../metrics-fetch';
import { MetricsService } from '../metrics-service';
import { PrometheusService } from './prometheus-service';

const worldOf = (options: PrometheusOptions) =>
  new PrometheusWorld(
    (fetch) => [{ provide: METRICS_FETCH, useValue: fetch }, ...withPrometheus(options).ɵproviders],
    PrometheusService,
    MetricsService,
  );
type World = ReturnType<typeof worldOf>;

const options: PrometheusOptions = {
  pushUrl: 'http://gateway.test',
  job: 'shop',
  pushPeriod: 1000,
};

const start = (more: PrometheusOptions = {}) => {
  const world = worldOf({ ...options, ...more });
  world.metrics.setGauge('open', 1);
  return world;
};
const values = ({ asked }: World) =>
  asked.map(({ body, request }) => `${/^open (.*)$/m.exec(body)?.[1] ?? ''} ${request.keepalive}`);
const leave = () => window.dispatchEvent(new Event('pagehide'));
const show = (state: string) => {
  jest.spyOn(document, 'visibilityState', 'get').mockReturnValue(state as 'hidden');
  document.dispatchEvent(new Event('visibilitychange'));
};

afterEach(() => jest.restoreAllMocks());

describe(withPrometheus.name, () => {
  it('pushes by itself after each period, what is new only', async () => {
    const world = start();
    await world.advance(999);
    const early = world.asked.length;
    await world.advance(1);
    await world.advance(1000);
    world.metrics.setGauge('open', 2);
    await world.advance(1000);

    expect(early).toBe(0);
    expect(values(world)).toEqual(['1 false', '2 false']);
    expect(world.service.status()).toMatchObject({ stored: 2 });
  });

  it('pushes nothing by itself without a period, and where nothing is recorded', async () => {
    const manual = start({ pushPeriod: undefined });
    await manual.advance(100_000);
    leave();
    await settled();

    expect([manual.asked, manual.clock.pending]).toEqual([[], 0]);

    TestBed.resetTestingModule();
    const empty = worldOf(options);
    await empty.advance(10_000);
    leave();
    await settled();

    expect(empty.asked).toEqual([]);
  });

  it('rests while the page is hidden or offline', async () => {
    const world = start();
    world.page.goOffline();
    await world.advance(5000);
    leave();
    world.page.goOnline();
    world.page.hide();
    await world.advance(5000);

    expect(world.asked).toEqual([]);

    world.page.show();
    await world.advance(1000);

    expect(values(world)).toEqual(['1 false']);
  });

  it('counts the period from the end of a push', async () => {
    const world = start();
    let answer = (): void => undefined;
    world.answers = [
      () => new Promise<Response>((resolve) => (answer = () => resolve(new Response()))),
    ];
    await world.advance(1000);
    world.metrics.setGauge('open', 2);
    await world.advance(5000);

    expect(values(world)).toEqual(['1 false']);

    answer();
    await world.advance(1000);

    expect(values(world)).toEqual(['1 false', '2 false']);
  });

  it('tells of a failure once until it goes well again, and pushes what was refused with the next', async () => {
    const world = start();
    world.answers = [
      () => new Response('', { status: 503 }),
      () => new Response('', { status: 503 }),
      () => new Response(),
      () => new Response('', { status: 400 }),
    ];
    for (let i = 0; i < 3; i++) await world.advance(1000);
    world.metrics.setGauge('open', 2);
    await world.advance(1000);

    expect(values(world)).toEqual(['1 false', '1 false', '1 false', '2 false']);
    expect(world.diagnostics.codes).toEqual(['RXM862', 'RXM862']);
    expect(world.diagnostics.records[0]).toMatchObject({
      severity: 'warning',
      message: expect.stringContaining('failed') as string,
      cause: { status: 503 },
    });
  });

  it('does not push again what may have been stored', async () => {
    const world = start();
    world.web.down = true;
    await world.advance(1000);
    world.web.down = false;
    await world.advance(5000);

    expect(world.asked).toEqual([]);
    expect(world.diagnostics.records).toMatchObject([
      { code: 'RXM862', message: expect.stringContaining('Nobody knows') as string },
    ]);

    world.metrics.setGauge('open', 2);
    await world.advance(1000);

    expect(values(world)).toEqual(['2 false']);
  });
});

describe('the end of a page', () => {
  it('pushes at once by a request that outlives it, and goes on if the page does', async () => {
    const world = start();
    leave();
    const atOnce = world.web.requests.length;
    await settled();
    world.metrics.setGauge('open', 2);
    await world.advance(1000);

    expect(atOnce).toBe(1);
    expect(values(world)).toEqual(['1 true', '2 false']);
  });

  it('pushes when the page is hidden, and not once more when it ends then', async () => {
    const world = start();
    show('visible');
    await settled();
    const shown = world.asked.length;
    show('hidden');
    leave();
    await settled();

    expect(shown).toBe(0);
    expect(values(world)).toEqual(['1 true']);
  });

  it('that is seen again pushes again what nobody knows of', async () => {
    const world = start();
    world.web.down = true;
    leave();
    world.page.hide();
    await settled();
    world.web.down = false;
    await world.advance(5000);
    const whileHidden = world.asked.length;
    world.page.show();
    await world.advance(1000);
    await world.advance(5000);

    expect(whileHidden).toBe(0);
    expect(values(world)).toEqual(['1 false']);
    expect(world.service.status()).toMatchObject({ stored: 1, refused: 0, unknown: 1 });
    expect(world.diagnostics.codes).toEqual(['RXM862']);
  });

  it('pushes what a request under way would take along into nothing', async () => {
    const world = start();
    world.answers = [() => new Promise(() => undefined), () => new Response()];
    await world.advance(1000);
    leave();
    await settled();

    expect(values(world)).toEqual(['1 false', '1 true']);
    expect(world.service.status()).toMatchObject({ state: 'idle', stored: 1, unknown: 1 });
    expect(world.web.open).toBe(0);
  });

  it('cannot outlive it with more than 60 kB, and says so once', async () => {
    const world = start();
    for (let i = 0; i < 150; i++)
      world.metrics.setGauge('wide', i, { text: `${i}${'é'.repeat(240)}` });
    leave();
    await settled();
    world.metrics.setGauge('open', 2);
    leave();
    await settled();

    expect(values(world)).toEqual(['1 false', '2 false']);
    expect(world.diagnostics.codes).toEqual(['RXM863']);
  });
});

describe('the end of the application', () => {
  it('leaves nothing open', async () => {
    const world = start();
    const { clock, web } = world;
    world.answers = [() => new Promise(() => undefined)];
    await world.advance(1000);
    const open = web.open;
    TestBed.resetTestingModule();
    leave();
    await settled();

    expect([open, web.open, clock.pending, world.asked.length]).toEqual([1, 0, 0, 1]);
  });
});
