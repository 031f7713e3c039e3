import { createOptions, positiveInteger } from './options';
import { type QuantileSketchSnapshot, faultOf, total } from './quantile-sketch-snapshot';
import { InvalidOptionError } from './rx-mesh-error';

/** Options of a {@link QuantileSketch}. */
export interface QuantileSketchOptions {
  /** How far a quantile may be off, as a share of its value: at least 0.0001 and below 1. @default 0.01 */
  readonly accuracy?: number | undefined;
  /** The most buckets it keeps, at least 1; beyond that the smallest values share one. @default 2048 */
  readonly maxBuckets?: number | undefined;
}

const OPTIONS = /* @__PURE__ */ createOptions(
  'QuantileSketchOptions',
  { accuracy: 0.01, maxBuckets: 2048 },
  {
    // Finer than that, bucket numbers run out of precision before accuracy is of use to anybody.
    accuracy: (value) =>
      Number.isFinite(value) && value >= 0.0001 && value < 1
        ? undefined
        : 'a number of at least 0.0001 and below 1',
    maxBuckets: positiveInteger,
  },
);

// Below a nanosecond, a duration in milliseconds is nothing; without this the buckets would have no lower end.
const SMALLEST = 1e-6;

/**
 * Quantiles of any number of values in bounded memory, each within 1 % of the true value.
 *
 * A dense DDSketch (Masson, Rim, Lee: "DDSketch", VLDB 2019): values fall into buckets whose bounds grow by a
 * constant factor. Two sketches of the same options merge into exactly the sketch of all their values, so tabs and
 * windows can be added up; an average of two p99s cannot. The default 2048 buckets at 1 % span 17 orders of magnitude;
 * when values span more, the smallest are collapsed into one bucket and only quantiles among them lose accuracy.
 * Values below 0.000001 count as zero. To record takes constant time; to ask takes one pass over the buckets.
 *
 * @usageNotes
 * ```ts
 * const latencies = new QuantileSketch();
 * latencies.record(12.5);
 * latencies.quantile(0.99);
 * ```
 */
export class QuantileSketch {
  readonly #accuracy: number;
  readonly #maxBuckets: number;
  readonly #logGamma: number;
  #buckets: number[] = [];
  #offset = 0; // the key of the first bucket
  #zeros = 0;
  #count = 0;
  #sum = 0;
  #min = Infinity;
  #max = -Infinity;
  #rejected = 0;

  /** @throws InvalidOptionError when an option is out of its range. */
  constructor(options: QuantileSketchOptions = {}) {
    const { accuracy, maxBuckets } = OPTIONS.resolve(options);
    this.#accuracy = accuracy;
    this.#maxBuckets = maxBuckets;
    this.#logGamma = Math.log1p(accuracy) - Math.log1p(-accuracy);
  }

  /**
   * The sketch of which a snapshot was taken. What is no snapshot is refused, so it may come from anywhere.
   *
   * @throws InvalidOptionError when it is none, or contradicts itself.
   */
  static from(snapshot: QuantileSketchSnapshot): QuantileSketch {
    const fault = faultOf(snapshot);
    if (fault) throw new InvalidOptionError('QuantileSketchSnapshot', snapshot, fault);
    const { accuracy, maxBuckets, first, buckets, zeros, sum, min, max } = snapshot;
    const sketch = new QuantileSketch({ accuracy, maxBuckets });
    sketch.#buckets = buckets.slice();
    sketch.#offset = first;
    sketch.#zeros = zeros;
    sketch.#count = total(buckets) + zeros;
    sketch.#sum = sum;
    sketch.#min = min ?? Infinity;
    sketch.#max = max ?? -Infinity;
    return sketch;
  }

  /** How many values were recorded. */
  get count(): number {
    return this.#count;
  }

  /** The sum of all values. */
  get sum(): number {
    return this.#sum;
  }

  /** The smallest value; `undefined` before the first. */
  get min(): number | undefined {
    return this.#count === 0 ? undefined : this.#min;
  }

  /** The largest value; `undefined` before the first. */
  get max(): number | undefined {
    return this.#count === 0 ? undefined : this.#max;
  }

  /** How many values were turned away because they were negative or no finite number. */
  get rejected(): number {
    return this.#rejected;
  }

