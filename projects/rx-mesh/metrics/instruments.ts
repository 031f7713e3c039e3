import { type MetricTags, type MetricTrace, NO_TAGS, textTags } from './metric-data';
import type { SeriesCell } from './series-cell';
import type { SeriesFamily } from './series-family';

/** A sum that only goes up. Keep what `bind` returns where the tags stay the same: it writes without a look-up. */
export interface CounterMetric {
  /** The name of the metric. */
  readonly name: string;
  /**
   * Adds to the series of the tags.
   *
   * @param by A finite number of at least 0.
   * @param trace Where the sample was taken, to be shown as an exemplar.
   */
  add(by?: number, tags?: MetricTags, trace?: MetricTrace): void;
  /** One series of the counter. It shows from its first sample on. */
  bind(tags?: MetricTags): BoundCounter;
}

/** One series of a counter. */
export interface BoundCounter {
  /** Adds to the sum. @param by A finite number of at least 0. @param trace Where the sample was taken. */
  add(by?: number, trace?: MetricTrace): void;
}

/** A value that goes up and down. */
export interface GaugeMetric {
  /** The name of the metric. */
  readonly name: string;
  /** Sets the value under the tags. */
  set(value: number, tags?: MetricTags): void;
  /** Moves the value under the tags, which starts at 0. */
  add(delta: number, tags?: MetricTags): void;
  /** One series of the gauge. It shows from its first sample on. */
  bind(tags?: MetricTags): BoundGauge;
}

/** One series of a gauge. */
export interface BoundGauge {
  /** Sets the value. */
  set(value: number): void;
  /** Moves the value, which starts at 0. */
  add(delta: number): void;
  /**
   * Adds one for as long as something goes on. The function that is returned takes it away again, once however
   * often it is called. After a reset in between it takes away nothing, for there the one is gone already.
   */
  hold(): () => void;
}

/** A distribution of values: how many, their sum, their quantiles. A timer is one of milliseconds. */
export interface HistogramMetric {
  /** The name of the metric. */
  readonly name: string;
  /**
   * Records under the tags.
   *
   * @param value A finite number of at least 0.
   * @param trace Where the sample was taken, to be shown as an exemplar.
   */
  record(value: number, tags?: MetricTags, trace?: MetricTrace): void;
  /** One series of the histogram. It shows from its first sample on. */
  bind(tags?: MetricTags): BoundHistogram;
}

/** One series of a histogram or timer. */
export interface BoundHistogram {
  /** Takes a value in. @param value A finite number of at least 0. @param trace Where the sample was taken. */
  record(value: number, trace?: MetricTrace): void;
}

/** The face of each type of metric. */
export interface MetricOf {
  /** Sums. */
  readonly counter: CounterMetric;
  /** Present values. */
  readonly gauge: GaugeMetric;
  /** Distributions. */
  readonly histogram: HistogramMetric;
  /** Distributions of milliseconds. */
  readonly timer: HistogramMetric;
}

/** The face of every metric; its type says which part of it there is. */
export class Metric implements CounterMetric, GaugeMetric, HistogramMetric {
  readonly #family: SeriesFamily;

  constructor(family: SeriesFamily) {
    this.#family = family;
  }

  get name(): string {
    return this.#family.plan.name;
  }

  add(by = 1, tags?: MetricTags, trace?: MetricTrace): void {
    this.#write(tags, by, true, trace);
  }

  set(value: number, tags?: MetricTags): void {
    this.#write(tags, value, false);
  }

  record(value: number, tags?: MetricTags, trace?: MetricTrace): void {
    this.#write(tags, value, true, trace);
  }

  bind(tags?: MetricTags): BoundCounter & BoundGauge & BoundHistogram {
    return new Child(this.#family, tags);
  }

  #write(tags: MetricTags | undefined, value: number, isStep: boolean, trace?: MetricTrace): void {
    const family = this.#family;
    family.write(family.cellOf(tags ?? NO_TAGS, value), value, isStep, trace);
  }
}

// Tags are read once; the series is sought once, and again after a reset.
class Child implements BoundCounter, BoundGauge, BoundHistogram {
  readonly #family: SeriesFamily;
  readonly #tags: MetricTags | undefined;
  #cell: SeriesCell | undefined;

  constructor(family: SeriesFamily, tags: MetricTags | undefined) {
    this.#family = family;
    this.#tags = textTags(tags ?? NO_TAGS, family.plan.keeps);
  }

  add(by = 1, trace?: MetricTrace): void {
    this.#write(by, true, trace);
  }

  set(value: number): void {
    this.#write(value, false);
  }

  record(value: number, trace?: MetricTrace): void {
    this.#write(value, true, trace);
  }

  hold(): () => void {
    let held = this.#write(1, true);
    return () => {
      if (held?.live) this.#family.write(held, -1, true);
      held = undefined;
    };
  }

  #write(value: number, isStep: boolean, trace?: MetricTrace): SeriesCell | undefined {
    const family = this.#family;
    let cell = this.#cell;
    if (!cell?.live || !family.takes(value)) cell = this.#cell = family.cellOf(this.#tags, value);
    family.write(cell, value, isStep, trace);
    return cell;
  }
}
