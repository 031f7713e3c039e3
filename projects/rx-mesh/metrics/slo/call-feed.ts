import { QuantileSketch } from 'rx-mesh/kernel';
import type { MetricSeries, MetricTags } from '../metric-data';
import { hasTags } from './has-tags';
import { IncreaseMeter } from './increase-meter';
import type { CallVerdict, SloSource } from './slo-source';
import { type Distribution, WindowedQuantiles, countUpTo, noValues } from './windowed-quantiles';

/** How calls ended since the last look. */
export interface CallCounts {
  /** How many there were, those that are ignored left out. */
  readonly total: number;
  /** How many of them failed by the service. */
  readonly failed: number;
  /** How many of them failed, by whomever. */
  readonly errors: number;
  /** How many of them took at most the threshold. */
  readonly fast: number;
}

/** How a call ended, for `SloMonitor.record`. A `cancelled` one does not count. */
export type CallOutcome = 'success' | 'failure' | 'cancelled';

/** What is asked of the metrics of the application. */
export interface MetricsView {
  collect(): readonly MetricSeries[];
  distribution(name: string, tags?: MetricTags): QuantileSketch;
}

/** What a feed looks for. */
export interface FeedAims {
  /** Up to when a call is fast, in milliseconds. @default nobody asks */
  readonly threshold?: number | undefined;
  /** Over which time quantiles go, in milliseconds. @default nobody asks */
  readonly window?: number | undefined;
  /** Told of what a source threw. */
  readonly failed: (cause: unknown) => void;
}

/** Calls of one origin. */
export interface CallFeed {
  /** What came since the last look; `undefined` while it knows of no call at all. */
  look(at: number): CallCounts | undefined;
  /** A quantile of the durations in the window, in milliseconds. */
  quantile(q: number): number | undefined;
}

// What a unit is in milliseconds.
const UNITS: ReadonlyMap<string, number> = /* @__PURE__ */ new Map([
  ['s', 1000],
  ['ms', 1],
  ['us', 0.001],
  ['ns', 0.000001],
]);

/** The calls that a histogram or timer of the application counts. What is there at the start does not count. */
export class MetricFeed implements CallFeed {
  readonly #metrics: MetricsView;
  readonly #source: SloSource;
  readonly #aims: FeedAims;
  readonly #meter = new IncreaseMeter();
  readonly #quantiles: WindowedQuantiles | undefined;
  #scale = 1;
  #fast: number;

  constructor(metrics: MetricsView, source: SloSource, aims: FeedAims, at: number) {
    this.#metrics = metrics;
    this.#source = source;
    this.#aims = aims;
    const series = this.#series();
    this.#meter.look(series);
    const seen = this.#distribution(series);
    this.#quantiles = quantilesOf(aims, seen, at);
    this.#fast = this.#fastOf(seen);
  }

  look(at: number): CallCounts | undefined {
    const series = this.#series();
    let total = 0;
    let failed = 0;
    let errors = 0;
    const restarted = this.#meter.look(series, ({ tags }, { count }) => {
      const verdict = this.#judge(tags);
      if (verdict === 'ignored') return;
      total += count;
      if (verdict === 'failed') failed += count;
      if (verdict !== 'ok') errors += count;
    });
    const seen = this.#distribution(series);
    this.#quantiles?.look(seen, at, restarted);
    const before = restarted ? 0 : this.#fast;
    this.#fast = this.#fastOf(seen);
    if (series.length === 0) return undefined;
    // A reset between two looks may leave either count behind the other.
    return { total, failed, errors, fast: Math.min(total, Math.max(0, this.#fast - before)) };
  }

  quantile(q: number): number | undefined {
    const value = this.#quantiles?.quantile(q);
    return value === undefined ? undefined : value * this.#scale;
  }

  #series(): readonly MetricSeries[] {
    const { metric, tags = {} } = this.#source;
    const series = this.#metrics
      .collect()
      .filter((one) => one.name === metric && hasTags(one, tags));
    this.#scale = UNITS.get(series[0]?.unit ?? '') ?? 1;
    return series;
  }

  // To merge sketches costs: only where somebody asks.
  #distribution(series: readonly MetricSeries[]): Distribution {
    const { metric, tags } = this.#source;
    const { threshold, window } = this.#aims;
    if (threshold === undefined && window === undefined) return noValues();
    const ignored = noValues().all;
    for (const one of series) {
      if (this.#judge(one.tags) !== 'ignored') continue;
      ignored.merge(this.#metrics.distribution(metric, one.tags));
    }
    return { all: this.#metrics.distribution(metric, tags), ignored };
  }

  #fastOf(seen: Distribution): number {
    const { threshold } = this.#aims;
    return threshold === undefined ? 0 : countUpTo(seen, threshold / this.#scale);
  }

  #judge(tags: Readonly<Record<string, string>>): CallVerdict {
    try {
      return this.#source.judge?.(tags) ?? 'ok';
    } catch (cause) {
      this.#aims.failed(cause);
      return 'ignored';
    }
  }
}

/** The calls that somebody tells of one by one. */
export class DirectFeed implements CallFeed {
  readonly #aims: FeedAims;
  readonly #sketch = new QuantileSketch();
  readonly #quantiles: WindowedQuantiles | undefined;
  #total = 0;
  #failed = 0;
  #fast = 0;
  #isUsed = false;

  constructor(aims: FeedAims, at: number) {
    this.#aims = aims;
    this.#quantiles = quantilesOf(aims, noValues(), at);
  }

  /** Takes a call in. @param latency In milliseconds; one that is no duration is left out of the quantiles. */
  record(outcome: CallOutcome, latency: number | undefined): void {
    if (outcome === 'cancelled') return;
    this.#isUsed = true;
    this.#total++;
    if (outcome === 'failure') this.#failed++;
    if (latency === undefined) return;
    this.#sketch.record(latency);
    if (latency <= (this.#aims.threshold ?? 0)) this.#fast++;
  }

  look(at: number): CallCounts | undefined {
    if (!this.#isUsed) return undefined;
    const failed = this.#failed;
    const counts = { total: this.#total, failed, errors: failed, fast: this.#fast };
    this.#total = this.#failed = this.#fast = 0;
    this.#quantiles?.look({ all: new QuantileSketch().merge(this.#sketch) }, at, false);
    return counts;
  }

  quantile(q: number): number | undefined {
    return this.#quantiles?.quantile(q);
  }
}

function quantilesOf({ window }: FeedAims, seen: Distribution, at: number) {
  return window === undefined ? undefined : new WindowedQuantiles(window, seen, at);
}
