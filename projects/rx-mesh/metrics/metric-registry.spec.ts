import { computed, effect } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { InvalidOptionError } from 'rx-mesh/kernel';
import { ManualClock, RecordingDiagnostics } from 'rx-mesh/testing';
import { MetricRegistry, type MetricRegistryOptions } from './metric-registry';

const make = (options?: MetricRegistryOptions) => {
  const diagnostics = new RecordingDiagnostics();
  const clock = new ManualClock();
  return { clock, diagnostics, registry: new MetricRegistry({ diagnostics, clock }, options) };
};

describe(MetricRegistry.name, () => {
  it('shows a series with its numbers from its first sample on', () => {
    const { registry, clock } = make();
    registry.counter('orders').bind({ city: 'Rome' });
    registry.gauge('stock');

    expect(registry.collect()).toEqual([]);

    registry.counter('orders').add(2, { city: 'Rome' });
    registry.gauge('stock').set(-1.5);
    registry.histogram('size', { unit: 'By' }).record(100);
    registry.timer('load').record(8);

    const startTime = new Date(clock.now());
    const one = { startTime, count: 1, min: 100, max: 100, sum: 100, p50: 100, p95: 100, p99: 100 };
    expect(registry.collect()).toEqual([
      {
        name: 'orders',
        type: 'counter',
        tags: { city: 'Rome' },
        startTime,
        value: 2,
        sum: 2,
        count: 1,
      },
      { name: 'stock', type: 'gauge', tags: {}, startTime, value: -1.5, sum: -1.5, count: 1 },
      { name: 'size', type: 'histogram', unit: 'By', tags: {}, ...one },
      expect.objectContaining({ name: 'load', type: 'timer', unit: 'ms', sum: 8 }),
    ]);
  });

  it('puts tags in any order, as text or number, in one series', () => {
    const { registry } = make();
    registry.counter('a').add(1, { x: 1, y: 'true' });
    registry.counter('a').add(1, { y: true, x: '1' });
    registry.counter('a').bind({ y: 'true', x: 1 }).add();

    expect(registry.collect()).toMatchObject([{ value: 3, tags: { x: '1', y: 'true' } }]);
  });

  it('copies nothing that was not written since, and never changes what it gave', () => {
    const { registry } = make();
    const [a, b] = ['a', 'b'].map((name) => registry.counter(name).bind()) as [Add, Add];
    a.add();
    b.add();
    const before = registry.collect();

    expect(registry.collect()).toBe(before);

    b.add();
    const after = registry.collect();

    expect(after).not.toBe(before);
    expect(after[0]).toBe(before[0]);
    expect(before[1]).toMatchObject({ value: 1 });
    expect(after[1]).toMatchObject({ value: 2 });
    expect([after, after[0], after[0]?.tags].every(Object.isFrozen)).toBe(true);
  });

  it('says since when a series runs: since its first sample, and anew after a reset', () => {
    const { registry, clock } = make();
    const since = () => registry.collect().map(({ startTime }) => startTime.getTime() - began);
    const began = clock.now();
    const bound = registry.counter('a').bind();
    clock.advance(5);
    bound.add();
    clock.advance(5);
    bound.add();
    registry.timer('b').record(1);

    expect(since()).toEqual([5, 10]);

    clock.advance(5);
    registry.reset();
    clock.advance(5);
    bound.add();

    expect(since()).toEqual([20]);
  });

  it('gives a copy of a distribution', () => {
    const { registry } = make();
    const load = registry.timer('load');
    for (const [value, page] of Object.entries(['a', 'a', 'b'])) load.record(+value, { page });
    const all = registry.distribution('load');
    load.record(100, { page: 'a' });
    all.record(7);

    expect([all.count, all.sum, all.max]).toEqual([4, 10, 7]);
    expect(registry.distribution('load').sum).toBe(103);
    expect(registry.distribution('load', { page: 'a' }).count).toBe(3);
    expect(registry.distribution('load', { page: 'c' }).count).toBe(0);
    expect(registry.distribution('other').count).toBe(0);
  });

  it('takes samples beyond the limit together, and tells of it once a metric', () => {
    const { registry, diagnostics } = make({ maxSeriesPerMetric: 2 });
    const counter = registry.counter('a');
    const bound = counter.bind({ id: 9 });
    for (let id = 0; id < 5; id++) counter.add(1, { id });
    bound.add();
    counter.add(10, { id: 1 });

    expect(registry.collect()).toMatchObject([
      { tags: { id: '0' }, value: 1 },
      { tags: { id: '1' }, value: 11 },
      { tags: { 'otel.metric.overflow': 'true' }, value: 4, count: 4 },
    ]);
    expect([registry.overflowed, registry.rejected]).toEqual([4, 0]);
    expect(diagnostics.records).toEqual([
      {
        code: 'RXM853',
        severity: 'warning',
        source: 'metrics',
        message: expect.stringContaining('"a" has 2 series') as string,
      },
    ]);
  });

  it('forgets all series on reset, while bound children and types go on', () => {
    const { registry, diagnostics } = make({ maxSeriesPerMetric: 1 });
    const [a, over] = [1, 2].map((n) => registry.counter('a').bind({ n })) as [Add, Add];
    a.add(5);
    over.add(7);
    registry.reset();

    expect(registry.collect()).toEqual([]);
    expect(registry.overflowed).toBe(0);

    over.add(1);
    registry.ɵmetric('gauge', 'a').set(1);

    expect(registry.collect()).toMatchObject([{ tags: { n: '2' }, value: 1 }]);
    expect(diagnostics.codes).toEqual(['RXM853', 'RXM852']);
  });

  it('answers quantiles of all series with the tags that are asked for', () => {
    const { registry } = make();
    const load = registry.timer('load');
    for (let i = 1; i <= 100; i++) load.record(i, { route: i > 50 ? '/b' : '/a', status: i % 2 });

    expect(registry.quantile('load', 0)).toBe(1);
    expect(registry.quantile('load', 0.5)).toBeCloseTo(50, 0);
    expect(registry.quantile('load', 1, { route: '/a' })).toBe(50);
    expect(registry.quantile('load', 0, { route: '/b', status: 1 })).toBe(51);
    expect(registry.quantile('load', 1, { status: '1' })).toBe(99);
  });

  it('has no quantile of nothing', () => {
    const { registry } = make();
    registry.counter('counter').add();
    registry.timer('load').record(1, { a: 1 });
    const ask = registry.quantile.bind(registry);

    expect([ask('none', 0.5), ask('counter', 0.5), ask('load', 0.5, { a: 2 })]).toEqual(none(3));
    expect([ask('load', 2), ask('load', NaN), ask('load', 0.5, { '': 1 })]).toEqual(none(3));
    expect(ask('load', 0.5, { toString: 1 })).toBeUndefined();
  });

  it.each([0, 1.5, NaN])('refuses %p for a limit', (value) => {
    expect(() => make({ maxSeriesPerMetric: value })).toThrow(InvalidOptionError);
    expect(() => make({ maxMetrics: value })).toThrow(InvalidOptionError);
  });
});

