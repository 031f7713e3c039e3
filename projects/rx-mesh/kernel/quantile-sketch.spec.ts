import fc from 'fast-check';
import { QuantileSketch, type QuantileSketchOptions } from './quantile-sketch';
import { InvalidOptionError } from './rx-mesh-error';

// What the rounding of a logarithm may add to the error.
const ROUNDING = 1e-9;
const QS = [0, 0.01, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1];

const aShare = fc.double({ min: 0, max: 1, noNaN: true });
// Box and Muller; a share of 0 has no logarithm.
const aNormal = fc
  .tuple(aShare, aShare)
  .map(([u, v]) => Math.sqrt(-2 * Math.log(1 - u * 0.999999)) * Math.cos(2 * Math.PI * v));
const DISTRIBUTIONS: Readonly<Record<string, fc.Arbitrary<number>>> = {
  lognormal: aNormal.map((normal) => Math.exp(4 + 1.5 * normal)),
  bimodal: fc
    .tuple(fc.boolean(), aNormal)
    .map(([slow, normal]) => (slow ? 3000 + 200 * normal : 20 + 2 * normal)),
  uniform: fc.double({ min: 0, max: 1000, noNaN: true }),
  'any finite': fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
};
const aValue = fc.oneof(...Object.values(DISTRIBUTIONS));
const aRefused = fc.constantFrom(-1, -1e-9, NaN, Infinity, -Infinity);

