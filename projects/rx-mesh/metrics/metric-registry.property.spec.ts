import fc from 'fast-check';
import { QuantileSketch } from 'rx-mesh/kernel';
import { RecordingDiagnostics } from 'rx-mesh/testing';
import type { MetricSeries, MetricTags, MetricType } from './metric-data';
import { MetricRegistry } from './metric-registry';
import { type MetricView, metricViews } from './metric-view';

interface Sample {
  readonly type: MetricType | 'reset' | 'look';
  readonly name: string;
  readonly value: number;
  readonly tags: MetricTags;
  readonly bound: boolean;
}

const BOUNDS = [0, 10, 500];
const long = 'x'.repeat(255);
const aSample: fc.Arbitrary<Sample> = fc.record({
  type: fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom<Sample['type']>('counter', 'gauge', 'histogram') },
    { weight: 1, arbitrary: fc.constantFrom<Sample['type']>('timer', 'reset', 'look') },
  ),
  name: fc.constantFrom('a', 'b', 'constructor', 'gone', ''),
  value: fc.oneof(fc.integer({ min: -2, max: 1000 }), fc.constantFrom(NaN, Infinity, 1e308)),
  tags: fc.dictionary(
    fc.constantFrom('y', 'x', 'user', '__proto__'),
    fc.constantFrom<string | number | boolean>('1', 1, true, 'true', 'k', `${long}1`, `${long}2`),
    { maxKeys: 3, noNullPrototype: true },
  ),
  bound: fc.boolean(),
});
const someViews = fc.subarray<MetricView>([
  { match: 'gone', drop: true },
  { match: 'a', tags: { drop: ['user', '__proto__'] }, buckets: BOUNDS },
  { match: 'constructor', name: 'b' },
]);

describe(MetricRegistry.name, () => {
  it('agrees with a naive model, under any samples, limits, resets and views', () => {
    fc.assert(
      fc.property(
        fc.array(aSample, { maxLength: 80 }),
        fc.integer({ min: 1, max: 4 }),
        someViews,
        agrees,
      ),
      { numRuns: 300 },
    );
  });
});

// A list of accepted values for each series, and everything else is a number that was dropped.
class Model {
  rejected = 0;
  readonly types = new Map<string, MetricType>();
  series = new Map<string, Map<string, number[]>>();

  constructor(
    private readonly limit: number,
    private readonly views: readonly MetricView[],
  ) {}

  take({ type, name: asked, value, tags, bound }: Sample): void {
    if (type === 'look') return;
    if (type === 'reset') {
      this.series = new Map();
      return;
    }
    const view = this.views.find(({ match }) => match === asked);
    if (view?.drop === true) return;
    const name = view?.name ?? asked;
    if (name !== '' && !this.types.has(name)) this.types.set(name, type);
    const dropped = view?.tags?.drop ?? [];
    const kept = Object.entries(tags).filter(([tag]) => !dropped.includes(tag));
    const fits =
      this.types.get(name) === type &&
      !kept.some(([tag]) => tag === '__proto__') &&
      (type === 'gauge' || value >= 0);
    const series = this.series.get(name) ?? new Map<string, number[]>();
    const own = JSON.stringify(kept.map(([k, v]) => [k, String(v).slice(0, 255)]).sort());
    const full = !series.has(own) && series.size - +series.has('over') >= this.limit;
    const key = full ? 'over' : own;
    const values = series.get(key) ?? [];
    const isSet = type === 'gauge' && !bound;
    const reached = isSet ? value : values.reduce((a, b) => a + b, value);
    if (!fits || !Number.isFinite(reached)) this.rejected++;
    // What was set is as what was added to nothing.
    else if (isSet) this.series.set(name, series.set(key, [...values.map(() => 0), value]));
    else this.series.set(name, series.set(key, [...values, value]));
  }
}

function agrees(samples: readonly Sample[], limit: number, views: readonly MetricView[]): void {
  const registry = new MetricRegistry(
    { diagnostics: new RecordingDiagnostics(), views: metricViews(views) },
    { maxSeriesPerMetric: limit },
  );
  const model = new Model(limit, views);
  for (const sample of samples) {
    write(registry, sample);
    model.take(sample);
  }
  const shown = registry.collect().map((series) => {
    const own = JSON.stringify(Object.entries(series.tags).sort());
    return [
      `${series.name} ${own.includes('overflow') ? 'over' : own}`,
      numbersOf(series),
    ] as const;
  });
  const expected = [...model.series].flatMap(([name, series]) =>
    [...series].map(([key, values]) => {
      const type = model.types.get(name) ?? 'counter';
      const bounds = views.some(({ match }) => match === name) && name === 'a' ? BOUNDS : undefined;
      return [`${name} ${key}`, expectedOf(type, values, bounds)] as const;
    }),
  );
  expect(registry.rejected).toBe(model.rejected);
  expect(new Map(shown)).toEqual(new Map(expected));
}

function write(registry: MetricRegistry, { type, name, value, tags, bound }: Sample): void {
  if (type === 'reset') registry.reset();
  else if (type === 'look') registry.collect();
  else if (type === 'counter') {
    const counter = registry.ɵmetric(type, name);
    if (bound) counter.bind(tags).add(value);
    else counter.add(value, tags);
  } else if (type === 'gauge') {
    const gauge = registry.ɵmetric(type, name);
    if (bound) gauge.bind(tags).add(value);
    else gauge.set(value, tags);
  } else {
    const histogram = registry.ɵmetric(type, name);
    if (bound) histogram.bind(tags).record(value);
    else histogram.record(value, tags);
  }
}

function numbersOf({ type, value, sum, count, min, max, p50, p99, buckets }: MetricSeries): object {
  return { type, value, sum, count, min, max, p50, p99, buckets };
}

function expectedOf(
  type: MetricType,
  values: readonly number[],
  bounds: readonly number[] | undefined,
): object {
  const sum = values.reduce((a, b) => a + b, 0);
  const count = values.length;
  if (type === 'counter' || type === 'gauge') return { type, value: sum, sum, count };
  const sketch = new QuantileSketch();
  for (const value of values) sketch.record(value);
  const { min, max } = sketch;
  const [p50, p99] = [0.5, 0.99].map((q) => sketch.quantile(q));
  const buckets = bounds && [...bounds, Infinity].map((upTo) => bucket(upTo, values));
  return { type, sum, count, min, max, p50, p99, buckets };
}

function bucket(upTo: number, values: readonly number[]) {
  return { upTo, count: values.filter((value) => value <= upTo).length };
}
