import { TestBed } from '@angular/core/testing';
import { type CircuitBreakerPhase, CircuitBreakerService } from 'rx-mesh/resilience';
import { ManualClock, RecordingDiagnostics, provideRxMeshTesting } from 'rx-mesh/testing';
import { Subject, of, throwError } from 'rxjs';
import { runMarbles } from '../spec-support/marbles';
import {
  BreakerMetrics,
  type CircuitBreakerReading,
  monitorCircuitBreakers,
} from './breaker-metrics';
import { MetricsService } from './metrics-service';

const setUp = () => {
  TestBed.configureTestingModule({ providers: [provideRxMeshTesting()] });
  const metrics = TestBed.inject(MetricsService);
  const series = (name: string) =>
    metrics.collect().filter((one) => one.name === `circuit_breaker.${name}`);
  return {
    metrics,
    series,
    breakers: TestBed.inject(BreakerMetrics),
    states: (service = 'orders'): Readonly<Record<string, number | undefined>> =>
      Object.fromEntries(
        series('state')
          .filter(({ tags }) => tags['service'] === service)
          .map(({ tags, value }) => [tags['state'] ?? '', value] as const),
      ),
    transitions: () =>
      series('transitions').map(({ tags, value }) => [
        tags['service'],
        `${tags['from'] ?? ''} > ${tags['to'] ?? ''}`,
        value,
      ]),
  };
};
const reading = (state: CircuitBreakerPhase, failureCount = 0, successCount = 0) => ({
  state,
  failureCount,
  successCount,
});

describe(BreakerMetrics.name, () => {
  it('passes everything on as it is, and lets go of the source', () => {
    runMarbles(({ cold, expectObservable, expectSubscriptions, flush }) => {
      const breakers = TestBed.inject(BreakerMetrics);
      const values = { c: reading('closed'), o: reading('open', 5) };
      const good = cold('c-o|', values);
      const bad = cold(' c-#', values);
      expectObservable(breakers.monitor('a', good)).toBe('c-o|', values);
      expectObservable(breakers.monitor('b', bad)).toBe('c-#', values);
      expectObservable(breakers.monitor('c', cold('c--o', values)), '--!').toBe('c', values);
      expectSubscriptions(good.subscriptions).toBe('^--!');
      expectSubscriptions(bad.subscriptions).toBe('^-!');
      flush();
    });
  });

  it('shows the state as one of several, so that half-open can be told from closed', () => {
    const { breakers, series, states } = setUp();
    const status$ = new Subject<CircuitBreakerReading>();
    breakers.monitor('orders', status$).subscribe();

    expect(states()).toEqual({});

    status$.next(reading('closed', 1, 9));

    expect(states()).toEqual({ closed: 1, open: 0, 'half-open': 0 });
    expect(series('failure_count')).toMatchObject([{ value: 1, tags: { service: 'orders' } }]);
    expect(series('success_count')).toMatchObject([{ value: 9, tags: { service: 'orders' } }]);

    status$.next(reading('open', 5, 5));

    expect(states()).toEqual({ closed: 0, open: 1, 'half-open': 0 });

    status$.next(reading('half-open'));

    expect(states()).toEqual({ closed: 0, open: 0, 'half-open': 1 });
    expect(series('failure_count')[0]?.value).toBe(0);

    status$.next(reading('isolated'));

    expect(states()).toEqual({ closed: 0, open: 0, 'half-open': 0, isolated: 1 });

    status$.next({ state: 'half_open' as CircuitBreakerPhase });

    expect(states()).toEqual({ closed: 0, open: 0, 'half-open': 0, isolated: 0, unknown: 1 });
    expect(series('success_count')[0]?.value).toBe(0);
  });

  it('counts transitions, once however many watch', () => {
    const { breakers, transitions } = setUp();
    const status$ = new Subject<CircuitBreakerReading>();
    const first = breakers.monitor('orders', status$).subscribe();
    breakers.monitor('orders', status$).subscribe();
    for (const state of ['closed', 'closed', 'open', 'half-open', 'open'] as const) {
      status$.next(reading(state));
    }

    expect(transitions()).toEqual([
      ['orders', 'closed > open', 1],
      ['orders', 'open > half-open', 1],
      ['orders', 'half-open > open', 1],
    ]);

    first.unsubscribe();
    status$.next(reading('closed'));
    breakers.record('stock', reading('open'));

    expect(transitions().slice(3)).toEqual([['orders', 'open > closed', 1]]);
  });

  it('shows all again after the metrics were reset', () => {
    const { breakers, metrics, states } = setUp();
    breakers.record('orders', reading('open'));
    metrics.reset();
    breakers.record('orders', reading('open'));

    expect(states()).toEqual({ closed: 0, open: 1, 'half-open': 0 });
  });

  it('does not fail where the application uses its names otherwise', () => {
    const { breakers, metrics } = setUp();
    metrics.incrementCounter('circuit_breaker.state');
    const seen: unknown[] = [];
    breakers.monitor('orders', of(reading('open'))).subscribe((value) => seen.push(value));

    expect(seen).toEqual([reading('open')]);
    expect(metrics.rejected).toBe(3);
    expect(TestBed.inject(RecordingDiagnostics).codes).toEqual(['RXM852']);
  });

  it('remembers a bounded number of services', () => {
    const { breakers, transitions } = setUp();
    breakers.record('first', reading('closed'));
    for (let i = 0; i < 500; i++) breakers.record(`s${i}`, reading('closed'));
    breakers.record('first', reading('open'));
    breakers.record('s499', reading('open'));

    expect(transitions()).toEqual([['s499', 'closed > open', 1]]);
  });
});

describe(monitorCircuitBreakers.name, () => {
  it('records all breakers of the application while somebody is subscribed', () => {
    const { states, series, transitions } = setUp();
    const service = TestBed.inject(CircuitBreakerService);
    const fail = (name: string) =>
      throwError(() => new Error('no'))
        .pipe(service.protect(name))
        .subscribe({ error: () => undefined });
    service.configure('orders', { minimumCalls: 2, failureRate: 0.5 });
    const seen: (readonly string[])[] = [];
    const open = TestBed.runInInjectionContext(() => monitorCircuitBreakers()).subscribe((all) =>
      seen.push([...all.keys()]),
    );

    expect(states()).toEqual({ closed: 1, open: 0, 'half-open': 0 });

    const written = () => series('state').reduce((sum, { count }) => sum + count, 0);
    const before = written();
    service.get('stock');

    // Of the one that did nothing, nothing was recorded.
    expect(written() - before).toBe(3);

    fail('orders');
    fail('orders');

    expect(states()).toEqual({ closed: 0, open: 1, 'half-open': 0 });
    expect(states('stock')).toEqual({ closed: 1, open: 0, 'half-open': 0 });
    expect(series('failure_count')[0]?.value).toBe(2);
    expect(transitions()).toEqual([['orders', 'closed > open', 1]]);
    expect(seen[0]).toEqual(['orders']);
    expect(seen.at(-1)).toEqual(['orders', 'stock']);

    open.unsubscribe();
    service.get('users');

    expect(states('users')).toEqual({});
    expect(TestBed.inject(ManualClock).pending).toBe(0);
  });

  it('needs an injection context', () => {
    expect(() => monitorCircuitBreakers()).toThrow(
      'monitorCircuitBreakers() can only be used within',
    );
  });
});
