import fc from 'fast-check';
import { QuantileSketch } from 'rx-mesh/kernel';
import type { Distribution } from '../slo/windowed-quantiles';
import { sketchBetween } from './sketch-between';

const sketchOf = (values: readonly number[]) => {
  const sketch = new QuantileSketch();
  for (const value of values) sketch.record(value);
  return sketch;
};
const of = (counted: readonly number[], ignored: readonly number[] = []): Distribution => ({
  all: sketchOf([...counted, ...ignored]),
  ignored: sketchOf(ignored),
});
const value = fc.oneof(fc.constant(0), fc.double({ min: 0.001, max: 10_000, noNaN: true }));
const values = fc.array(value, { maxLength: 60 });

describe(sketchBetween.name, () => {
  it('is the sketch of what came between', () => {
    fc.assert(
      fc.property(
        values,
        values,
        values,
        values,
        fc.constantFrom(0.1, 0.5, 0.95, 0.99),
        (first, second, ignoredFirst, ignoredSecond, q) => {
          const between = sketchBetween(
            of(first, ignoredFirst),
            of([...first, ...second], [...ignoredFirst, ...ignoredSecond]),
          );
          const exact = sketchOf(second);

          expect(between.count).toBe(second.length);

          // The middle of the same bucket; only the clamp to the smallest and largest value may differ.
          const wanted = exact.quantile(q) ?? NaN;
          const got = between.quantile(q) ?? NaN;

          expect(Number.isNaN(got)).toBe(second.length === 0);
          expect(Math.abs(got - wanted) <= 0.0101 * wanted || second.length === 0).toBe(true);
        },
      ),
    );
  });

  it('is empty when nothing came', () => {
    expect(sketchBetween(of([]), of([])).count).toBe(0);
    expect(sketchBetween(of([5, 0]), of([5, 0], [7])).count).toBe(0);
    expect(sketchBetween({ all: sketchOf([1]) }, { all: sketchOf([1, 1]) }).count).toBe(1);
  });

  it('never counts below nothing where something was taken back', () => {
    expect(sketchBetween(of([5, 5, 0, 9]), of([5, 7])).count).toBe(1);
    expect(sketchBetween(of([5, 0]), of([])).quantile(0.5)).toBeUndefined();
  });

  it('finds its way when the smallest values have lost their buckets', () => {
    const narrow = (list: readonly number[]) => {
      const sketch = new QuantileSketch({ maxBuckets: 4 });
      for (const one of list) sketch.record(one);
      return { all: sketch };
    };
    const between = sketchBetween(narrow([1, 1.01]), narrow([1, 1.01, 500, 500, 500]));

    expect(between.count).toBe(3);
    expect(between.quantile(0.5)).toBeCloseTo(500, -1);
  });
});
