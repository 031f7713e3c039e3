import fc from 'fast-check';
import { QuantileSketch } from 'rx-mesh/kernel';
import {
  type Distribution,
  WindowedQuantiles,
  countOf,
  countUpTo,
  noValues,
  quantileBetween,
} from './windowed-quantiles';

const sketchOf = (values: readonly number[]) => {
  const sketch = new QuantileSketch();
  for (const value of values) sketch.record(value);
  return sketch;
};
const of = (values: readonly number[], ignored?: readonly number[]): Distribution => ({
  all: sketchOf([...values, ...(ignored ?? [])]),
  ignored: ignored && sketchOf(ignored),
});
const latency = fc.double({ min: 0.001, max: 10_000, noNaN: true });
const latencies = fc.array(latency, { maxLength: 60 });

describe(countUpTo.name, () => {
  it('counts within a bucket of 1 %, what is ignored left out', () => {
    expect(countUpTo(of([1, 2, 3, 4]), 2.5)).toBe(2);
    expect(countUpTo(of([1, 2, 3, 4]), 0.5)).toBe(0);
    expect(countUpTo(of([1, 2, 3, 4]), 4)).toBe(4);
    expect(countUpTo(of([5]), 5)).toBe(1);
    expect(countUpTo(noValues(), 5)).toBe(0);
    expect(countUpTo(of([0, 0, 7]), 1)).toBe(2);
    expect(countUpTo(of([1, 2, 3, 4], [1, 1, 1]), 2.5)).toBe(2);
    expect(countOf(of([1, 2], [3]))).toBe(2);
  });

  it('never takes back what it counted, and is off by a bucket at the most', () => {
    fc.assert(
      fc.property(latencies, latencies, latency, (first, second, bound) => {
        const before = countUpTo(of(first), bound);
        const after = countUpTo(of([...first, ...second]), bound);
        const exact = (values: readonly number[], limit: number) =>
          values.filter((value) => value <= limit).length;

        expect(after).toBeGreaterThanOrEqual(before);
        expect(before).toBeGreaterThanOrEqual(exact(first, bound));
        expect(before).toBeLessThanOrEqual(exact(first, bound * 1.021));
      }),
    );
  });
});

describe(quantileBetween.name, () => {
  it('is a quantile of what came between, within 1 % and a bucket', () => {
    fc.assert(
      fc.property(
        latencies,
        fc.array(latency, { minLength: 1, maxLength: 60 }),
        latencies,
        fc.constantFrom(0, 0.5, 0.95, 0.99, 1),
        (first, second, ignored, q) => {
          const before = of(first, ignored.slice(0, ignored.length / 2));
          const now = of([...first, ...second], ignored);
          const sorted = [...second].sort((a, b) => a - b);
          const exact = sorted[Math.floor(q * (sorted.length - 1))] ?? 0;
          const value = quantileBetween(before, now, q) ?? 0;

          expect(value).toBeGreaterThanOrEqual(exact / 1.0211);
          expect(value).toBeLessThanOrEqual(exact * 1.0211);
        },
      ),
    );
  });

  it('is nothing when nothing came', () => {
    expect(quantileBetween(noValues(), noValues(), 0.5)).toBeUndefined();
    expect(quantileBetween(of([1]), of([1]), 0.5)).toBeUndefined();
  });
});

describe(WindowedQuantiles.name, () => {
  it('forgets what is older than its window', () => {
    const values: number[] = [];
    const quantiles = new WindowedQuantiles(1200, noValues(), 0);
    const at = (time: number, ...more: readonly number[]) => {
      values.push(...more);
      quantiles.look(of(values), time, false);
      return quantiles.quantile(0.99);
    };

    expect(at(0)).toBeUndefined();
    expect(at(100, 50, 60, 5000)).toBeCloseTo(60, -1);
    expect(quantiles.quantile(1)).toBeCloseTo(5000, -2);
    expect(at(600, 70)).toBeDefined();
    // The slow one came before 100: at 1300 it is out.
    expect(at(1300, 80, 90)).toBeLessThan(100);
    expect(quantiles.quantile(1)).toBeLessThan(100);
    expect(at(9000)).toBeUndefined();
  });

  it('does not count what was there before', () => {
    const quantiles = new WindowedQuantiles(1000, of([9999]), 0);
    quantiles.look(of([9999, 5]), 10, false);

    expect(quantiles.quantile(1)).toBeLessThan(6);
  });

  it('starts from nothing when the distribution did', () => {
    const quantiles = new WindowedQuantiles(1000, of([9999, 9999]), 0);
    quantiles.look(of([5]), 10, true);

    expect(quantiles.quantile(1)).toBeCloseTo(5);
  });
});
