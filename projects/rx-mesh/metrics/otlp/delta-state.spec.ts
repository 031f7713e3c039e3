import { aSeries } from '../../spec-support/metrics-export-world';
import type { MetricSeries } from '../metric-data';
import { DeltaState } from './delta-state';

const START = 1_767_225_600_000;
const at = (seconds: number) => new Date(START + seconds * 1000);
const counter = (value: number, changes: Partial<MetricSeries> = {}) =>
  aSeries({ value, sum: value, count: value, ...changes });
const histogram = (own: readonly number[], changes: Partial<MetricSeries> = {}): MetricSeries => {
  let below = 0;
  const buckets = own.map((count, i) => ({ upTo: [1, 5][i] ?? Infinity, count: (below += count) }));
  return {
    ...aSeries({ type: 'histogram', count: below, sum: below * 2, buckets, ...changes }),
    value: undefined,
  };
};

describe(DeltaState.name, () => {
  it('gives all at first, from the start of the series, then what is new since the last export', () => {
    const state = new DeltaState();
    const first = state.changes([counter(5)], at(1));
    state.send(first);
    state.acknowledge(first);
    const second = state.changes([counter(7)], at(2));

    expect(first.map(({ series }) => series)).toMatchObject([{ value: 5, startTime: at(0) }]);
    expect(second.map(({ series }) => series)).toMatchObject([
      { value: 2, sum: 2, count: 2, startTime: at(1), name: 'orders.paid' },
    ]);
  });

  it('gives nothing of a counter that nobody moved, and a gauge every time', () => {
    const state = new DeltaState();
    const gauge = aSeries({ type: 'gauge', name: 'queue', value: 3 });
    const first = state.changes([counter(5), gauge], at(1));
    state.send(first);
    state.acknowledge(first);

    expect(state.changes([counter(5), gauge], at(2)).map(({ series }) => series)).toEqual([gauge]);
  });

  it('adds what was given back to what is new', () => {
    const state = new DeltaState();
    const first = state.changes([counter(5)], at(1));
    state.send(first);
    state.giveBack(first);

    expect(state.changes([counter(7)], at(2))[0]?.series).toMatchObject({
      value: 7,
      startTime: at(0),
    });
  });

  it('does not give again what is on its way, and knows what came back in another order', () => {
    const state = new DeltaState();
    const first = state.changes([counter(5)], at(1));
    state.send(first);
    const second = state.changes([counter(7)], at(2));
    state.send(second);
    state.acknowledge(second);
    state.giveBack(first);

    expect(second[0]?.series).toMatchObject({ value: 2, startTime: at(1) });
    expect(state.changes([counter(8)], at(3))[0]?.series).toMatchObject({ value: 6 });
  });

  it('gives buckets by their difference, and the range only while all is new', () => {
    const state = new DeltaState();
    const first = state.changes([histogram([1, 2, 0], { min: 0.5, max: 4 })], at(1));
    state.send(first);
    state.acknowledge(first);
    const second = state.changes([histogram([1, 3, 1], { min: 0.5, max: 9 })], at(2));

    expect(first[0]?.series).toMatchObject({ count: 3, min: 0.5, max: 4 });
    expect(second[0]?.series).toMatchObject({
      count: 2,
      sum: 4,
      min: undefined,
      max: undefined,
      buckets: [
        { upTo: 1, count: 0 },
        { upTo: 5, count: 1 },
        { upTo: Infinity, count: 2 },
      ],
    });
  });

  it('gives a distribution without buckets as a whole, when it has a new sample', () => {
    const state = new DeltaState();
    const whole = (count: number) => ({
      ...aSeries({ type: 'timer', count, sum: count, p50: 1 }),
      value: undefined,
    });
    const first = state.changes([whole(2)], at(1));
    state.send(first);
    state.acknowledge(first);

    expect(state.changes([whole(2)], at(2))).toEqual([]);
    expect(state.changes([whole(3)], at(2)).map(({ series }) => series)).toEqual([whole(3)]);
  });

  it.each<[string, MetricSeries, MetricSeries, object]>([
    ['a reset', counter(5), counter(6, { startTime: at(9) }), { value: 6, startTime: at(9) }],
    ['a reset within a millisecond', counter(5), counter(2), { value: 2, startTime: at(0) }],
    [
      'other buckets',
      histogram([1, 1, 1]),
      histogram([1, 1, 0, 2]),
      { count: 4, startTime: at(0) },
    ],
  ])('starts anew after %s', (_name, before, after, expected) => {
    const state = new DeltaState();
    const first = state.changes([before], at(1));
    state.send(first);
    state.acknowledge(first);

    expect(state.changes([after], at(10))[0]?.series).toMatchObject(expected);
  });

  it('is not confused by an answer that comes after a reset', () => {
    const state = new DeltaState();
    const first = state.changes([counter(5)], at(1));
    state.send(first);
    const reset = counter(1, { startTime: at(2) });
    state.changes([reset], at(3));
    state.acknowledge(first);

    expect(state.changes([reset], at(4))[0]?.series).toMatchObject({ value: 1, startTime: at(2) });
  });

  it('forgets a series that is gone, and takes it for a new one when it is back', () => {
    const state = new DeltaState();
    const first = state.changes([counter(5), counter(1, { tags: { a: 'b' } })], at(1));
    state.send(first);
    state.acknowledge(first);
    state.changes([counter(5)], at(2));

    expect(state.size).toBe(1);
    expect(state.changes([counter(5), counter(1, { tags: { a: 'b' } })], at(3))).toHaveLength(1);
  });

  it('gives an exemplar once', () => {
    const state = new DeltaState();
    const exemplar = (value: number) => ({
      value,
      traceId: '5b8efff798038103d269b633813fc60c',
      spanId: 'eee19b7ec3c1b174',
      timestamp: at(1),
    });
    const first = state.changes([counter(5, { exemplars: [exemplar(1)] })], at(1));
    state.send(first);
    state.acknowledge(first);
    const [second] = state.changes([counter(7, { exemplars: [exemplar(1), exemplar(2)] })], at(2));

    expect(first[0]?.series.exemplars).toEqual([exemplar(1)]);
    expect(second?.series.exemplars).toEqual([exemplar(2)]);
  });
});
