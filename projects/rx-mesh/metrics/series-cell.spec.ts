import { ManualClock, RecordingDiagnostics } from 'rx-mesh/testing';
import type { MetricTrace } from './metric-data';
import { MetricRegistry } from './metric-registry';

const make = () => {
  const clock = new ManualClock();
  return {
    clock,
    registry: new MetricRegistry({ diagnostics: new RecordingDiagnostics(), clock }),
  };
};
const trace = (last: number, sampled?: boolean): MetricTrace => ({
  traceId: `4bf92f3577b34da6a3ce929d0e0e473${last}`,
  spanId: `00f067aa0ba902b${last}`,
  sampled,
});

describe('Buckets', () => {
  it('count what lies at or below their bounds', () => {
    const { registry } = make();
    const histogram = registry.histogram('a', { buckets: [1, 2.5, 10] });
    for (const value of [0, 1, 1.1, 2.5, 10, 10.1, 1e300]) histogram.bind().record(value);

    const [series] = registry.collect();
    expect(series).toMatchObject({
      count: 7,
      min: 0,
      buckets: [
        { upTo: 1, count: 2 },
        { upTo: 2.5, count: 4 },
        { upTo: 10, count: 5 },
        { upTo: Infinity, count: 7 },
      ],
    });
    expect([series?.buckets, series?.buckets?.[0]].every(Object.isFrozen)).toBe(true);
  });

  it('are absent where none were defined, and take no sample that is dropped', () => {
    const { registry } = make();
    registry.histogram('a').record(1);
    registry.timer('b', { buckets: [1] }).record(Number.MAX_VALUE);
    registry.timer('b').record(Number.MAX_VALUE);
    registry.timer('b').record(-1);

    expect(registry.collect()[0]).not.toHaveProperty('buckets');
    expect(registry.collect()[1]?.buckets?.map(({ count }) => count)).toEqual([0, 1]);
  });
});

describe('An exemplar', () => {
  it('is the latest sample of each bucket that came with a span', () => {
    const { registry, clock } = make();
    const began = clock.now();
    const histogram = registry.histogram('a', { buckets: [1, 2, 3] });
    histogram.record(2.5, {}, trace(1));
    histogram.record(0.5, {}, trace(2));
    clock.advance(10);
    histogram.bind().record(0.7, trace(3));
    histogram.record(0.8);

    const shown = registry.collect()[0]?.exemplars ?? [];
    expect(shown).toEqual([
      { ...ids(3), value: 0.7, timestamp: new Date(began + 10) },
      { ...ids(1), value: 2.5, timestamp: new Date(began) },
    ]);
    expect([shown, shown[0]].every(Object.isFrozen)).toBe(true);

    histogram.record(0.9, {}, trace(4));

    expect(shown[0]?.value).toBe(0.7);
  });

  it('is the latest of all for a counter, and where there are no buckets', () => {
    const { registry } = make();
    registry.counter('a').add(2, {}, trace(1));
    registry.counter('a').bind().add(3, trace(2));
    registry.timer('b').record(5, {}, trace(1));
    registry.timer('b').record(4, {}, trace(2));

    expect(registry.collect().map(({ exemplars }) => exemplars)).toMatchObject([
      [{ value: 3, ...ids(2) }],
      [{ value: 4, ...ids(2) }],
    ]);
  });

  it.each<[string, MetricTrace]>([
    ['a trace that is not kept', trace(1, false)],
    ['a trace of zeros', { ...trace(1), traceId: '0'.repeat(32) }],
    ['a span of zeros', { ...trace(1), spanId: '0'.repeat(16) }],
    ['a short trace', { ...trace(1), traceId: 'abc' }],
    ['upper case', { ...trace(1), traceId: trace(1).traceId.toUpperCase() }],
    ['a span with more', { ...trace(1), spanId: `${trace(1).spanId}\n` }],
    ['nothing', null as unknown as MetricTrace],
  ])('is not made of %s', (_, bad) => {
    const { registry } = make();
    registry.timer('a').record(1, {}, trace(1, true));
    registry.timer('a').record(2, {}, bad);
    registry.counter('b').add(1, {}, bad);

    expect(registry.collect()).toMatchObject([{ count: 2, exemplars: [{ value: 1 }] }, {}]);
    expect(registry.collect()[1]).not.toHaveProperty('exemplars');
  });

  it('is not made of a sample that is dropped, and goes with a reset', () => {
    const { registry } = make();
    registry.counter('a').add(1);
    registry.counter('a').add(-1, {}, trace(1));
    registry.timer('b').record(1, {}, trace(1));

    expect(registry.collect()[0]).not.toHaveProperty('exemplars');

    registry.reset();
    registry.timer('b').record(1);

    expect(registry.collect()[0]).not.toHaveProperty('exemplars');
  });
});

function ids(last: number) {
  const { traceId, spanId } = trace(last);
  return { traceId, spanId };
}
