import { Component, inject } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { DIAGNOSTICS } from 'rx-mesh/kernel';
import { ManualClock, RecordingDiagnostics, provideRxMeshTesting } from 'rx-mesh/testing';
import { runMarbles } from '../spec-support/marbles';
import type { MetricSeries } from './metric-data';
import { MetricRegistry } from './metric-registry';
import { MetricsService } from './metrics-service';
import { withMetrics } from './with-metrics';

const setUp = (options = {}) => {
  TestBed.configureTestingModule({
    providers: [provideRxMeshTesting(), ...withMetrics(options).ɵproviders],
  });
  return TestBed.inject(MetricsService);
};
const values = (all: readonly MetricSeries[]) =>
  all.map(({ name, value }) => `${name} ${value ?? ''}`);

describe(MetricsService.name, () => {
  it('records counters, gauges, histograms and timers by name and tags', () => {
    const metrics = setUp();
    metrics.incrementCounter('orders');
    metrics.incrementCounter('orders', { city: 'Rome' });
    metrics.incrementCounter('orders', { city: 'Rome' }, 2);
    metrics.incrementCounter('orders', undefined, 0);
    metrics.setGauge('stock', 7);
    metrics.recordGauge('stock', 5, { city: 'Rome' });
    metrics.addToGauge('stock', -2, { city: 'Rome' });
    metrics.recordHistogram('size', 100);
    metrics.recordTimer('load', 20, { page: 'home' });

    expect(metrics.collect()).toMatchObject([
      { name: 'orders', type: 'counter', tags: {}, value: 1, count: 2 },
      { name: 'orders', type: 'counter', tags: { city: 'Rome' }, value: 3 },
      { name: 'stock', type: 'gauge', tags: {}, value: 7 },
      { name: 'stock', type: 'gauge', tags: { city: 'Rome' }, value: 3 },
      { name: 'size', type: 'histogram', count: 1, sum: 100 },
      { name: 'load', type: 'timer', unit: 'ms', tags: { page: 'home' }, count: 1, sum: 20 },
    ]);
    expect(metrics.quantile('load', 0.5)).toBe(20);
    expect(metrics.quantile('load', 0.5, { page: 'other' })).toBeUndefined();
  });

  it('hands out metrics to bind', () => {
    const metrics = setUp();
    metrics.counter('a', { unit: '{order}' }).bind({ n: 1 }).add(3);
    metrics.gauge('b').bind().set(4);
    metrics.histogram('c').bind().record(5);
    metrics.timer('d').bind().record(6);

    expect(metrics.collect()).toMatchObject([
      { name: 'a', unit: '{order}', value: 3 },
      { name: 'b', value: 4 },
      { name: 'c', sum: 5 },
      { name: 'd', unit: 'ms', sum: 6 },
    ]);
  });

  it('never throws, counts what it drops and tells of it once', () => {
    const metrics = setUp({ maxSeriesPerMetric: 1, maxMetrics: 2 });
    for (let i = 0; i < 3; i++) {
      metrics.incrementCounter('a', { i }, 1);
      metrics.incrementCounter('a', {}, -1);
      metrics.setGauge('a', 1);
      metrics.setGauge('', 1);
      metrics.setGauge('b', 1, { '': 1 });
      metrics.recordTimer('c', 1);
    }

    expect([metrics.rejected, metrics.overflowed]).toEqual([15, 2]);
    expect(TestBed.inject(RecordingDiagnostics).codes).toEqual([
      'RXM851',
      'RXM852',
      'RXM850',
      'RXM854',
      'RXM855',
      'RXM853',
    ]);
  });

  it('needs no provider at all', () => {
    const metrics = TestBed.inject(MetricsService);
    metrics.incrementCounter('a');

    expect(values(metrics.series())).toEqual(['a 1']);
    expect(TestBed.inject(DIAGNOSTICS)).toBeDefined();
  });

  it('measures time with the clock of the application, wherever the wall jumps', () => {
    const metrics = setUp();
    const clock = TestBed.inject(ManualClock);
    const elapsed = metrics.stopwatch();
    clock.advance(250);
    clock.jumpWall(-10_000);

    expect(elapsed()).toBe(250);

    clock.advance(50);

    expect(elapsed()).toBe(300);
  });

  it('forgets on reset', () => {
    const metrics = setUp();
    metrics.incrementCounter('a');
    metrics.reset();

    expect([metrics.collect(), metrics.series()]).toEqual([[], []]);
  });

  it('updates a view through its signal', () => {
    const metrics = setUp();
    @Component({ selector: 'rx-orders', template: `{{ metrics.series()[0]?.value ?? 'none' }}` })
    class Orders {
      protected readonly metrics = inject(MetricsService);
    }
    const fixture = TestBed.createComponent(Orders);
    const text = () => {
      TestBed.tick();
      return (fixture.nativeElement as HTMLElement).textContent;
    };

    expect(text()).toBe('none');

    metrics.incrementCounter('orders');

    expect(text()).toBe('1');

    metrics.incrementCounter('orders');

    expect(text()).toBe('2');
  });
});

