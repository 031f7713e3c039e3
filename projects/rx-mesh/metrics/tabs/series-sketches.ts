import { QuantileSketch } from 'rx-mesh/kernel';
import { type MetricSeries, OVERFLOW_TAG } from '../metric-data';
import type { MetricRegistry } from '../metric-registry';

type Snapshot = ReturnType<QuantileSketch['snapshot']>;

/**
 * The sketches of the series of a registry. The registry tells that of all series with some tags; where a series has more
 * tags than another, its own sketch is taken away from that of the other. What cannot be told apart has none.
 */
export class SeriesSketches {
  readonly #registry: Pick<MetricRegistry, 'distribution'>;
  // A series that was not written since is the same object.
  readonly #known = new WeakMap<MetricSeries, QuantileSketch>();

  constructor(registry: Pick<MetricRegistry, 'distribution'>) {
    this.#registry = registry;
  }

  /** The sketch of each series that has one. @param all Every series of the registry. */
  of(all: readonly MetricSeries[]): ReadonlyMap<MetricSeries, QuantileSketch> {
    const metrics = new Map<string, MetricSeries[]>();
    for (const series of all) {
      if (series.type === 'counter' || series.type === 'gauge') continue;
      const known = metrics.get(series.name);
      if (known) known.push(series);
      else metrics.set(series.name, [series]);
    }
    const sketches = new Map<MetricSeries, QuantileSketch>();
    for (const metric of metrics.values()) this.#addMetric(metric, sketches);
    return sketches;
  }

  #addMetric(metric: readonly MetricSeries[], sketches: Map<MetricSeries, QuantileSketch>): void {
    // Those with more tags first, and what ran over after all others.
    const ordered = [...metric].sort((a, b) => rankOf(b) - rankOf(a));
    for (const series of ordered) {
      const sketch = this.#known.get(series) ?? this.#find(series, metric, sketches);
      if (!sketch) continue;
      this.#known.set(series, sketch);
      sketches.set(series, sketch);
    }
  }

  #find(
    series: MetricSeries,
    metric: readonly MetricSeries[],
    sketches: ReadonlyMap<MetricSeries, QuantileSketch>,
  ): QuantileSketch | undefined {
    const isOverflow = OVERFLOW_TAG in series.tags;
    const all = this.#registry.distribution(series.name, isOverflow ? undefined : series.tags);
    if (all.count === series.count) return all;
    const others = metric.filter(
      (other) => other !== series && (isOverflow || hasAll(other.tags, series.tags)),
    );
    let rest = all.snapshot();
    for (const other of others) rest = without(rest, sketches.get(other)?.snapshot());
    const { sum, min, max } = series;
    try {
      const sketch = QuantileSketch.from({ ...rest, sum, min, max });
      return sketch.count === series.count ? sketch : undefined;
    } catch {
      // Values span so much that the smallest share a bucket, here and there another one.
      return undefined;
    }
  }
}

function rankOf({ tags }: MetricSeries): number {
  return OVERFLOW_TAG in tags ? -1 : Object.keys(tags).length;
}

function hasAll(tags: MetricSeries['tags'], wanted: MetricSeries['tags']): boolean {
  return Object.entries(wanted).every(([name, value]) => tags[name] === value);
}

function without(from: Snapshot, part: Snapshot | undefined): Snapshot {
  if (!part) return from;
  const buckets = from.buckets.slice();
  part.buckets.forEach((count, i) => {
    const at = i + part.first - from.first;
    buckets[at] = (buckets[at] ?? 0) - count;
  });
  return { ...from, buckets, zeros: from.zeros - part.zeros };
}
