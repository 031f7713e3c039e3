import { TestBed } from '@angular/core/testing';
import { InvalidOptionError } from 'rx-mesh/kernel';
import { ManualClock, RecordingDiagnostics, provideRxMeshTesting } from 'rx-mesh/testing';
import type { Subscription } from 'rxjs';
import { AlertingService } from '../alerting/alerting-service';
import { MetricsService } from '../metrics-service';
import type { SLAReport, SLAThresholds } from './sla-report';
import { SloMonitor } from './slo-monitor';
import type { SloOptions } from './slo-options';
import type { SloReport } from './slo-tracker';
import { withSlos } from './with-slos';

const setUp = (options: SloOptions = {}) => {
  TestBed.configureTestingModule({
    providers: [provideRxMeshTesting(), ...withSlos(options).ɵproviders],
  });
  return {
    slos: TestBed.inject(SloMonitor),
    metrics: TestBed.inject(MetricsService),
    clock: TestBed.inject(ManualClock),
    diagnostics: TestBed.inject(RecordingDiagnostics),
    alerting: TestBed.inject(AlertingService),
  };
};
type World = ReturnType<typeof setUp>;
const calls = ({ metrics }: World, outcome: string, count: number, duration = 20) => {
  for (let i = 0; i < count; i++) {
    metrics.recordTimer('rx_mesh.call.duration', duration, { service: 'orders', outcome });
  }
};
const gauge = ({ metrics }: World, name: string) =>
  metrics.collect().find((series) => series.name === name);
const watch = (world: World, thresholds: SLAThresholds) => {
  const reports: SLAReport[] = [];
  const open: Subscription = world.slos
    .monitor('orders', thresholds)
    .subscribe((report) => reports.push(report));
  return { reports, open };
};

