import { RecordingDiagnostics } from 'rx-mesh/testing';
import type { MetricTags } from './metric-data';
import { MetricRegistry, type MetricRegistryOptions } from './metric-registry';

const make = (options?: MetricRegistryOptions) => {
  const diagnostics = new RecordingDiagnostics();
  return { diagnostics, registry: new MetricRegistry({ diagnostics }, options) };
};
const untyped = (value: unknown) => value as number;

describe('CounterMetric', () => {
  it('adds one, or what it is told, zero too', () => {
    const { registry } = make();
    const counter = registry.counter('a');
    counter.add();
    counter.add(0);
    counter.bind().add();
    counter.bind().add(2.5);

    expect(counter.name).toBe('a');
    expect(registry.collect()).toMatchObject([{ value: 4.5, count: 4 }]);
  });

  it.each([-1, NaN, Infinity, '1', 1n, null])('drops %p', (value) => {
    const { registry, diagnostics } = make();
    registry.counter('a').add(untyped(value));
    registry.counter('a').bind().add(untyped(value));

    expect(registry.collect()).toEqual([]);
    expect(registry.rejected).toBe(2);
    expect(diagnostics.codes).toEqual(['RXM851']);
  });

  it('drops what would make the sum infinite', () => {
    const { registry, diagnostics } = make();
    const bound = registry.counter('a').bind();
    bound.add(Number.MAX_VALUE);
    bound.add(Number.MAX_VALUE);

    expect(registry.collect()).toMatchObject([{ value: Number.MAX_VALUE, count: 1 }]);
    expect([registry.rejected, diagnostics.codes]).toEqual([1, ['RXM851']]);
  });
});

describe('GaugeMetric', () => {
  it('is set and moved, below zero too', () => {
    const { registry } = make();
    const gauge = registry.gauge('a');
    gauge.add(-2);
    gauge.bind().set(5);
    gauge.bind().add(-6);
    gauge.set(gauge.name.length);
    gauge.add(0.5);

    expect(registry.collect()).toMatchObject([{ value: 1.5, sum: 1.5, count: 5 }]);
  });

  it.each([NaN, -Infinity, '1', {}])('drops %p', (value) => {
    const { registry, diagnostics } = make();
    registry.gauge('a').set(untyped(value));
    registry.gauge('a').add(untyped(value));
    registry.gauge('a').bind().set(untyped(value));
    registry.gauge('a').bind().add(untyped(value));

    expect([registry.collect(), registry.rejected]).toEqual([[], 4]);
    expect(diagnostics.codes).toEqual(['RXM851']);
  });

  it('holds one until released, once however often that is done', () => {
    const { registry } = make();
    const gauge = registry.gauge('a').bind();
    const releases = [gauge.hold(), gauge.hold()];

    expect(registry.collect()).toMatchObject([{ value: 2 }]);

    releases[0]?.();
    releases[0]?.();

    expect(registry.collect()).toMatchObject([{ value: 1 }]);

    releases[1]?.();

    expect(registry.collect()).toMatchObject([{ value: 0 }]);
  });

  it('takes nothing away for what was held before a reset', () => {
    const { registry } = make();
    const gauge = registry.gauge('a').bind();
    const before = gauge.hold();
    registry.reset();
    before();

    expect(registry.collect()).toEqual([]);

    const after = gauge.hold();
    before();

    expect(registry.collect()).toMatchObject([{ value: 1 }]);

    after();

    expect(registry.collect()).toMatchObject([{ value: 0 }]);
  });

  it('holds in the series of the overflow where it has no own, and leaves it at zero', () => {
    const { registry } = make({ maxSeriesPerMetric: 1 });
    registry.gauge('a').set(1);
    const releases = [1, 2].map((id) => registry.gauge('a').bind({ id }).hold());
    for (const release of releases) release();

    expect(registry.collect()).toMatchObject([{ value: 1 }, { value: 0, count: 4 }]);
  });
});

