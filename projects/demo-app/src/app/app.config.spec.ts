import { HttpBackend, HttpResponse, type HttpRequest } from '@angular/common/http';
import { ApplicationInitStatus, DOCUMENT } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { MicroservicesCommunicationService } from 'rx-mesh/communication';
import { RANDOM, seededRandom } from 'rx-mesh/kernel';
import { AlertingService, METRICS_FETCH, type SLAReport, SloMonitor } from 'rx-mesh/metrics';
import { DistributedTracingService, SpanExport, TRACE_FETCH, inTrace } from 'rx-mesh/tracing';
import { filter, firstValueFrom, of } from 'rxjs';
import { appConfig } from './app.config';
import { ALERTMANAGER_URL, TELEMETRY_URLS } from './backends/addresses';
import { BACKEND_HOST } from './backends/provide-mock-backends';
import { MetricsWatch } from './metrics/metrics-watch';
import { OBJECTIVES } from './metrics/objectives';

const NO_REPORT: SLAReport = {
  serviceName: 'payments',
  availability: 0.5,
  responseTimeP99: undefined,
  errorRate: 0.5,
  timestamp: new Date(0),
  events: 20,
  breached: false,
  breaches: [],
  state: 'at-risk',
  burnRates: [],
  errorBudget: undefined,
};

const setUp = async () => {
  const requests: HttpRequest<unknown>[] = [];
  const deliveries: string[] = [];
  const alerts: string[] = [];
  TestBed.configureTestingModule({
    providers: [
      ...appConfig.providers,
      { provide: BACKEND_HOST, useValue: async () => Promise.resolve() },
      {
        provide: TRACE_FETCH,
        useValue: async (url: string) => {
          deliveries.push(url);
          return Promise.resolve(new Response());
        },
      },
      {
        provide: METRICS_FETCH,
        useValue: async (url: string) => {
          alerts.push(url);
          return Promise.resolve(new Response());
        },
      },
      {
        provide: HttpBackend,
        useValue: {
          handle: (request: HttpRequest<unknown>) => {
            requests.push(request);
            return of(new HttpResponse({ status: 200, body: {} }));
          },
        },
      },
    ],
  });
  await TestBed.inject(ApplicationInitStatus).donePromise;
  const services = TestBed.inject(MicroservicesCommunicationService);
  const call = async (service: string, path: string) =>
    firstValueFrom(services.callService({ service, path }), { defaultValue: undefined });
  return { alerts, call, deliveries, requests, services };
};

describe('appConfig', () => {
  it('reaches every service of the catalog', async () => {
    const { call, requests } = await setUp();
    for (const service of ['orders', 'inventory', 'payments', 'users', 'rates']) {
      await call(service, '/health');
    }
    expect(requests).toHaveLength(5);
  });

  it('shows its traces to its own machines, and never to the partner', async () => {
    const { call, requests } = await setUp();
    await call('orders', '/orders');
    await call('rates', '/rates');
    const [own, partner] = requests;
    expect(own?.headers.get('traceparent')).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-03$/);
    expect(partner?.url).toBe('https://rates.partner.example/rates');
    expect(partner?.headers.keys()).not.toContain('traceparent');
  });

  it('hands baggage on to its own machines, and never to the partner', async () => {
    const { requests, services } = await setUp();
    const span = TestBed.inject(DistributedTracingService).startSpan('look');
    const carrying = { ...span, baggage: { 'demo.user': 'ada' } };
    for (const service of ['orders', 'rates']) {
      const call = { service, path: '/health', context: inTrace(carrying) };
      await firstValueFrom(services.callService(call), { defaultValue: undefined });
    }
    const [own, partner] = requests;
    expect(own?.headers.get('baggage')).toBe('demo.user=ada');
    expect(own?.headers.get('traceparent')).toContain(span.traceId);
    expect(partner?.headers.keys()).not.toContain('baggage');
  });

  it('begins a trace with each call, and sends it to Jaeger and Zipkin', async () => {
    const { call, deliveries, requests } = await setUp();
    await call('orders', '/orders');
    await call('users', '/users');
    const [first, second] = requests.map(({ headers }) => headers.get('traceparent')?.slice(3, 35));
    expect(first).not.toBe(second);
    await TestBed.inject(SpanExport).flush();
    expect(deliveries).toEqual([
      `${TELEMETRY_URLS.jaeger}/v1/traces`,
      `${TELEMETRY_URLS.zipkin}/api/v2/spans`,
    ]);
  });

  it('watches over its promises, and tells Alertmanager when one is broken', async () => {
    const { alerts } = await setUp();
    expect(TestBed.inject(SloMonitor).reports()).toHaveLength(OBJECTIVES.length);
    const alerting = TestBed.inject(AlertingService);
    const report = { ...NO_REPORT, breached: true, breaches: ['errorRate'] } as const;
    alerting.triggerSLAAlert('payments', report);
    expect(alerting.alerts()).toMatchObject([{ rule: 'SLABreach', state: 'firing' }]);
    const told$ = alerting.events$.pipe(filter(({ type }) => type === 'notified'));
    await firstValueFrom(told$, { defaultValue: undefined });
    expect(alerts).toEqual([`${ALERTMANAGER_URL}/api/v2/alerts`]);
    expect(TestBed.inject(MetricsWatch).notes()[0]?.text).toContain('alertmanager was told');
  });

  it('draws all chance from one seed', async () => {
    await setUp();
    expect(TestBed.inject(DOCUMENT).location.search).toBe('');
    expect(TestBed.inject(RANDOM).next()).toBe(seededRandom(42).next());
  });
});
