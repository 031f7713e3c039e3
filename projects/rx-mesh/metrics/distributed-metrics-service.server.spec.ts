import { TestBed } from '@angular/core/testing';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { type Observable, of } from 'rxjs';
import { DistributedMetricsService } from './distributed-metrics-service';
import { MetricsService } from './metrics-service';
import { RESOURCE_PROBE } from './resources/resource-probe';

describe(`${DistributedMetricsService.name} on the server`, () => {
  it('ends what looks by itself at once: no timer, no value, no question', () => {
    const probe = { read: jest.fn(), watch: jest.fn() };
    TestBed.configureTestingModule({
      providers: [provideRxMeshTesting(), { provide: RESOURCE_PROBE, useValue: probe }],
    });
    const metrics = TestBed.inject(DistributedMetricsService);
    const seen: string[] = [];
    for (const [name, stream$] of Object.entries<Observable<unknown>>({
      aggregated: metrics.aggregatedMetrics$,
      dashboard: metrics.realTimeDashboard$,
      resources: metrics.monitorResourceUtilization(),
      sla: metrics.monitorSLA('orders', { availability: 0.9 }),
    })) {
      stream$.subscribe({
        next: () => seen.push(`a value of ${name}`),
        complete: () => seen.push(name),
      });
    }

    expect(seen).toEqual(['aggregated', 'dashboard', 'resources', 'sla']);
    expect(TestBed.inject(ManualClock).pending).toBe(0);
    expect([probe.read, probe.watch].map(({ mock }) => mock.calls.length)).toEqual([0, 0]);
    expect([metrics.aggregatedMetrics(), metrics.realTimeDashboard()]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('records as in a browser', () => {
    const metrics = TestBed.inject(DistributedMetricsService);
    metrics.monitorStreamPerformance('s', of(1)).subscribe();
    metrics.monitorCircuitBreaker('orders', of({ state: 'closed' as const })).subscribe();

    expect(TestBed.inject(MetricsService).collect()).toMatchObject([
      { name: 'stream.s.items', value: 1 },
      { name: 'stream.s.in_flight', value: 0 },
      { name: 'stream.s.duration', count: 1 },
      { name: 'stream.s.active_subscribers', value: 0 },
      { name: 'circuit_breaker.state', value: 1, tags: { state: 'closed' } },
      { name: 'circuit_breaker.state', value: 0, tags: { state: 'open' } },
      { name: 'circuit_breaker.state', value: 0, tags: { state: 'half-open' } },
    ]);
  });
});