describe('MetricsService.series$', () => {
  it('looks at once and after each period, and emits what changed only', () => {
    runMarbles(({ cold, expectObservable }) => {
      const metrics = TestBed.inject(MetricsService);
      const writes = cold('-a-b 1997ms c', { a: 'a', b: 'a', c: 'b' });
      writes.subscribe((name) => metrics.incrementCounter(name));
      const seen = '        a 999ms b 1999ms c';
      const unsub = '       3500ms !';

      expectObservable(metrics.series$, unsub).toBe(seen, {
        a: [],
        b: [expect.objectContaining({ name: 'a', value: 2 })],
        c: [expect.objectContaining({ value: 2 }), expect.objectContaining({ name: 'b' })],
      });
    });
  });

  it('takes one look for a thousand records, and none without a subscriber', () => {
    const metrics = setUp({ reportPeriod: 500 });
    const clock = TestBed.inject(ManualClock);
    const looks = jest.spyOn(MetricRegistry.prototype, 'collect');
    const record = () => {
      for (let i = 0; i < 1000; i++) metrics.incrementCounter('a');
    };
    record();

    expect([looks.mock.calls.length, clock.pending]).toEqual([0, 0]);

    const seen: string[][] = [[], []];
    const subscriptions = seen.map((list) =>
      metrics.series$.subscribe((all) => list.push(...values(all))),
    );
    record();
    clock.advance(500);

    expect(seen).toEqual([
      ['a 1000', 'a 2000'],
      ['a 1000', 'a 2000'],
    ]);
    expect([looks.mock.calls.length, clock.pending]).toEqual([2, 1]);

    for (const subscription of subscriptions) subscription.unsubscribe();
    record();
    clock.advance(5000);

    expect([looks.mock.calls.length, clock.pending]).toEqual([2, 0]);

    looks.mockRestore();
  });

  it('starts again with what is true then, after everybody left', () => {
    const metrics = setUp();
    const first: unknown[] = [];
    metrics.series$.subscribe((all) => first.push(all)).unsubscribe();
    metrics.incrementCounter('a');
    const second: string[] = [];
    metrics.series$.subscribe((all) => second.push(...values(all))).unsubscribe();

    expect([first, second]).toEqual([[[]], ['a 1']]);
  });

  it('goes on when a subscriber records what it is told', () => {
    const metrics = setUp();
    const clock = TestBed.inject(ManualClock);
    const seen: string[] = [];
    const subscription = metrics.series$.subscribe((all) => {
      seen.push(...values(all));
      metrics.incrementCounter('looks');
    });
    clock.advance(2000);

    expect(seen).toEqual(['looks 1', 'looks 2']);

    subscription.unsubscribe();
  });

  it('ends with the application, though somebody forgot to unsubscribe', () => {
    const metrics = setUp();
    const clock = TestBed.inject(ManualClock);
    const seen: string[] = [];
    metrics.series$.subscribe({ complete: () => seen.push('end') });

    expect(clock.pending).toBe(1);

    TestBed.resetTestingModule();

    expect([seen, clock.pending]).toEqual([['end'], 0]);

    metrics.series$.subscribe({ complete: () => seen.push('end at once') });

    expect([seen, clock.pending]).toEqual([['end', 'end at once'], 0]);
  });
});
