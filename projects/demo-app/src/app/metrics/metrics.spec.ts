import {
  HttpBackend,
  HttpErrorResponse,
  HttpResponse,
  provideHttpClient,
} from '@angular/common/http';
import { inject } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import {
  METRICS_FETCH,
  alertmanagerChannel,
  provideRxMesh,
  withAlerting,
  withCommunication,
  withMetricsDashboard,
  withRxMeshInterceptors,
  withSlos,
  withStaticServices,
} from 'rx-mesh';
import { FakeWeb, ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { setImmediate } from 'node:timers/promises';
import { map, mergeMap, of, throwError, timer } from 'rxjs';
import { ALERTMANAGER_URL } from '../backends/addresses';
import { Alertmanager } from '../backends/alertmanager';
import { CATALOG, INSTANCES } from '../backends/catalog';
import { FaultControls } from '../backends/fault-controls';
import { PLOT } from '../ui/plot-token';
import { Metrics } from './metrics';
import { provideMetricsWatch } from './metrics-watch';
import { ALERT_RULES, OBJECTIVES } from './objectives';

const STEP = 250; // milliseconds

const setUp = async () => {
  const web = new FakeWeb();
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting({ seed: 3 }),
      provideHttpClient(withRxMeshInterceptors()),
      provideRxMesh(
        withStaticServices(CATALOG),
        withCommunication({ timeout: 4000, deadline: 12_000 }),
        withMetricsDashboard({ dashboardPeriod: 2000, history: 61, resourcePeriod: 5000 }),
        withSlos({ slos: OBJECTIVES, lookPeriod: 1000 }),
        withAlerting({
          rules: ALERT_RULES,
          evaluationPeriod: 1000,
          channels: [alertmanagerChannel({ url: ALERTMANAGER_URL, resendDelay: 10_000 })],
        }),
      ),
      { provide: METRICS_FETCH, useValue: web.fetch },
      {
        provide: FaultControls,
        useFactory: () => new FaultControls(INSTANCES, { seed: 1 }),
      },
      {
        provide: PLOT,
        useValue: async () =>
          Promise.resolve(() => ({
            draw: () => {},
            repaint: () => {},
            destroy: () => {},
          })),
      },
      {
        provide: HttpBackend,
        useFactory: () => {
          const { scheduler } = inject(ManualClock);
          const faults = inject(FaultControls);
          const handle: HttpBackend['handle'] = ({ url }) =>
            timer(40, scheduler).pipe(
              map(() => faults.of(new URL(url).hostname.split('-')[0] ?? '').errorRate),
              mergeMap((rate) =>
                rate > 0
                  ? throwError(() => new HttpErrorResponse({ status: 503, url }))
                  : of(new HttpResponse({ status: 200, body: {} })),
              ),
            );
          return { handle };
        },
      },
      provideMetricsWatch(),
    ],
  });
  const clock = TestBed.inject(ManualClock);
  for (const { handle, origin } of TestBed.inject(Alertmanager).backends) web.host(origin, handle);
  const fixture = TestBed.createComponent(Metrics);
  const host = fixture.nativeElement as HTMLElement;
  const pass = async (ms: number) => {
    for (let left = ms; left > 0; left -= STEP) {
      clock.advance(Math.min(STEP, left));
      for (let turn = 0; turn < 8; turn++) await setImmediate();
    }
    TestBed.tick();
  };
  const press = async (label: string, ms = STEP) => {
    [...host.querySelectorAll('button')]
      .find((one) => (one.getAttribute('aria-label') ?? one.textContent.trim()).startsWith(label))
      ?.click();
    await pass(ms);
  };
  const text = (selector: string) =>
    [...host.querySelectorAll(selector)].map((one) => one.textContent.replace(/\s+/g, ' ').trim());
  const list = (name: string) => text(`ul[aria-label="${name}"] li`);
  const present = () => list('Alerts that are pending or firing');
  await pass(STEP);
  return { clock, fixture, host, list, pass, present, press, text, web };
};