describe(QuantileSketch.name, () => {
  it('knows nothing before the first value', () => {
    const sketch = new QuantileSketch();

    expect(look(sketch)).toEqual({
      count: 0,
      sum: 0,
      min: undefined,
      max: undefined,
      rejected: 0,
      quantiles: QS.map(() => undefined),
    });
  });

  it('tells one value at every share', () => {
    const sketch = sketchOf([123.456]);

    expect(QS.map((q) => sketch.quantile(q))).toEqual(QS.map(() => 123.456));
  });

  it('takes the lower of two neighbours, as the paper does', () => {
    const sketch = sketchOf([10, 20, 30, 40]);
    const whole = [0, 0.33, 0.34, 0.66, 0.67, 0.99, 1].map((q) =>
      Math.round(sketch.quantile(q) ?? NaN),
    );

    expect(whole).toEqual([10, 10, 20, 20, 30, 30, 40]);
  });

  it.each(Object.entries(DISTRIBUTIONS))(
    'is within 1 %% of the exact quantiles of %s values',
    (_name, value) => {
      fc.assert(
        fc.property(fc.array(value, { minLength: 1, maxLength: 300 }), aShare, (values, q) => {
          const sketch = sketchOf(values, { maxBuckets: 100_000 });
          expect(worstError(sketch, values, [...QS, q])).toBeLessThanOrEqual(0.01 + ROUNDING);
        }),
      );
    },
  );

  it('is as accurate as it was told to be', () => {
    const accuracies = fc.constantFrom(0.001, 0.05, 0.5, 0.99);
    fc.assert(
      fc.property(accuracies, fc.array(aValue, { minLength: 1 }), (accuracy, values) => {
        const sketch = sketchOf(values, { accuracy, maxBuckets: 1_000_000 });
        expect(worstError(sketch, values)).toBeLessThanOrEqual(accuracy + ROUNDING);
      }),
      { numRuns: 30 },
    );
  });

  it('is within 1 %% of the quantiles of a long tail, by default', () => {
    const values = Array.from({ length: 20_000 }, (_, i) => Math.exp((20 * i) / 20_000 - 8));

    expect(worstError(sketchOf(values), values)).toBeLessThanOrEqual(0.01 + ROUNDING);
  });

  it('keeps count, sum, least and most exactly, without what it rejects', () => {
    const aQuarter = fc.nat({ max: 1_000_000 }).map((quarters) => quarters / 4);
    fc.assert(
      fc.property(fc.array(fc.oneof(aQuarter, aRefused)), (values) => {
        const sketch = sketchOf(values);
        const sound = values.filter((value) => value >= 0 && value < Infinity);
        expect(sketch.count).toBe(sound.length);
        expect(sketch.rejected).toBe(values.length - sound.length);
        expect(sketch.sum).toBe(sound.reduce((sum, value) => sum + value, 0));
        expect(sketch.min).toBe(sound.length === 0 ? undefined : Math.min(...sound));
        expect(sketch.max).toBe(sound.length === 0 ? undefined : Math.max(...sound));
      }),
    );
  });

  it.each([-1, -Number.MIN_VALUE, NaN, Infinity, -Infinity])('rejects and counts %p', (value) => {
    const sketch = sketchOf([5]);
    sketch.record(value);

    expect(look(sketch)).toEqual({ ...look(sketchOf([5])), rejected: 1 });
  });

  it('counts zeros, of either sign, and what is too small to be told from them', () => {
    const sketch = sketchOf([-0, 0, 9e-7, 10]);

    expect([sketch.count, sketch.min, sketch.max]).toEqual([4, 0, 10]);
    expect([0, 0.5, 0.99].map((q) => sketch.quantile(q))).toEqual([0, 0, 0]);
    expect(sketch.quantile(1)).toBe(10);
    expect(sketchOf([-0]).quantile(0.5)).toBe(0);
    expect(sketchOf([3e-7, 5e-7, 1]).quantile(0.5)).toBe(3e-7);
  });

  it('tells the least value that it can tell from zero', () => {
    const values = [0, 1e-6, 1];

    expect(worstError(sketchOf(values), values)).toBeLessThanOrEqual(0.01 + ROUNDING);
  });

  it('is as accurate in the bucket that reaches beyond the largest number', () => {
    const accuracies = [0.0001, 0.01, 0.1, 0.3, 0.5, 0.9];
    const errors = accuracies.flatMap((accuracy) =>
      [0.2, 0.5, 0.9, 0.99, 0.9999].map((share) => {
        const values = [share * Number.MAX_VALUE, Number.MAX_VALUE];
        return worstError(sketchOf(values, { accuracy, maxBuckets: 10_000 }), values) / accuracy;
      }),
    );

    expect(Math.max(...errors)).toBeLessThanOrEqual(1.000001);
  });

  it.each([-0.01, 1.01, NaN, Infinity])('has no quantile at a share of %p', (q) => {
    expect(sketchOf([1, 2, 3]).quantile(q)).toBeUndefined();
  });

  it('never goes back as the share goes up, and stays between the least and the most', () => {
    fc.assert(
      fc.property(fc.array(aValue, { minLength: 1 }), fc.array(aShare), (values, shares) => {
        const sketch = sketchOf(values, { maxBuckets: 50 });
        const told = [0, ...shares.sort((a, b) => a - b), 1].map((q) => sketch.quantile(q) ?? NaN);
        expect(told).toEqual([...told].sort((a, b) => a - b));
        expect([told[0], told.at(-1)]).toEqual([Math.min(...values), Math.max(...values)]);
      }),
    );
  });

  it('does not mind the order of values, even when it has to collapse', () => {
    const quarters = fc.array(fc.nat({ max: 1_000_000 }).map((value) => value / 4));
    fc.assert(
      fc.property(quarters, fc.integer({ min: 1, max: 300 }), (values, maxBuckets) => {
        const ascending = [...values].sort((a, b) => a - b);
        const seen = [values, ascending, ascending.reverse()].map((order) =>
          look(sketchOf(order, { maxBuckets })),
        );
        expect(seen[1]).toEqual(seen[0]);
        expect(seen[2]).toEqual(seen[0]);
      }),
    );
  });

  describe('when values span more than its buckets', () => {
    // 100 buckets of 1 % reach from the most down to about 14 % of it.
    const values = Array.from({ length: 1000 }, (_, i) => 10 ** (i / 100));
    const sketch = () => sketchOf(values, { maxBuckets: 100 });

    it('stays accurate among the largest', () => {
      const shares = [0.95, 0.97, 0.99, 0.999, 1];

      expect(worstError(sketch(), values, shares)).toBeLessThanOrEqual(0.01 + ROUNDING);
    });

    it('puts the smallest into one bucket, and loses none of them', () => {
      const low = [0.01, 0.3, 0.6, 0.9].map((q) => sketch().quantile(q));

      expect(new Set(low).size).toBe(1);
      expect(low[0]).toBeGreaterThan(1e8);
      expect([sketch().count, sketch().min, sketch().quantile(0)]).toEqual([1000, 1, 1]);
    });

    it.each([1, 2, 10, 100])('tells no more values apart than its %p buckets', (maxBuckets) => {
      const small = sketchOf(values, { maxBuckets });
      const told = new Set(values.map((_, i) => small.quantile((i + 0.5) / 1000)));

      expect(told.size).toBeLessThanOrEqual(maxBuckets);
    });

    it('takes the widest leap at once, in either direction', () => {
      const wide = [1e-6, Number.MAX_VALUE];
      const up = sketchOf(wide, { accuracy: 0.0001 });
      const down = sketchOf(wide.reverse(), { accuracy: 0.0001 });

      expect(look(up)).toEqual(look(down));
      expect([up.quantile(0), up.quantile(1)]).toEqual([1e-6, Number.MAX_VALUE]);
    });
  });

  describe('merge', () => {
    const aQuarter = fc.nat({ max: 4_000_000 }).map((value) => value / 4);
    const someValues = fc.array(fc.oneof(aQuarter, aRefused));

    it('makes the sketch of all values', () => {
      const bounds = fc.constantFrom(1, 3, 100, 2048);
      fc.assert(
        fc.property(someValues, someValues, bounds, (some, more, maxBuckets) => {
          const merged = sketchOf(some, { maxBuckets });
          const other = sketchOf(more, { maxBuckets });
          const before = look(other);
          expect(merged.merge(other)).toBe(merged);
          expect(look(merged)).toEqual(look(sketchOf([...some, ...more], { maxBuckets })));
          expect(look(other)).toEqual(before);
        }),
      );
    });

    it('counts every value twice when it is merged into itself', () => {
      fc.assert(
        fc.property(someValues, fc.constantFrom(2, 2048), (values, maxBuckets) => {
          const sketch = sketchOf(values, { maxBuckets });
          expect(look(sketch.merge(sketch))).toEqual(
            look(sketchOf([...values, ...values], { maxBuckets })),
          );
        }),
      );
    });

    it('keeps to its own bound when the other has more buckets', () => {
      const values = Array.from({ length: 100 }, (_, i) => 1.1 ** i);
      const merged = new QuantileSketch({ maxBuckets: 20 }).merge(sketchOf(values));

      expect(look(merged).quantiles).toEqual(look(sketchOf(values, { maxBuckets: 20 })).quantiles);
    });

    it('leaves both apart: what one records later is not in the other', () => {
      const other = sketchOf([1, 2]);
      const merged = sketchOf([3]).merge(other);
      other.record(4);
      merged.reset();

      expect([merged.count, other.count, other.max]).toEqual([0, 3, 4]);
    });

    it('refuses a sketch of another accuracy, and stays as it was', () => {
      const sketch = sketchOf([1, 2]);
      const before = look(sketch);

      expect(() => sketch.merge(sketchOf([3], { accuracy: 0.02 }))).toThrow(InvalidOptionError);
      expect(() => sketch.merge(sketchOf([3], { accuracy: 0.02 }))).toThrow(
        'QuantileSketchOptions.accuracy is 0.02, but must be 0.01, as in the sketch that it is merged into.',
      );
      expect(look(sketch)).toEqual(before);
    });
  });

  it('forgets everything when it is reset, and goes on', () => {
    const sketch = sketchOf([0, 1, 1e9, -1]);
    sketch.reset();

    expect(look(sketch)).toEqual(look(new QuantileSketch()));

    sketch.record(7);

    expect(look(sketch)).toEqual(look(sketchOf([7])));
  });

  it.each([0, 0.00009, 1, -0.01, NaN, Infinity])('refuses an accuracy of %p', (accuracy) => {
    expect(() => new QuantileSketch({ accuracy })).toThrow(
      `QuantileSketchOptions.accuracy is ${accuracy}, but must be a number of at least 0.0001 and below 1.`,
    );
  });

  it.each([0, -1, 2.5, NaN, Infinity])('refuses %p buckets', (maxBuckets) => {
    expect(() => new QuantileSketch({ maxBuckets })).toThrow(
      `QuantileSketchOptions.maxBuckets is ${maxBuckets}, but must be a whole number of at least 1.`,
    );
  });
});

function sketchOf(values: readonly number[], options?: QuantileSketchOptions): QuantileSketch {
  const sketch = new QuantileSketch(options);
  for (const value of values) sketch.record(value);
  return sketch;
}

function look(sketch: QuantileSketch) {
  const { count, sum, min, max, rejected } = sketch;
  return { count, sum, min, max, rejected, quantiles: QS.map((q) => sketch.quantile(q)) };
}

// The most that any of these quantiles is off, as a share of the exact one.
function worstError(sketch: QuantileSketch, values: readonly number[], shares = QS): number {
  const sorted = [...values].sort((a, b) => a - b);
  const errors = shares.map((q) => {
    const exact = sorted[Math.floor(q * (sorted.length - 1))] ?? NaN;
    const told = sketch.quantile(q) ?? NaN;
    // What is below a millionth counts as zero.
    return exact < 1e-6 && told < 1e-6 ? 0 : Math.abs(told - exact) / exact;
  });
  return Math.max(...errors);
}
