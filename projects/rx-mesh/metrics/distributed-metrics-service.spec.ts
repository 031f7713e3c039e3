import {
  HttpClient,
  HTTP_INTERCEPTORS,
  provideHttpClient,
  withInterceptorsFromDi,
} from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { InvalidOptionError } from 'rx-mesh/kernel';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { type Observable, Subject, of } from 'rxjs';
import { settled } from '../spec-support/settled';
import type { CircuitBreakerReading } from './breaker-metrics';
import { DistributedMetricsService } from './distributed-metrics-service';
import { MetricsService } from './metrics-service';

const setUp = () => {
  TestBed.configureTestingModule({ providers: [provideRxMeshTesting()] });
  return {
    facade: TestBed.inject(DistributedMetricsService),
    metrics: TestBed.inject(MetricsService),
    clock: TestBed.inject(ManualClock),
  };
};

describe(DistributedMetricsService.name, () => {
  it('works without any provider, and starts nothing', () => {
    const facade = TestBed.inject(DistributedMetricsService);

    expect([facade.aggregatedMetrics(), facade.realTimeDashboard()]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('has streams that can be subscribed unconfigured, and let go', async () => {
    const { clock, facade } = setUp();
    const seen: string[] = [];

    expect(clock.pending).toBe(0);

    const open = Object.entries<Observable<unknown>>({
      aggregated: facade.aggregatedMetrics$,
      dashboard: facade.realTimeDashboard$,
      resources: facade.monitorResourceUtilization(),
      sla: facade.monitorSLA('orders', { errorRate: 0.1 }),
    }).map(([name, stream$]) =>
      stream$.subscribe({
        next: () => seen.push(name),
        error: (error: unknown) => seen.push(`${name}: ${String(error)}`),
        complete: () => seen.push(`${name} is over`),
      }),
    );
    await settled();
    clock.advance(10_000);

    expect(new Set(seen)).toEqual(new Set(['dashboard', 'sla', 'resources', 'aggregated']));
    expect(facade.realTimeDashboard()?.timestamp).toEqual(new Date(clock.now()));
    expect(facade.aggregatedMetrics()?.services).toEqual([]);

    for (const subscription of open) subscription.unsubscribe();

    expect(clock.pending).toBe(0);
  });

  it('records into the metrics of the application', () => {
    const { facade, metrics } = setUp();
    const trace = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) };
    facade.incrementCounter('paid', { currency: 'EUR' });
    facade.incrementCounter('paid', { currency: 'EUR' }, 2, trace);
    facade.setGauge('queue', 3);
    facade.recordGauge('queue', 4);
    facade.recordTimer('checkout', 20, {}, trace);
    facade.recordHistogram('size', 7, { kind: 'x' });

    expect(metrics.collect()).toMatchObject([
      {
        name: 'paid',
        type: 'counter',
        value: 3,
        tags: { currency: 'EUR' },
        exemplars: [{ value: 2 }],
      },
      { name: 'queue', type: 'gauge', value: 4 },
      { name: 'checkout', type: 'timer', sum: 20, unit: 'ms', exemplars: [trace] },
      { name: 'size', type: 'histogram', sum: 7, tags: { kind: 'x' } },
    ]);
  });

  it('measures streams by its operator and its monitor', () => {
    const { facade, metrics } = setUp();
    const seen: number[] = [];
    of(1, 2)
      .pipe(facade.collectMetrics('plain'), facade.collectMetrics('tagged', { page: 'home' }))
      .subscribe((value) => seen.push(value));
    facade.monitorStreamPerformance('prices', of(3)).subscribe((value) => seen.push(value));

    expect(seen).toEqual([1, 2, 3]);
    expect(metrics.collect().filter(({ name }) => name.endsWith('.items'))).toMatchObject([
      { name: 'plain.items', value: 2, tags: {} },
      { name: 'tagged.items', value: 2, tags: { page: 'home' } },
      { name: 'stream.prices.items', value: 1 },
    ]);
    expect(() => facade.collectMetrics('two words')).toThrow('"two words.items" cannot');
  });

  it('watches breakers', () => {
    const { facade, metrics } = setUp();
    const status$ = new Subject<CircuitBreakerReading>();
    const seen: CircuitBreakerReading[] = [];
    facade.monitorCircuitBreaker('orders', status$).subscribe((reading) => seen.push(reading));
    const reading = { state: 'open', failureCount: 5, successCount: 1 } as const;
    status$.next(reading);

    expect(seen).toEqual([reading]);
    expect(metrics.collect().filter(({ value }) => value !== 0)).toMatchObject([
      { name: 'circuit_breaker.failure_count', value: 5 },
      { name: 'circuit_breaker.success_count', value: 1 },
      { name: 'circuit_breaker.state', value: 1, tags: { service: 'orders', state: 'open' } },
    ]);
  });

  it('monitors what is promised of a service, and refuses what cannot be as an error of the stream', () => {
    const { facade } = setUp();
    const seen: unknown[] = [];
    const open = facade
      .monitorSLA('orders', { availability: 0.99 })
      .subscribe(({ serviceName, state }) => seen.push(serviceName, state));
    facade
      .monitorSLA('orders', {})
      .subscribe({ error: (error: unknown) => seen.push((error as Error).constructor) });

    expect(seen).toEqual(['orders', 'no-data', InvalidOptionError]);

    open.unsubscribe();
  });

  it('makes an interceptor that measures requests', () => {
    TestBed.configureTestingModule({
      providers: [
        provideRxMeshTesting(),
        provideHttpClient(withInterceptorsFromDi()),
        provideHttpClientTesting(),
        {
          provide: HTTP_INTERCEPTORS,
          multi: true,
          useFactory: (facade: DistributedMetricsService) => facade.createMetricsInterceptor(),
          deps: [DistributedMetricsService],
        },
      ],
    });
    const facade = TestBed.inject(DistributedMetricsService);
    const clock = TestBed.inject(ManualClock);
    const open = facade.aggregatedMetrics$.subscribe();
    TestBed.inject(HttpClient).get('https://api.example/orders').subscribe();
    TestBed.inject(HttpClient).get('https://api.example/stock').subscribe();
    clock.advance(250);
    TestBed.inject(HttpTestingController).expectOne('https://api.example/orders').flush([]);
    clock.advance(9750);

    expect(facade.aggregatedMetrics()?.services).toMatchObject([
      { service: 'api.example', kind: 'requests', requests: 1, errors: 0, inFlight: 1 },
    ]);
    expect(facade.aggregatedMetrics()?.services[0]?.p50).toBeCloseTo(250, -1);

    open.unsubscribe();
  });
});
