import { Injector, effect } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { InvalidOptionError } from 'rx-mesh/kernel';
import { ManualClock, RecordingDiagnostics, provideRxMeshTesting } from 'rx-mesh/testing';
import { settled } from '../../spec-support/settled';
import { AlertingService } from '../alerting/alerting-service';
import { BreakerMetrics } from '../breaker-metrics';
import { MetricsService } from '../metrics-service';
import { RESOURCE_PROBE } from '../resources/resource-probe';
import { SloMonitor } from '../slo/slo-monitor';
import type { AggregatedMetrics } from './aggregated-metrics';
import type { DashboardData } from './dashboard-data';
import type { DashboardOptions } from './dashboard-options';
import { MetricsDashboard } from './metrics-dashboard';
import { withMetricsDashboard } from './with-metrics-dashboard';

const setUp = (options: DashboardOptions = {}) => {
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      ...withMetricsDashboard(options).ɵproviders,
      { provide: RESOURCE_PROBE, useValue: { read: () => Promise.resolve({ processors: 8 }) } },
    ],
  });
  const metrics = TestBed.inject(MetricsService);
  return {
    metrics,
    clock: TestBed.inject(ManualClock),
    dashboard: TestBed.inject(MetricsDashboard),
    diagnostics: TestBed.inject(RecordingDiagnostics),
    call: (outcome: string, count = 1) => {
      for (let i = 0; i < count; i++) {
        metrics.recordTimer('rx_mesh.call.duration', 20, { service: 'orders', outcome });
      }
    },
  };
};

describe(`${MetricsDashboard.name}: windows`, () => {
  it('adds up window by window, once however many look', () => {
    const { call, clock, dashboard, metrics } = setUp();
    const collect = jest.spyOn(metrics, 'distribution');
    const first: AggregatedMetrics[] = [];
    const second: AggregatedMetrics[] = [];
    call('success', 100); // before: nobody knows when

    expect([clock.pending, dashboard.aggregatedMetrics()]).toEqual([0, undefined]);

    const opened = dashboard.aggregatedMetrics$.subscribe((told) => first.push(told));
    const other = dashboard.aggregatedMetrics$.subscribe((told) => second.push(told));
    const merges = collect.mock.calls.length;

    expect([clock.pending, first.length]).toEqual([1, 0]);

    call('success', 19);
    call('failure');
    clock.advance(9999);

    expect(first).toEqual([]);

    clock.advance(1);

    expect(first).toMatchObject([
      {
        timestamp: new Date(clock.now()),
        window: 10_000,
        services: [{ service: 'orders', requests: 20, rate: 2, errors: 1, errorShare: 0.05 }],
      },
    ]);
    expect(second[0]).toBe(first[0]);
    expect(dashboard.aggregatedMetrics()).toBe(first[0]);
    expect(collect.mock.calls.length - merges).toBe(1);

    const late: AggregatedMetrics[] = [];
    const third = dashboard.aggregatedMetrics$.subscribe((told) => late.push(told));

    expect(late).toEqual(first);

    clock.advance(10_000);

    expect(late[1]).toMatchObject({ services: [], totals: {} });

    for (const subscription of [opened, other, third]) subscription.unsubscribe();

    expect(clock.pending).toBe(0);
    expect(dashboard.aggregatedMetrics()).toBe(late[1]);
  });

  it('begins anew when somebody looks again', () => {
    const { call, clock, dashboard } = setUp({ aggregationWindow: 1000 });
    dashboard.aggregatedMetrics$.subscribe().unsubscribe();
    call('success', 5);
    clock.advance(60_000);
    const seen: AggregatedMetrics[] = [];
    const opened = dashboard.aggregatedMetrics$.subscribe((told) => seen.push(told));
    call('success');
    clock.advance(1000);

    expect(seen).toMatchObject([{ window: 1000, services: [{ requests: 1 }] }]);

    opened.unsubscribe();
  });

  it('ends with the application', () => {
    const { clock, dashboard } = setUp();
    const seen: string[] = [];
    dashboard.aggregatedMetrics$.subscribe({ complete: () => seen.push('windows') });
    dashboard.realTimeDashboard$.subscribe({ complete: () => seen.push('dashboard') });
    TestBed.resetTestingModule();

    expect(seen).toEqual(['windows', 'dashboard']);
    expect(clock.pending).toBe(0);
  });

  it('refuses options that cannot be, where they are written', () => {
    expect(() => withMetricsDashboard({ aggregationWindow: 0 })).toThrow(InvalidOptionError);
    expect(() => withMetricsDashboard({ dashboardPeriod: Infinity })).toThrow(
      'DashboardOptions.dashboardPeriod',
    );
    expect(() => withMetricsDashboard({ history: 0.5 })).toThrow('DashboardOptions.history');
    expect(() => withMetricsDashboard({ resourcePeriod: -1 })).toThrow(
      'DashboardOptions.resourcePeriod',
    );
    expect(withMetricsDashboard().ɵkind).toBe('metrics-dashboard');
  });
});

