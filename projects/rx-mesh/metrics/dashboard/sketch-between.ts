import { QuantileSketch } from 'rx-mesh/kernel';
import type { Distribution } from '../slo/windowed-quantiles';

/**
 * The values that came between two looks at a distribution which only grows, as a sketch: quantiles within 1 %. It takes one
 * pass over the buckets, however many values there are.
 *
 * The smallest and largest value are those of the whole distribution, for nobody knows when they came.
 */
export function sketchBetween(before: Distribution, now: Distribution): QuantileSketch {
  const { accuracy, buckets, first, max, maxBuckets, min, zeros } = now.all.snapshot();
  const counts = { buckets: buckets.slice(), zeros };
  add(counts, first, now.ignored, -1);
  add(counts, first, before.all, -1);
  add(counts, first, before.ignored, 1);
  // What does not only grow must not become a negative count.
  const came = counts.buckets.map((count) => Math.max(0, count));
  const none = Math.max(0, counts.zeros);
  if (none === 0 && came.every((count) => count === 0)) return new QuantileSketch();
  return QuantileSketch.from({
    accuracy,
    maxBuckets,
    first,
    buckets: came,
    zeros: none,
    sum: 0,
    min,
    max,
  });
}

function add(
  counts: { readonly buckets: number[]; zeros: number },
  first: number,
  sketch: QuantileSketch | undefined,
  sign: 1 | -1,
): void {
  if (!sketch || sketch.count === 0) return;
  const other = sketch.snapshot();
  counts.zeros += sign * other.zeros;
  other.buckets.forEach((count, i) => {
    // A sketch that ran out of buckets has put its smallest values into the lowest.
    const at = Math.max(0, other.first + i - first);
    counts.buckets[at] = (counts.buckets[at] ?? 0) + sign * count;
  });
}
