import { QuantileSketch } from 'rx-mesh/kernel';
import type { MetricBucket, MetricSeries, MetricTrace } from './metric-data';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What a series says of itself, while it is put together. */
export type SeriesDraft = Mutable<MetricSeries>;

interface Mark {
  readonly value: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly at: number;
}

/** The numbers of one series while they are written. */
export abstract class SeriesCell {
  /** Whether it still belongs to the family: a reset lets go of it, and of those who hold it. */
  live = true;
  /** Whether it was written since it was last shown. */
  dirty = false;
  /** What was last shown of it. */
  shown: MetricSeries | undefined;
  /** How many samples it has. */
  count = 0;
  /** Where the last sample fell. */
  protected bucket = 0;
  // The latest sample of each bucket that came with a span; most have none.
  #marks: Mark[] | undefined;

  constructor(
    readonly tags: Readonly<Record<string, string>>,
    /** Wall time of its first sample. */
    readonly since: number,
  ) {}

  /** Takes a sample; `false` when that would make the sum infinite. */
  abstract take(value: number, isStep: boolean): boolean;

  /** Keeps the sample that was just taken as an exemplar. */
  mark(value: number, { traceId, spanId, sampled }: MetricTrace, at: number): void {
    if (sampled === false || !TRACE_ID.test(traceId) || !SPAN_ID.test(spanId)) return;
    (this.#marks ??= [])[this.bucket] = { value, traceId, spanId, at };
  }

  /** Puts in the numbers as they are now. */
  show(series: SeriesDraft): void {
    // The gaps between them go.
    const marks = this.#marks?.flatMap(({ value, traceId, spanId, at }) => [
      Object.freeze({ value, traceId, spanId, timestamp: new Date(at) }),
    ]);
    if (marks) series.exemplars = Object.freeze(marks);
  }
}

// None is all zeros.
const TRACE_ID = /^(?!0+$)[\da-f]{32}$/;
const SPAN_ID = /^(?!0+$)[\da-f]{16}$/;

/** A series of a counter or gauge. */
export class NumberCell extends SeriesCell {
  #value = 0;

  // Two finite numbers may have an infinite sum, so what is about to be shown is looked at as well.
  override take(value: number, isStep: boolean): boolean {
    const next = isStep ? this.#value + value : value;
    if (!Number.isFinite(next)) return false;
    this.#value = next;
    this.count++;
    return true;
  }

  override show(series: SeriesDraft): void {
    super.show(series);
    series.value = series.sum = this.#value;
  }
}

/** A series of a histogram or timer. */
export class SketchCell extends SeriesCell {
  readonly sketch = new QuantileSketch();
  readonly #bounds: readonly number[] | undefined;
  // How many samples each bucket has for itself; the last is the one without a bound.
  readonly #counts: number[] | undefined;

  constructor(
    tags: Readonly<Record<string, string>>,
    since: number,
    bounds: readonly number[] | undefined,
  ) {
    super(tags, since);
    this.#bounds = bounds;
    this.#counts = bounds && new Array<number>(bounds.length + 1).fill(0);
  }

  override take(value: number): boolean {
    const { sketch } = this;
    if (!Number.isFinite(sketch.sum + value)) return false;
    const counts = this.#counts;
    if (counts) {
      const bucket = (this.bucket = bucketOf(this.#bounds ?? [], value));
      counts[bucket] = (counts[bucket] ?? 0) + 1;
    }
    sketch.record(value);
    this.count++;
    return true;
  }

  override show(series: SeriesDraft): void {
    super.show(series);
    const { sketch } = this;
    series.sum = sketch.sum;
    series.min = sketch.min;
    series.max = sketch.max;
    series.p50 = sketch.quantile(0.5);
    series.p95 = sketch.quantile(0.95);
    series.p99 = sketch.quantile(0.99);
    const buckets = this.#buckets();
    if (buckets) series.buckets = Object.freeze(buckets);
  }

  #buckets(): MetricBucket[] | undefined {
    let count = 0;
    return this.#counts?.map((own, i) =>
      Object.freeze({ upTo: this.#bounds?.[i] ?? Infinity, count: (count += own) }),
    );
  }
}

/** The first bucket whose bound is not below the value. */
function bucketOf(bounds: readonly number[], value: number): number {
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value <= (bounds[middle] ?? Infinity)) high = middle;
    else low = middle + 1;
  }
  return low;
}