  /** Adds a value. Recording never throws: what cannot be a duration or a size is counted in `rejected`. */
  record(value: number): void {
    if (!(value >= 0 && value < Infinity)) {
      this.#rejected++;
      return;
    }
    this.#count++;
    this.#sum += value;
    this.#min = Math.min(this.#min, Math.abs(value)); // -0 is a 0 like others
    this.#max = Math.max(this.#max, Math.abs(value));
    if (value < SMALLEST) this.#zeros++;
    else this.#add(Math.ceil(Math.log(value) / this.#logGamma), 1);
  }

  /**
   * The value below which a share `q` of all values lies: in ascending order, the one at position `q * (count - 1)`
   * counted from 0 and rounded down (the lower quantile of the paper). It is one of the values, not a mean of two.
   *
   * @param q From 0 (the minimum) to 1 (the maximum).
   * @returns `undefined` while there are no values, and for a `q` out of its range.
   */
  quantile(q: number): number | undefined {
    if (this.#count === 0 || !(q >= 0 && q <= 1)) return undefined;
    if (q === 0) return this.#min;
    if (q === 1) return this.#max;
    const rank = q * (this.#count - 1);
    let seen = this.#zeros;
    if (rank < seen) return this.#clamp(0);
    const at = this.#buckets.findIndex((count) => rank < (seen += count));
    return this.#clamp(this.#valueOf(at + this.#offset));
  }

  /**
   * Adds all values of another sketch, which stays as it is.
   *
   * @throws InvalidOptionError when the accuracies differ.
   */
  merge(other: QuantileSketch): this {
    if (other.#accuracy !== this.#accuracy) {
      throw new InvalidOptionError(
        'QuantileSketchOptions.accuracy',
        other.#accuracy,
        `${this.#accuracy}, as in the sketch that it is merged into`,
      );
    }
    const first = other.#offset; // a sketch may be merged into itself
    other.#buckets.slice().forEach((count, i) => {
      if (count > 0) this.#add(first + i, count);
    });
    this.#zeros += other.#zeros;
    this.#count += other.#count;
    this.#sum += other.#sum;
    this.#min = Math.min(this.#min, other.#min);
    this.#max = Math.max(this.#max, other.#max);
    this.#rejected += other.#rejected;
    return this;
  }

  /** All that it knows but for `rejected`, to be stored or posted. `QuantileSketch.from` makes it a sketch again. */
  snapshot(): QuantileSketchSnapshot {
    return {
      accuracy: this.#accuracy,
      maxBuckets: this.#maxBuckets,
      first: this.#offset,
      buckets: this.#buckets.slice(),
      zeros: this.#zeros,
      sum: this.#sum,
      min: this.min,
      max: this.max,
    };
  }

  /** Forgets everything. */
  reset(): void {
    this.#buckets = [];
    this.#offset = this.#zeros = this.#count = this.#sum = this.#rejected = 0;
    this.#min = Infinity;
    this.#max = -Infinity;
  }

  // Neither time nor memory may depend on how far apart two keys lie: only on the bound.
  #add(key: number, count: number): void {
    if (this.#buckets.length === 0) this.#offset = key;
    this.#makeRoomAbove(key);
    this.#makeRoomBelow(key);
    increase(this.#buckets, Math.max(0, key - this.#offset), count);
  }

  #makeRoomAbove(key: number): void {
    const surplus = key - this.#offset + 1 - this.#maxBuckets;
    if (surplus > 0) {
      const collapsed = total(this.#buckets.splice(0, surplus));
      this.#offset += surplus;
      increase(this.#buckets, 0, collapsed);
    }
    while (key >= this.#offset + this.#buckets.length) this.#buckets.push(0);
  }

  // As far as the bound allows; what is lower still joins the lowest bucket.
  #makeRoomBelow(key: number): void {
    const room = Math.min(this.#offset - key, this.#maxBuckets - this.#buckets.length);
    if (room <= 0) return;
    this.#buckets = new Array<number>(room).fill(0).concat(this.#buckets);
    this.#offset -= room;
  }

  // The middle of a bucket by relative error. As one power, since the upper bound of the highest bucket overflows.
  #valueOf(key: number): number {
    return Math.exp(key * this.#logGamma + Math.log1p(-this.#accuracy));
  }

  #clamp(value: number): number {
    return Math.min(this.#max, Math.max(this.#min, value));
  }
}

function increase(buckets: number[], at: number, by: number): void {
  buckets[at] = (buckets[at] ?? 0) + by;
}
