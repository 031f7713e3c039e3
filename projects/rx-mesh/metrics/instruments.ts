import { type MetricTags, NO_TAGS, textTags } from './metric-data';
import type { NumberCell, SeriesCell, SeriesFamily, SketchCell } from './series-family';

/** A sum that only goes up. Keep what `bind` returns where the tags stay the same: it writes without a look-up. */
export interface CounterMetric {
  /** The name of the metric. */
  readonly name: string;
  /** Adds to the series of the tags. @param by A finite number of at least 0. */
  add(by?: number, tags?: MetricTags): void;
  /** One series of the counter. It shows from its first sample on. */
  bind(tags?: MetricTags): BoundCounter;
}

/** One series of a counter. */
export interface BoundCounter {
  /** Adds to the sum. @param by A finite number of at least 0. */
  add(by?: number): void;
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
  /** Records under the tags. @param value A finite number of at least 0. */
  record(value: number, tags?: MetricTags): void;
  /** One series of the histogram. It shows from its first sample on. */
  bind(tags?: MetricTags): BoundHistogram;
}

/** One series of a histogram or timer. */
export interface BoundHistogram {
  /** Takes a value in. @param value A finite number of at least 0. */
  record(value: number): void;
}

export class Counter implements CounterMetric {
  constructor(private readonly family: SeriesFamily<NumberCell>) {}

  get name(): string {
    return this.family.name;
  }

  add(by = 1, tags: MetricTags = NO_TAGS): void {
    const { family } = this;
    move(family, family.cellOf(tags, isAmount(by)), by);
  }

  bind(tags: MetricTags = NO_TAGS): BoundCounter {
    return new CounterChild(this.family, tags);
  }
}

export class Gauge implements GaugeMetric {
  constructor(private readonly family: SeriesFamily<NumberCell>) {}

  get name(): string {
    return this.family.name;
  }

  set(value: number, tags: MetricTags = NO_TAGS): void {
    const { family } = this;
    put(family, family.cellOf(tags, Number.isFinite(value)), value);
  }

  add(delta: number, tags: MetricTags = NO_TAGS): void {
    const { family } = this;
    move(family, family.cellOf(tags, Number.isFinite(delta)), delta);
  }

  bind(tags: MetricTags = NO_TAGS): BoundGauge {
    return new GaugeChild(this.family, tags);
  }
}

export class Histogram implements HistogramMetric {
  constructor(private readonly family: SeriesFamily<SketchCell>) {}

  get name(): string {
    return this.family.name;
  }

  record(value: number, tags: MetricTags = NO_TAGS): void {
    const { family } = this;
    take(family, family.cellOf(tags, isAmount(value)), value);
  }

  bind(tags: MetricTags = NO_TAGS): BoundHistogram {
    return new HistogramChild(this.family, tags);
  }
}

// Tags are read once; the series is sought once, and again after a reset.
abstract class Child<C extends SeriesCell> {
  readonly #tags: MetricTags | undefined;
  #cell: C | undefined;

  constructor(
    protected readonly family: SeriesFamily<C>,
    tags: MetricTags,
  ) {
    this.#tags = textTags(tags);
  }

  protected cell(valueFits: boolean): C | undefined {
    const cell = this.#cell;
    if (valueFits && cell?.live) return cell;
    return (this.#cell = this.family.cellOf(this.#tags, valueFits));
  }
}

class CounterChild extends Child<NumberCell> implements BoundCounter {
  add(by = 1): void {
    move(this.family, this.cell(isAmount(by)), by);
  }
}

class GaugeChild extends Child<NumberCell> implements BoundGauge {
  set(value: number): void {
    put(this.family, this.cell(Number.isFinite(value)), value);
  }

  add(delta: number): void {
    move(this.family, this.cell(Number.isFinite(delta)), delta);
  }

  hold(): () => void {
    const { family } = this;
    let held = this.cell(true);
    move(family, held, 1);
    return () => {
      if (held?.live) move(family, held, -1);
      held = undefined;
    };
  }
}

class HistogramChild extends Child<SketchCell> implements BoundHistogram {
  record(value: number): void {
    take(this.family, this.cell(isAmount(value)), value);
  }
}

function isAmount(value: number): boolean {
  return Number.isFinite(value) && value >= 0;
}

function move(family: SeriesFamily<NumberCell>, cell: NumberCell | undefined, by: number): void {
  if (cell) put(family, cell, cell.value + by);
}

// Two finite numbers may have an infinite sum, so what is about to be shown is looked at as well.
function put(family: SeriesFamily<NumberCell>, cell: NumberCell | undefined, value: number): void {
  if (!cell) return;
  if (!Number.isFinite(value)) {
    family.refuse();
    return;
  }
  cell.value = value;
  cell.count++;
  family.wrote(cell);
}

function take(family: SeriesFamily<SketchCell>, cell: SketchCell | undefined, value: number): void {
  if (!cell) return;
  if (!Number.isFinite(cell.sketch.sum + value)) {
    family.refuse();
    return;
  }
  cell.sketch.record(value);
  family.wrote(cell);
}
