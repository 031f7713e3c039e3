import { TestBed } from '@angular/core/testing';
import { InvalidOptionError } from 'rx-mesh/kernel';
import { PrometheusWorld, watch } from '../../spec-support/prometheus-world';
import { settled } from '../../spec-support/settled';
import { MetricsService } from '../metrics-service';
import { isPrometheusPushError } from './prometheus-errors';
import type { PrometheusPushStatus } from './prometheus-pusher';
import { PrometheusService } from './prometheus-service';
import { METRICS_FETCH } from '../metrics-fetch';
import type { PrometheusOptions } from './prometheus-options';
import { withPrometheus } from './with-prometheus';

const worldOf = (options: PrometheusOptions) =>
  new PrometheusWorld(
    (fetch) => [{ provide: METRICS_FETCH, useValue: fetch }, ...withPrometheus(options).ɵproviders],
    PrometheusService,
    MetricsService,
  );

const pushUrl = 'http://gateway.test';
const grouping = { region: 'eu/west' };

describe(`${PrometheusService.name}.text`, () => {
  it('needs no configuration', () => {
    TestBed.inject(MetricsService).incrementCounter('orders.paid', { currency: 'EUR' }, 2);
    const service = TestBed.inject(PrometheusService);

    expect(service.text()).toBe(
      '# HELP orders_paid_total Metric orders.paid\n# TYPE orders_paid_total counter\norders_paid_total{currency="EUR"} 2\n',
    );
    expect(service.text('openmetrics')).toMatch(/^# HELP orders_paid Metric.*\n# EOF\n$/s);
  });

  it('tells of the application', () => {
    const world = worldOf({ resource: { 'service.name': 'shop' } });

    expect(world.service.text()).toContain('target_info{service_name="shop"} 1\n');
  });

  it('tells once what is not in it', () => {
    const world = worldOf({});
    world.metrics.setGauge('a.b', 1);
    world.metrics.recordHistogram('a-b', 1);
    world.metrics.setGauge('c', 1, { 'x.y': 1 });
    world.metrics.setGauge('c', 1, { 'x-y': 1 });
    world.service.text();
    world.service.text('openmetrics');

    expect(world.diagnostics.codes).toEqual(['RXM860', 'RXM860']);
    expect(world.diagnostics.records.map(({ message }) => message)).toEqual([
      'Metric "a-b" is left out of what Prometheus gets: the name a_b belongs to a metric of another type there. Take another name.',
      'A series of metric "c" is left out of what Prometheus gets: another one of c has the same labels there. Take tags that differ in letters and digits.',
    ]);
  });
});

describe(`${PrometheusService.name}.push`, () => {
  it('pushes once it is subscribed, and tells when that was stored', async () => {
    const world = worldOf({
      pushUrl: `${pushUrl}/base/`,
      job: 'shop',
      grouping,
      headers: { 'X-Key': 'k' },
    });
    world.metrics.setGauge('open', 1, { job: 'x', region: 'y', instance: 'z' });
    const push$ = world.service.push();
    const before = world.asked.length;
    const { events } = watch(push$);
    await settled();
    const [asked] = world.asked;

    expect(before).toBe(0);
    expect(`${asked?.method ?? ''} ${asked?.url ?? ''}`).toBe(
      'POST http://gateway.test/base/metrics/job/shop/region@base64/ZXUvd2VzdA',
    );
    expect(asked?.body).toContain('open{exported_job="x",exported_region="y",instance="z"} 1\n');
    expect(asked?.request.headers.get('Content-Type')).toBe(
      'text/plain; version=0.0.4; charset=utf-8',
    );
    expect(asked?.request.headers.get('X-Key')).toBe('k');
    expect(asked?.request).toMatchObject({
      credentials: 'omit',
      redirect: 'error',
      keepalive: false,
    });
    expect(events).toEqual([new Date(world.clock.now()), 'complete']);
    expect([world.web.open, world.clock.pending]).toEqual([0, 0]);
  });

  it('takes another URL and group for once', async () => {
    const world = worldOf({ pushUrl, job: 'shop' });
    world.metrics.setGauge('open', 1, { job: 'x' });
    watch(world.service.push({ pushUrl: 'http://page.test/import?a=b', job: '', method: 'PUT' }));
    await settled();

    expect(world.asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'PUT http://page.test/import?a=b',
    ]);
    expect(world.asked[0]?.body).toContain('open{job="x"} 1\n');
  });

  it('takes the headers along to no other URL but those that are given with it', async () => {
    const world = worldOf({ pushUrl, job: 'shop', headers: { 'X-Key': 'secret' } });
    const other = 'http://page.test';
    watch(world.service.push({ pushUrl: other }));
    await settled();
    watch(world.service.push({ pushUrl: other, headers: { 'X-Other': 'o' } }));
    await settled();
    watch(world.service.push({ method: 'PUT' }));
    await settled();

    expect(
      world.asked.map(({ url, request: { headers } }) => [
        new URL(url).host,
        headers.get('X-Key'),
        headers.get('X-Other'),
      ]),
    ).toEqual([
      ['page.test', null, null],
      ['page.test', null, 'o'],
      ['gateway.test', 'secret', null],
    ]);
  });

  it('refuses what is out of range, and where there is no URL', () => {
    const world = worldOf({});

    expect(watch(world.service.push()).events).toEqual([expect.any(InvalidOptionError)]);
    expect(watch(world.service.push({ pushUrl: 'x' })).events).toEqual([
      expect.any(InvalidOptionError),
    ]);
    expect(world.service.status()).toMatchObject({ state: 'idle', refused: 0 });
  });

  it('fails with what the gateway says, and does not push again', async () => {
    const world = worldOf({ pushUrl, job: 'shop' });
    world.answers = [() => new Response('pushed metrics are invalid\n', { status: 400 })];
    const { events } = watch(world.service.push());
    await settled();

    expect(events).toMatchObject([{ code: 'RXM862', status: 400, outcome: 'refused' }]);
    expect(isPrometheusPushError(events[0])).toBe(true);
    expect(String(events[0])).toContain('(refused, status 400): pushed metrics are invalid');
    expect([world.asked.length, world.diagnostics.codes]).toEqual([1, []]);
  });

  it('does not know what became of one without an answer', async () => {
    const world = worldOf({ pushUrl, job: 'shop', timeout: 100 });
    world.web.down = true;
    const { events } = watch(world.service.push());
    await settled();
    world.web.down = false;
    world.answers = [() => new Promise(() => undefined)];
    const late = watch(world.service.push());
    await world.advance(100);

    expect([...events, ...late.events]).toMatchObject([
      { status: undefined, outcome: 'unknown' },
      { status: undefined, outcome: 'unknown' },
    ]);
    expect(world.service.status()).toMatchObject({ state: 'idle', unknown: 2, refused: 0 });
    expect([world.web.open, world.clock.pending]).toEqual([0, 0]);
  });

  it('tells by stream and signal how it is doing', async () => {
    const world = worldOf({ pushUrl, job: 'shop' });
    world.answers = [
      () => new Response('', { status: 500 }),
      () => new Response(null, { status: 202 }),
    ];
    const states: PrometheusPushStatus[] = [];
    world.service.status$.subscribe((status) => states.push(status));
    watch(world.service.push());
    await settled();
    world.clock.advance(5);
    watch(world.service.push());
    await settled();

    expect(states.map(({ state, stored, refused }) => `${state} ${stored} ${refused}`)).toEqual([
      'idle 0 0',
      'pushing 0 0',
      'idle 0 1',
      'pushing 0 1',
      'idle 1 1',
    ]);
    expect(states[2]?.lastError).toMatchObject({ status: 500, outcome: 'refused' });
    expect(world.service.status()).toEqual({
      state: 'idle',
      stored: 1,
      refused: 1,
      unknown: 0,
      lastStored: new Date(world.clock.now()),
      lastError: undefined,
    });
  });

  it('aborts when nobody waits any more', async () => {
    const world = worldOf({ pushUrl, job: 'shop' });
    world.answers = [() => new Promise(() => undefined)];
    const { events, leave } = watch(world.service.push());
    const other = watch(world.service.push());
    await settled();
    leave();
    await settled();

    expect(world.service.status()).toMatchObject({ state: 'pushing', unknown: 1 });

    other.leave();
    await settled();

    expect(world.service.status()).toMatchObject({ state: 'idle', unknown: 2 });
    expect(events).toEqual([]);
    expect([world.web.open, world.clock.pending]).toEqual([0, 0]);
  });
});