describe('MetricRegistry.series', () => {
  it('is what collect gives, at each read', () => {
    const { registry } = make();
    const counter = registry.counter('a').bind();

    expect(registry.series()).toEqual([]);

    for (let i = 1; i <= 3; i++) {
      counter.add();
      counter.add();

      expect(registry.series()).toMatchObject([{ value: 2 * i }]);
      expect(registry.series()).toBe(registry.collect());
    }
    registry.reset();

    expect(registry.series()).toEqual([]);
  });

  it('wakes an effect once however much is recorded, and again after it looked', () => {
    const { registry } = make();
    const counter = registry.counter('a').bind();
    const seen: unknown[] = [];
    TestBed.runInInjectionContext(() => effect(() => seen.push(registry.series()[0]?.value)));
    for (let turn = 0; turn < 3; turn++) {
      TestBed.tick();
      for (let i = 0; i < 100; i++) counter.add();
      registry.collect(); // somebody else looks in between
      counter.add();
    }
    TestBed.tick();

    expect(seen).toEqual([undefined, 101, 202, 303]);
  });

  it('may be recorded to inside of a computed, and does not make it depend on that', () => {
    const { registry } = make();
    let runs = 0;
    const view = computed(() => {
      registry.counter('looks').add();
      return ++runs;
    });
    registry.series();

    expect([view(), registry.series().length, view()]).toEqual([1, 1, 1]);
  });
});

interface Add {
  add(by?: number): void;
}

const none = (times: number) => new Array<undefined>(times).fill(undefined);
