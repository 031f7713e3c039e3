import fc from 'fast-check';
import { deserialize, serialize } from 'node:v8';
import { RecordingDiagnostics } from 'rx-mesh/testing';
import type { MetricSeries } from '../metric-data';
import { MetricRegistry } from '../metric-registry';
import { mergeSeries } from './merge-series';
import { SeriesSketches } from './series-sketches';
import { MOST_SERIES, readMessage, writeMessage } from './tab-messages';
import { type TabSeries, keyOf } from './tab-series';

const registryOf = () =>
  new MetricRegistry(
    { diagnostics: new RecordingDiagnostics(), clock: { now: () => 1_767_225_600_000 } },
    { maxSeriesPerMetric: 3 },
  );

/** A sample, in one of several tabs, under tags of which some have more than others. */
const aSample = fc.record({
  tab: fc.nat(3),
  metric: fc.constantFrom('paid', 'load', 'sizes'),
  value: fc.nat(1000),
  tags: fc.constantFrom<Record<string, string>>({ a: '1' }, { a: '1', b: '2' }, { a: '2' }),
});

function record(
  registry: MetricRegistry,
  { metric, value, tags }: { metric: string; value: number; tags: Record<string, string> },
) {
  if (metric === 'paid') registry.counter('paid', { unit: '{order}' }).add(value, tags);
  else if (metric === 'load') registry.timer('load').record(value, tags);
  else registry.histogram('sizes', { buckets: [10, 100] }).record(value, tags);
}

/** What comes out of a channel. */
const posted = (data: object): unknown => deserialize(serialize(data));

/** What a tab tells, by way of the wire. */
function told(registry: MetricRegistry): readonly TabSeries[] {
  const all = registry.collect();
  const sketches = new SeriesSketches(registry).of(all);
  const series = all.map((each) => ({
    key: keyOf(each),
    series: each,
    sketch: sketches.get(each),
  }));
  const wire = posted(
    writeMessage({ type: 'series', from: 'a', whole: true, series: series.slice(0, MOST_SERIES) }),
  );
  const message = readMessage(wire);
  return message?.type === 'series' ? message.series : [];
}

const sorted = (series: readonly MetricSeries[]) =>
  series
    .map((each) =>
      JSON.stringify(
        { ...each, exemplars: undefined },
        Object.keys(each).sort().concat('a', 'b', 'upTo'),
      ),
    )
    .sort();

describe('what several tabs tell, merged', () => {
  it('is what one registry would have of all their samples, quantiles and buckets too', () => {
    fc.assert(
      fc.property(fc.array(aSample, { maxLength: 80 }), (samples) => {
        const one = registryOf();
        const tabs = [registryOf(), registryOf(), registryOf(), registryOf()];
        for (const sample of samples) {
          record(one, sample);
          const tab = tabs[sample.tab];
          if (tab) record(tab, sample);
        }
        const parts = tabs.map((tab) => ({ series: told(tab), live: true }));
        const merged = mergeSeries(parts, () => 'sum').map(({ series }) => series);

        expect(sorted(merged)).toEqual(sorted(one.collect()));
      }),
    );
  });
});

describe(SeriesSketches.name, () => {
  it('tells the sketch of a series from those of series with more tags, and of what ran over', () => {
    const registry = registryOf();
    const load = registry.timer('load');
    load.record(1, { a: '1' });
    load.record(10, { a: '1', b: '2' });
    load.record(100, { a: '1', b: '2', c: '3' });
    for (const value of [1000, 2000]) load.record(value, { a: `${value}` });
    const all = registry.collect();
    const sketches = new SeriesSketches(registry).of(all);
    const shown = all.map((series) => {
      const { count = 0, min, max, sum } = sketches.get(series) ?? {};
      return [Object.keys(series.tags).join(), count, min, max, sum];
    });

    expect(shown).toEqual([
      ['a', 1, 1, 1, 1],
      ['a,b', 1, 10, 10, 10],
      ['a,b,c', 1, 100, 100, 100],
      ['otel.metric.overflow', 2, 1000, 2000, 3000],
    ]);
  });

  it('tells none where a series without tags cannot be told from what ran over', () => {
    const registry = registryOf();
    const load = registry.timer('load');
    load.record(1);
    for (let i = 0; i < 4; i++) load.record(10, { i });
    const all = registry.collect();
    const sketches = new SeriesSketches(registry).of(all);

    expect(all.map((series) => sketches.has(series))).toEqual([false, true, true, false]);
  });

  it('looks only at what was written since', () => {
    const registry = registryOf();
    registry.timer('load').record(1, { a: '1' });
    registry.timer('load').record(1, { a: '2' });
    registry.counter('paid').add();
    const distribution = jest.spyOn(registry, 'distribution');
    const sketches = new SeriesSketches(registry);
    sketches.of(registry.collect());
    registry.timer('load').record(1, { a: '2' });
    sketches.of(registry.collect());

    expect(distribution.mock.calls).toEqual([
      ['load', { a: '1' }],
      ['load', { a: '2' }],
      ['load', { a: '2' }],
    ]);
  });
});

describe(mergeSeries.name, () => {
  const seriesOf = (fill: (registry: MetricRegistry) => void) => {
    const registry = registryOf();
    fill(registry);
    return told(registry);
  };

  it('has no buckets where tabs have different ones, but all the rest', () => {
    const a = seriesOf((registry) => registry.histogram('s', { buckets: [1] }).record(1));
    const b = seriesOf((registry) => registry.histogram('s', { buckets: [2] }).record(3));
    const [merged] = mergeSeries(
      [
        { series: a, live: true },
        { series: b, live: true },
      ],
      () => 'sum',
    );

    expect(merged?.series).toMatchObject({ count: 2, sum: 4, min: 1, max: 3, buckets: undefined });
    expect(merged?.series.p99).toBeCloseTo(1, 1);
  });

  it('has no quantiles where a tab told no sketch', () => {
    const a = seriesOf((registry) => registry.timer('s').record(1));
    const b = a.map((each) => ({ ...each, sketch: undefined }));
    const [merged] = mergeSeries(
      [
        { series: b, live: true },
        { series: a, live: true },
      ],
      () => 'sum',
    );

    expect(merged?.series).toMatchObject({ count: 2, p50: undefined, p99: undefined });
  });

  it('does not take together what has another unit', () => {
    const a = seriesOf((registry) => registry.counter('s', { unit: 'By' }).add());
    const b = seriesOf((registry) => registry.counter('s', { unit: 'kBy' }).add());

    expect(
      mergeSeries(
        [
          { series: a, live: true },
          { series: b, live: true },
        ],
        () => 'sum',
      ),
    ).toHaveLength(2);
  });
});
