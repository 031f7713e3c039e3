/** All that a `QuantileSketch` knows, as data that can be stored and posted. */
export interface QuantileSketchSnapshot {
  /** How far a quantile may be off, as a share of its value. */
  readonly accuracy: number;
  /** The most buckets. */
  readonly maxBuckets: number;
  /** The key of the first bucket; bucket `k` ends at `((1 + accuracy) / (1 - accuracy)) ** k`. */
  readonly first: number;
  /** How many values each bucket has, in ascending order. */
  readonly buckets: readonly number[];
  /** How many values count as zero. */
  readonly zeros: number;
  /** The sum of all values. */
  readonly sum: number;
  /** The smallest value; absent without values. */
  readonly min?: number | undefined;
  /** The largest value; absent without values. */
  readonly max?: number | undefined;
}

/** The sum of the counts. */
export function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0;

/** What is wrong with a snapshot: each number by itself, then whether there is a range exactly if there are values. */
export function faultOf(snapshot: unknown): string | undefined {
  if (typeof snapshot !== 'object' || snapshot === null) return 'an object';
  const { maxBuckets, first, buckets, zeros, sum, min, max } = snapshot as Partial<
    Record<keyof QuantileSketchSnapshot, unknown>
  >;
  const areBuckets = Array.isArray(buckets) && buckets.every(isCount) && isCount(maxBuckets);
  if (!areBuckets || buckets.length > maxBuckets) {
    return 'one with at most maxBuckets buckets, each a whole number of at least 0';
  }
  if (!Number.isSafeInteger(first) || !isCount(zeros)) return 'one with whole numbers';
  const isRange =
    Number.isFinite(min) && Number.isFinite(max) && 0 <= Number(min) && Number(min) <= Number(max);
  const isEmpty = total(buckets) + zeros === 0;
  if (isEmpty ? min !== undefined || max !== undefined : !isRange) return 'one with its range';
  return Number.isFinite(sum) && Number(sum) >= 0 ? undefined : 'one with a sum of at least 0';
}