describe(Metrics.name, () => {
  it('draws the services, and tells their numbers', async () => {
    const { host, pass, press, text } = await setUp();
    const summaries = () =>
      [...host.querySelectorAll('[role=img]')].map((one) => one.getAttribute('aria-label') ?? '');

    expect(text('app-slo-card app-tone-badge')).toEqual(['No data', 'No data']);

    await pass(12_000);

    expect(summaries()[0]).toMatch(/^Rate over the last 120 s\. orders: now \d/);
    expect(summaries()[1]).toContain('payments: now 0 %');
    expect(summaries()[2]).toMatch(/^Duration of payments over .*p50: now 40 ms/);
    expect(text('.charts tbody tr')[0]).toMatch(/^orders \d\.\d 0 % 40 ms40 ms40 ms$/);

    await press('users');

    expect(summaries()[2]).toContain('Duration of users');
    expect(host.querySelector('[aria-pressed=true]')?.textContent.trim()).toBe('users');
    expect(text('app-slo-card app-tone-badge')).toEqual(['Healthy', 'Healthy']);
  });

  it('follows a breach from the budget to Alertmanager, and its end', async () => {
    const { list, pass, present, press, text } = await setUp();
    await pass(10_000);

    expect(present()).toEqual(['All is well.']);

    await press('Break payments', 3000);

    expect(text('.trouble p')[0]).toContain('Payments fail, all of them');
    expect(text('app-slo-card strong')[0]).toMatch(/^overdrawn /);
    expect(present().join()).toContain('PendingPaymentsErrorBudgetBurns');

    await pass(6000);

    expect(present().join()).toContain('FiringPaymentsErrorBudgetBurns');
    expect(list('Alerts that Alertmanager has').join()).toContain('FiringPaymentsErrorBudgetBurns');
    expect(text('.notes li').join()).toContain(
      'alertmanager was told: PaymentsErrorBudgetBurns of payments (page) firing',
    );

    await press('Heal payments', 60_000);

    expect(present()).toEqual(['All is well.']);
    expect(list('Alerts that are resolved').join()).toContain('ResolvedPaymentsErrorBudgetBurns');
    expect(list('Alerts that Alertmanager has').join()).toContain(
      'ResolvedPaymentsErrorBudgetBurns',
    );
  });

  it('silences an alert for a minute, and ends that', async () => {
    const { pass, present, press, text } = await setUp();
    await pass(10_000);
    await press('Break payments', 10_000);
    await press('Silence for 1 min: BreakerOpen');

    expect(present().join()).toMatch(/BreakerOpen.*Silenced until \d\d:\d\d:\d\d/);
    expect(text('.notes li')[0]).toMatch(/BreakerOpen of payments \(warning\) is silenced$/);

    await press('End the silence of BreakerOpen');

    expect(present().join()).not.toContain('Silenced');
  });

  it('shows breakers by their metrics, and resources that nobody tells', async () => {
    const { pass, press, text } = await setUp();
    await pass(10_000);
    await press('Break payments', 4000);
    const rows = text('[aria-labelledby="breakers-heading"] tbody tr');

    expect(rows.find((row) => row.startsWith('payments'))).toMatch(/^paymentsOpen/);
    expect(rows.find((row) => row.startsWith('orders'))).toMatch(/^ordersClosed0\d+$/);
    expect(text('.resources dd')[0]).toBe('not told by this browser');
  });

  it('writes the metrics for Prometheus, live until somebody stops it', async () => {
    const { host, pass, text } = await setUp();
    await pass(4000);
    const body = () => text('pre')[0] ?? '';

    expect(body()).toContain('rx_mesh_call_duration_seconds_count{');

    const format = host.querySelector('select');
    if (format) format.value = 'openmetrics';
    format?.dispatchEvent(new Event('change'));
    await pass(STEP);

    expect(body()).toMatch(/# EOF$/);

    host.querySelector<HTMLElement>('.text-head [role=switch]')?.click();
    await pass(STEP);
    const stopped = body();
    await pass(4000);

    expect(body()).toBe(stopped);
  });

  it('offers a dashboard for Grafana', async () => {
    const { press } = await setUp();
    const blobs: Blob[] = [];
    Object.assign(URL, {
      createObjectURL: (blob: Blob) => `blob:${blobs.push(blob)}`,
    });
    Object.assign(URL, { revokeObjectURL: () => {} });
    const click = jest.spyOn(HTMLAnchorElement.prototype, 'click').mockReturnValue();
    await press('Download');
    click.mockRestore();
    const text = await new Promise<unknown>((resolve) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result);
      reader.readAsText(blobs[0] ?? new Blob());
    });

    expect(JSON.parse(String(text))).toMatchObject({ title: 'Shop', uid: 'rx-mesh-demo' });
  });

  it('slows orders down, changes the traffic, and stops Alertmanager', async () => {
    const { fixture, press, text } = await setUp();
    const faults = TestBed.inject(FaultControls);
    await press('Slow orders down');

    expect(faults.of('orders').latency.median).toBe(600);

    await press('Speed orders up');

    expect(faults.of('orders').latency.median).toBe(60);

    await press('Pause traffic');

    expect(text('app-traffic-controls button')).toEqual(['Start traffic']);

    const host = fixture.nativeElement as HTMLElement;
    const pace = host.querySelector<HTMLInputElement>('app-traffic-controls input');
    if (pace) pace.value = '20';
    pace?.dispatchEvent(new Event('input'));
    await press('Start traffic');

    expect(text('.pace')).toEqual(['20 calls / s']);

    host.querySelector<HTMLElement>('.told [role=switch]')?.click();

    expect(TestBed.inject(Alertmanager).down()).toBe(true);
  });

  it('says when Alertmanager could not be told', async () => {
    const { pass, press, text } = await setUp();
    TestBed.inject(Alertmanager).setDown(true);
    await pass(10_000);
    await press('Break payments', 60_000);

    expect(text('.notes li').join()).toContain('alertmanager could not be told: BreakerOpen');
  });

  it('ends what it began', async () => {
    const { clock, fixture, pass, web } = await setUp();
    await pass(6000);
    fixture.destroy();
    await pass(STEP);

    expect(web.open).toBe(0);
    // The watch of the whole application goes on: rules, breakers and the clocks of calls that were left.
    expect(clock.pending).toBeLessThan(10);
  });
});
