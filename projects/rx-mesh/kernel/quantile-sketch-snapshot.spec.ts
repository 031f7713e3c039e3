import fc from 'fast-check';
import { QuantileSketch } from './quantile-sketch';
import { InvalidOptionError } from './rx-mesh-error';

const aValue = fc.oneof(
  fc.double({ min: 0, max: 1e12, noNaN: true }),
  fc.constantFrom(0, 1e-9, 1, 1, 1),
);
const QS = [0, 0.01, 0.5, 0.95, 0.99, 1];

const sketchOf = (values: readonly number[], maxBuckets?: number) => {
  const sketch = new QuantileSketch({ maxBuckets });
  for (const value of values) sketch.record(value);
  return sketch;
};

const look = (sketch: QuantileSketch) => {
  const { count, sum, min, max } = sketch;
  return { count, sum, min, max, quantiles: QS.map((q) => sketch.quantile(q)) };
};

const good = sketchOf([0, 1, 2, 3]).snapshot();

describe('the snapshot of a QuantileSketch', () => {
  it('says how many values each bucket has', () => {
    expect(sketchOf([0, 1, 1]).snapshot()).toEqual({
      accuracy: 0.01,
      maxBuckets: 2048,
      first: 0,
      buckets: [2],
      zeros: 1,
      sum: 2,
      min: 0,
      max: 1,
    });
  });

  it('makes the same sketch again, by way of JSON too, and it goes on as the first one does', () => {
    fc.assert(
      fc.property(
        fc.array(aValue, { maxLength: 50 }),
        fc.array(aValue, { maxLength: 10 }),
        fc.constantFrom(3, 2048),
        (values, later, maxBuckets) => {
          const first = sketchOf(values, maxBuckets);
          const text = JSON.stringify(first.snapshot());
          const second = QuantileSketch.from(JSON.parse(text) as typeof good);
          expect(look(second)).toEqual(look(first));
          for (const value of later) {
            first.record(value);
            second.record(value);
          }
          expect(look(second)).toEqual(look(first));
          expect(second.snapshot()).toEqual(first.snapshot());
        },
      ),
    );
  });

  it('does not change with the sketch, nor the sketch with it', () => {
    const sketch = sketchOf([1]);
    const snapshot = sketch.snapshot();
    const other = QuantileSketch.from(snapshot);
    sketch.record(1);
    other.record(1);

    expect(snapshot.buckets).toEqual([1]);
    expect(sketch.count + other.count).toBe(4);
  });

  it('merges with what was recorded here', () => {
    const merged = new QuantileSketch().merge(QuantileSketch.from(good)).merge(sketchOf([4, 5]));

    expect(look(merged)).toEqual(look(sketchOf([0, 1, 2, 3, 4, 5])));
  });

  it.each<[string, unknown]>([
    ['nothing', null],
    ['a text', 'sketch'],
    ['a list', []],
    ['no accuracy', { ...good, accuracy: 2 }],
    ['half a limit', { ...good, maxBuckets: 1.5 }],
    ['no buckets', { ...good, buckets: undefined }],
    ['buckets by name', { ...good, buckets: { length: 1, 0: 1 } }],
    ['a negative bucket', { ...good, buckets: [-1, 5] }],
    ['half a value', { ...good, buckets: [0.5] }],
    ['a bucket as text', { ...good, buckets: ['1'] }],
    ['more buckets than it may have', { ...good, maxBuckets: 1 }],
    ['a first bucket without end', { ...good, first: Infinity }],
    ['zeros that are none', { ...good, zeros: NaN }],
    ['no range', { ...good, min: undefined }],
    ['a range the wrong way round', { ...good, min: 4 }],
    ['a range below zero', { ...good, min: -1 }],
    ['a range of texts', { ...good, min: '1', max: '2' }],
    ['a range without values', { ...good, buckets: [], zeros: 0 }],
    ['a sum of nothing', { ...good, sum: NaN }],
    ['a negative sum', { ...good, sum: -1 }],
  ])('of %s is refused', (_name, snapshot) => {
    expect(() => QuantileSketch.from(snapshot as typeof good)).toThrow(InvalidOptionError);
  });

  it('is refused, not believed, whatever comes', () => {
    fc.assert(
      fc.property(fc.anything(), fc.constantFrom(...Object.keys(good)), (value, key) => {
        const build = () => {
          const { count } = QuantileSketch.from({ ...good, [key]: value });
          return Number.isSafeInteger(count);
        };
        const outcome = (() => {
          try {
            return build();
          } catch (error) {
            return error instanceof InvalidOptionError;
          }
        })();
        expect(outcome).toBe(true);
      }),
    );
  });
});