describe('HistogramMetric', () => {
  it('records zero and what is above', () => {
    const { registry } = make();
    const histogram = registry.histogram('a');
    histogram.record(0);
    histogram.bind().record(4);

    expect(histogram.name).toBe('a');
    expect(registry.collect()).toMatchObject([{ count: 2, sum: 4, min: 0, max: 4 }]);
  });

  it.each([-1, NaN, Infinity, '1'])('drops %p', (value) => {
    const { registry, diagnostics } = make();
    registry.histogram('a').record(untyped(value));
    registry.timer('b').bind().record(untyped(value));

    expect([registry.collect(), registry.rejected]).toEqual([[], 2]);
    expect(diagnostics.codes).toEqual(['RXM851', 'RXM851']);
  });

  it('drops what would make the sum infinite', () => {
    const { registry } = make();
    registry.histogram('a').record(Number.MAX_VALUE);
    registry.histogram('a').record(Number.MAX_VALUE);

    expect(registry.collect()).toMatchObject([{ count: 1, sum: Number.MAX_VALUE }]);
    expect(registry.rejected).toBe(1);
  });
});

describe('A name', () => {
  it('belongs to the type that came first', () => {
    const { registry, diagnostics } = make();
    registry.counter('a').add();
    registry.ɵmetric('gauge', 'a').set(7);
    registry.ɵmetric('histogram', 'a').bind().record(7);
    registry.ɵmetric('timer', 'a').record(NaN);
    registry.ɵmetric('gauge', 'a').bind().hold()();

    expect(registry.collect()).toMatchObject([{ type: 'counter', value: 1 }]);
    expect(registry.rejected).toBe(4);
    expect(diagnostics.records).toMatchObject([
      {
        code: 'RXM852',
        message: expect.stringMatching(/^Metric "a" is a counter, .* a gauge\./) as string,
      },
    ]);
  });

  it('keeps the first unit, and takes one that comes later', () => {
    const { registry, diagnostics } = make();
    registry.histogram('a').record(1);
    registry.collect();
    registry.histogram('a', { unit: 's' }).record(2);
    registry.histogram('a').record(3);

    expect(registry.collect()).toMatchObject([{ unit: 's', count: 3 }]);

    registry.ɵmetric('histogram', 'a', { unit: 'ms' }).record(4);

    expect(registry.collect()).toMatchObject([{ unit: 's', count: 3 }]);
    expect(diagnostics.records).toMatchObject([
      { code: 'RXM852', message: expect.stringContaining('histogram in s, ') as string },
    ]);
  });

  it('is refused without an error where one records, when it is none', () => {
    const { registry, diagnostics } = make();
    const names = ['', 'two words', '__proto__', untyped(undefined), untyped(Symbol('s'))];
    for (const name of names as unknown as string[]) {
      registry.ɵmetric('counter', name).add();
      registry.ɵmetric('gauge', name).bind().set(1);
    }

    expect([registry.collect(), registry.rejected]).toEqual([[], 10]);
    expect(diagnostics.codes).toEqual(new Array(5).fill('RXM850'));
    expect(diagnostics.records.map(({ message }) => message.split(' cannot')[0])).toEqual([
      '""',
      '"two words"',
      '"__proto__"',
      '"(undefined)"',
      '"(symbol)"',
    ]);
  });

  it('is refused when there are too many, and those before go on', () => {
    const { registry, diagnostics } = make({ maxMetrics: 2 });
    for (const name of ['a', 'b', 'c', 'a', 'c']) registry.counter(name).add();

    expect(registry.collect()).toMatchObject([
      { name: 'a', value: 2 },
      { name: 'b', value: 1 },
    ]);
    expect([registry.rejected, diagnostics.codes]).toEqual([2, ['RXM855']]);
  });
});

describe('A tag', () => {
  it('that cannot be drops the sample', () => {
    const { registry, diagnostics } = make();
    const bad = [{ '': 1 }, { 'otel.metric.overflow': true }, { a: null }, { a: {} }];
    for (const tags of bad as unknown as MetricTags[]) {
      registry.counter('a').add(1, tags);
      registry.counter('a').bind(tags).add();
    }

    expect([registry.collect(), registry.rejected]).toEqual([[], 8]);
    expect(diagnostics.codes).toEqual(['RXM854']);
  });

  it('is read when a child is bound, and not again', () => {
    const { registry } = make();
    const tags = { city: 'Rome' };
    const bound = registry.counter('a').bind(tags);
    tags.city = 'Oslo';
    bound.add();
    registry.reset();
    bound.add();

    expect(registry.collect()).toMatchObject([{ tags: { city: 'Rome' }, value: 1 }]);
  });

  it('is none where code without types hands over null', () => {
    const { registry } = make();
    registry.counter('a').add(1, null as unknown as MetricTags);
    registry
      .counter('a')
      .bind(null as unknown as MetricTags)
      .add();

    expect(registry.collect()).toMatchObject([{ tags: {}, value: 2 }]);
  });
});