describe(`${MetricsDashboard.name}: dashboard`, () => {
  it('shows services, breakers, SLOs, alerts and resources', async () => {
    const { call, clock, dashboard, metrics } = setUp({ history: 2 });
    TestBed.inject(SloMonitor).define({ name: 'orders', service: 'orders', objective: 0.9 });
    TestBed.inject(AlertingService).define({
      name: 'Long',
      condition: { type: 'threshold', metric: 'queue.length', above: 5 },
    });
    TestBed.inject(BreakerMetrics).record('orders', {
      state: 'open',
      failureCount: 4,
      successCount: 6,
    });
    const seen: DashboardData[] = [];
    const opened = dashboard.realTimeDashboard$.subscribe((data) => seen.push(data));

    expect(seen).toEqual([
      {
        timestamp: new Date('2026-01-01'),
        services: [],
        breakers: [{ service: 'orders', state: 'open', failureCount: 4, successCount: 6 }],
        slos: [expect.objectContaining({ name: 'orders', state: 'no-data' })],
        alerts: [],
        resources: undefined,
      },
    ]);
    expect(dashboard.realTimeDashboard()).toBe(seen[0]);

    await settled();
    call('success', 19);
    call('failure');
    metrics.setGauge('queue.length', 9);
    clock.advance(5000);

    expect(seen[1]).toMatchObject({
      services: [{ service: 'orders', requests: 20, rate: 4, history: [{ requests: 20 }] }],
      slos: [{ state: 'healthy', availability: 0.95 }],
      resources: { processors: 8, cpu: undefined, memory: undefined },
    });

    clock.advance(10_000);

    expect(seen).toHaveLength(4);
    expect(seen[2]?.services).toMatchObject([
      { requests: 0, rate: 0, history: [{ requests: 20 }, { requests: 0 }] },
    ]);
    expect(seen[3]?.services).toEqual([]);

    clock.advance(5000);

    expect(seen.at(-1)?.alerts).toMatchObject([{ rule: 'Long', state: 'firing', value: 9 }]);
    expect(dashboard.realTimeDashboard()).toBe(seen.at(-1));

    opened.unsubscribe();

    expect(clock.pending).toBe(0);
  });

  it('looks once for all, and hands the last look to those who come late', async () => {
    const { clock, dashboard, metrics } = setUp();
    const collect = jest.spyOn(metrics, 'collect');
    const first = dashboard.realTimeDashboard$.subscribe();
    const timers = clock.pending;
    const looks = collect.mock.calls.length;
    const late: DashboardData[] = [];
    const second = dashboard.realTimeDashboard$.subscribe((data) => late.push(data));

    expect([late.length, clock.pending, collect.mock.calls.length]).toEqual([1, timers, looks]);

    await settled();
    first.unsubscribe();
    second.unsubscribe();

    expect(clock.pending).toBe(0);
  });

  it('does not wake an effect that subscribes', () => {
    const { clock, dashboard, metrics } = setUp();
    TestBed.inject(AlertingService).define({
      name: 'Any',
      condition: { type: 'threshold', metric: 'queue.length', above: 0 },
    });
    let runs = 0;
    const woken = effect(
      (onCleanup) => {
        runs++;
        const opened = dashboard.realTimeDashboard$.subscribe();
        onCleanup(() => opened.unsubscribe());
      },
      { injector: TestBed.inject(Injector) },
    );
    TestBed.tick();
    metrics.setGauge('queue.length', 1);
    clock.advance(60_000);
    TestBed.tick();

    expect(runs).toBe(1);

    woken.destroy();

    expect(clock.pending).toBe(0);
  });

  it('goes on when nothing can be read of the resources', async () => {
    TestBed.configureTestingModule({
      providers: [
        provideRxMeshTesting(),
        { provide: RESOURCE_PROBE, useValue: { read: () => Promise.reject(new Error('no')) } },
      ],
    });
    const clock = TestBed.inject(ManualClock);
    const seen: DashboardData[] = [];
    const opened = TestBed.inject(MetricsDashboard).realTimeDashboard$.subscribe((data) =>
      seen.push(data),
    );
    await settled();
    clock.advance(5000);

    expect(seen.map(({ resources }) => resources)).toEqual([undefined, undefined]);
    expect(TestBed.inject(RecordingDiagnostics).codes).toEqual(['RXM876']);

    opened.unsubscribe();
  });
});