describe(SloMonitor.name, () => {
  it('reports its SLOs while somebody looks, one look for all', () => {
    const world = setUp({ slos: [{ name: 'orders', service: 'orders', objective: 0.9 }] });
    const { clock, slos } = world;
    const seen: (readonly SloReport[])[] = [];

    expect([slos.reports(), clock.pending]).toEqual([[], 0]);

    const first = slos.reports$.subscribe((reports) => seen.push(reports));
    const second = slos.reports$.subscribe((reports) => seen.push(reports));

    expect(clock.pending).toBe(1);
    expect(seen[0]).toBe(seen[1]);
    expect(seen[0]?.[0]).toMatchObject({ name: 'orders', state: 'no-data', events: 0 });
    expect(gauge(world, 'slo.error_budget.remaining')).toBeUndefined();

    calls(world, 'success', 95);
    calls(world, 'failure', 5);
    calls(world, 'cancelled', 50);
    clock.advance(10_000);

    expect(seen.at(-1)?.[0]).toMatchObject({
      service: 'orders',
      state: 'healthy',
      events: 100,
      availability: 0.95,
    });
    expect(slos.reports()).toBe(seen.at(-1));
    expect(gauge(world, 'slo.error_budget.remaining')).toMatchObject({
      value: expect.closeTo(0.5) as number,
      tags: { slo: 'orders', service: 'orders' },
    });
    expect(gauge(world, 'slo.burn_rate')).toMatchObject({
      value: expect.closeTo(0.5) as number,
      tags: { slo: 'orders', service: 'orders', rule: 'medium' },
    });

    first.unsubscribe();
    second.unsubscribe();

    expect(clock.pending).toBe(0);
  });

  it('takes in at the next look what came while nobody did', () => {
    const world = setUp({ slos: [{ name: 'orders', service: 'orders', objective: 0.999 }] });
    calls(world, 'success', 3600);
    world.clock.advance(3_600_000);
    world.slos.reports$.subscribe().unsubscribe();
    const [report] = world.slos.reports();

    expect(report?.events).toBe(3600);
    // Spread over the hour, so that the last five minutes are not taken for a storm.
    expect(report?.burnRates[0]?.events).toBeLessThanOrEqual(360);
  });

  it('knows latency objectives, and calls that are told of one by one', () => {
    const { clock, slos } = setUp();
    slos.define({
      name: 'fast',
      service: 'orders',
      objective: 0.5,
      indicator: { type: 'latency', threshold: 200 },
    });
    slos.define({ name: 'all', objective: 0.5 });
    for (let i = 0; i < 20; i++) slos.record('orders', 'success', i < 15 ? 100 : 300);
    for (let i = 0; i < 10; i++) slos.record('all', i < 6 ? 'success' : 'failure');
    slos.record('nobody', 'failure', 1);
    const open = slos.reports$.subscribe();

    expect(slos.reports()).toMatchObject([
      { name: 'fast', availability: 0.75, events: 20, state: 'healthy' },
      { name: 'all', availability: 0.6, events: 10, state: 'healthy' },
    ]);
    expect(slos.remove('all')).toBe(true);
    expect(slos.remove('all')).toBe(false);

    clock.advance(10_000);

    expect(slos.reports()).toHaveLength(1);

    open.unsubscribe();
  });

  it('refuses what is no SLO, where it is written', () => {
    const slo = { name: 'a', objective: 0.9 };
    const { slos } = setUp();
    slos.define(slo);

    expect(() => slos.define(slo)).toThrow('a name that no other SLO has');
    expect(() => withSlos({ slos: [{ name: 'a', objective: 2 }] })).toThrow(InvalidOptionError);
    expect(() => withSlos({ slos: [slo, slo] })).toThrow('a name that no other SLO has');
    expect(() => withSlos({ lookPeriod: 0 })).toThrow('SloOptions.lookPeriod');
  });

  it('tells once of a source that throws, and goes on', () => {
    const world = setUp();
    let throws = true;
    world.slos.define({
      name: 'a',
      objective: 0.9,
      sources: [
        {
          metric: 'rx_mesh.call.duration',
          judge: () => {
            if (throws) throw new Error('bad judge');
            return 'ok';
          },
        },
      ],
    });
    calls(world, 'success', 20);
    const open = world.slos.reports$.subscribe();
    world.clock.advance(20_000);

    expect(world.slos.reports()[0]?.state).toBe('no-data');

    throws = false;
    calls(world, 'success', 20);
    world.clock.advance(10_000);

    expect(world.diagnostics.codes).toEqual(['RXM865']);

    expect(world.slos.reports()[0]?.state).toBe('healthy');

    open.unsubscribe();
  });

  it('monitors what is promised of a service', () => {
    const world = setUp();
    calls(world, 'failure', 100); // before: nobody knows when
    const { open, reports } = watch(world, {
      availability: 0.9,
      responseTime: 100,
      errorRate: 0.1,
      window: 60_000,
    });

    expect(reports[0]).toEqual({
      serviceName: 'orders',
      availability: undefined,
      responseTimeP99: undefined,
      errorRate: undefined,
      timestamp: new Date(world.clock.now()),
      events: 0,
      breached: false,
      breaches: [],
      state: 'no-data',
      burnRates: expect.any(Array) as unknown,
      errorBudget: { total: 0, consumed: 0, remaining: undefined },
    });
    expect(gauge(world, 'sla.availability')).toBeUndefined();

    calls(world, 'failure', 5);
    world.clock.advance(10_000);

    expect(reports[1]).toMatchObject({ availability: 0, state: 'no-data', breached: false });

    calls(world, 'success', 100);
    calls(world, 'success', 10, 500);
    world.clock.advance(10_000);

    expect(reports[2]).toMatchObject({
      availability: expect.closeTo(110 / 115) as number,
      errorRate: expect.closeTo(5 / 115) as number,
      breached: true,
      breaches: ['responseTime'],
      state: 'at-risk',
    });
    expect(reports[2]?.responseTimeP99).toBeGreaterThan(490);
    expect(gauge(world, 'sla.response_time_p99')).toMatchObject({
      unit: 'ms',
      tags: { service: 'orders' },
      value: reports[2]?.responseTimeP99,
    });
    expect(gauge(world, 'sla.error_rate')?.value).toBe(reports[2]?.errorRate);

    // The window forgets; the slow calls are gone.
    for (let i = 0; i < 8; i++) {
      calls(world, 'success', 10);
      world.clock.advance(10_000);
    }

    expect(reports.at(-1)).toMatchObject({ availability: 1, breaches: [], state: 'healthy' });

    calls(world, 'failure', 60);
    world.clock.advance(10_000);

    expect(reports.at(-1)).toMatchObject({
      breaches: ['availability', 'errorRate'],
      state: 'exhausted',
    });

    open.unsubscribe();

    expect(world.clock.pending).toBe(0);
  });

  it('makes one alert of a promise that stays broken, whoever watches', () => {
    const world = setUp();
    const thresholds = { errorRate: 0.1, window: 60_000 };
    const types: string[] = [];
    const events = world.alerting.events$.subscribe(({ type }) => types.push(type));
    const first = watch(world, thresholds);
    const second = watch(world, thresholds);
    for (let i = 0; i < 30; i++) {
      calls(world, 'failure', 20);
      world.clock.advance(10_000);
    }

    expect(first.reports).toHaveLength(31);
    expect(second.reports.slice(1)).toEqual(first.reports.slice(1));
    expect(types).toEqual(['firing']);
    expect(world.alerting.alerts()).toMatchObject([
      {
        rule: 'SLABreach',
        state: 'firing',
        labels: { alertname: 'SLABreach', service: 'orders', severity: 'page' },
      },
    ]);

    first.open.unsubscribe();
    for (let i = 0; i < 20; i++) {
      calls(world, 'success', 1000);
      world.clock.advance(10_000);
    }

    expect(types).toEqual(['firing', 'resolved']);
    expect(world.alerting.alerts()).toEqual([]);

    second.open.unsubscribe();
    events.unsubscribe();

    expect(world.clock.pending).toBe(0);
  });

  it('refuses thresholds that promise nothing, or cannot be', () => {
    const { slos } = setUp();
    const failureOf = (thresholds: SLAThresholds) => {
      let failure: unknown;
      slos
        .monitor('orders', thresholds)
        .subscribe({ error: (error: unknown) => (failure = error) });
      return failure;
    };

    expect(failureOf({})).toBeInstanceOf(InvalidOptionError);
    expect(failureOf({ availability: 99.9 })).toMatchObject({
      option: 'SLAThresholds.availability',
      expected: 'a number from 0 to 1',
    });
    expect(failureOf({ responseTime: -1 })).toBeInstanceOf(InvalidOptionError);
  });

  it('takes the requests to a host where no call of the service is known', () => {
    const world = setUp();
    const requests = world.metrics.histogram('http.client.request.duration', { unit: 's' });
    const tags = { 'server.address': 'orders', 'http.request.method': 'GET' };
    const { open, reports } = watch(world, { availability: 0.5, responseTime: 1000 });
    for (let i = 0; i < 19; i++) {
      requests.record(0.2, { ...tags, 'http.response.status_code': 200 });
    }
    requests.record(0.5, { ...tags, 'error.type': 'NetworkError' });
    world.clock.advance(10_000);

    expect(reports.at(-1)).toMatchObject({ availability: 0.95, events: 20, state: 'healthy' });
    expect(reports.at(-1)?.responseTimeP99).toBeCloseTo(200, -1);

    // From the first call on, the calls count: a call is a request, too.
    calls(world, 'success', 20, 30);
    for (let i = 0; i < 20; i++) requests.record(0.03, tags);
    world.clock.advance(10_000);

    expect(reports.at(-1)?.events).toBe(40);

    open.unsubscribe();
  });

  it('has no budget where no availability is promised', () => {
    const world = setUp();
    const { open, reports } = watch(world, { responseTime: 10 });
    for (let i = 0; i < 20; i++) world.slos.record('orders', 'success', 50);
    world.clock.advance(10_000);

    expect(reports.at(-1)).toMatchObject({
      breaches: ['responseTime'],
      errorBudget: undefined,
      burnRates: [],
    });

    open.unsubscribe();
  });

  it('keeps a promise that is just kept', () => {
    const world = setUp();
    const { open, reports } = watch(world, { availability: 0.93 });
    calls(world, 'success', 93);
    calls(world, 'failure', 7);
    world.clock.advance(10_000);

    expect(reports.at(-1)).toMatchObject({
      availability: 0.93,
      events: 100,
      breached: false,
      breaches: [],
    });

    open.unsubscribe();
  });
});
