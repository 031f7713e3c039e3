import { type Signal, computed, signal, untracked } from '@angular/core';
import { type Diagnostics, QuantileSketch, createOptions, positiveInteger } from 'rx-mesh/kernel';
import {
  Counter,
  type CounterMetric,
  Gauge,
  type GaugeMetric,
  Histogram,
  type HistogramMetric,
} from './instruments';
import {
  type MetricDefinition,
  type MetricSeries,
  type MetricTags,
  type MetricType,
  NO_TAGS,
  isMetricName,
  textTags,
} from './metric-data';
import {
  BAD_NAME,
  type MetricProblem,
  MetricProblems,
  takenName,
  tooManyMetrics,
} from './metric-problems';
import {
  type FamilyOwner,
  NumberCell,
  type SeriesCell,
  SeriesFamily,
  SketchCell,
} from './series-family';

/** Options of a {@link MetricRegistry}. */
export interface MetricRegistryOptions {
  /** The most series of one metric, at least 1; later tags share one more, `otel.metric.overflow`. @default 200 */
  readonly maxSeriesPerMetric?: number | undefined;
  /** The most metrics, at least 1; samples of later names are dropped. @default 200 */
  readonly maxMetrics?: number | undefined;
}

/** What a {@link MetricRegistry} needs of the world. */
export interface MetricRegistryPorts {
  /** Where dropped samples and full metrics are told of, each kind once a metric. */
  readonly diagnostics: Diagnostics;
}

const OPTIONS = /* @__PURE__ */ createOptions(
  'MetricRegistryOptions',
  { maxSeriesPerMetric: 200, maxMetrics: 200 },
  { maxSeriesPerMetric: positiveInteger, maxMetrics: positiveInteger },
);

interface Entry {
  readonly family: SeriesFamily;
  readonly metric: CounterMetric | GaugeMetric | HistogramMetric;
}

/**
 * Counters, gauges and histograms by name and tags, in bounded memory.
 *
 * To record never throws: what is wrong with a name, a tag or a value drops that sample, counts it in `rejected` and
 * is told once to the diagnostics. To look costs; to record does not make anybody look: a copy is made when the
 * signal or `collect` is read, and of what was written since only.
 *
 * @usageNotes
 * ```ts
 * const registry = new MetricRegistry({ diagnostics: inject(DIAGNOSTICS) });
 * const paid = registry.counter('orders.paid').bind({ currency: 'EUR' });
 * paid.add();
 * registry.collect(); // [{ name: 'orders.paid', type: 'counter', value: 1, tags: { currency: 'EUR' }, ... }]
 * ```
 */
export class MetricRegistry {
  readonly #entries = new Map<string, Entry>();
  readonly #owner: FamilyOwner;
  readonly #problems: MetricProblems;
  readonly #maxMetrics: number;
  readonly #version = signal(0);
  #collected: readonly MetricSeries[] | undefined;

  /** Every series, as `collect` gives it. */
  readonly series: Signal<readonly MetricSeries[]> = computed(() => {
    this.#version();
    return this.collect();
  });

  /** @throws InvalidOptionError when an option is out of its range. */
  constructor(ports: MetricRegistryPorts, options: MetricRegistryOptions = {}) {
    const { maxSeriesPerMetric, maxMetrics } = OPTIONS.resolve(options);
    this.#maxMetrics = maxMetrics;
    this.#problems = new MetricProblems(ports.diagnostics);
    this.#owner = {
      maxSeries: maxSeriesPerMetric,
      problems: this.#problems,
      changed: () => this.#changed(),
    };
  }

  /** How many samples were dropped for their name, tags or value. */
  get rejected(): number {
    return this.#problems.rejected;
  }

  /** How many samples stand under `otel.metric.overflow`, since the last reset. */
  get overflowed(): number {
    return [...this.#entries.values()].reduce((sum, { family }) => sum + family.overflowed, 0);
  }

  /** The counter of a name. */
  counter(name: string, definition?: MetricDefinition): CounterMetric {
    const wanted = { type: 'counter', unit: definition?.unit } as const;
    return this.#metric(name, wanted, NumberCell, (family) => new Counter(family));
  }

  /** The gauge of a name. */
  gauge(name: string, definition?: MetricDefinition): GaugeMetric {
    const wanted = { type: 'gauge', unit: definition?.unit } as const;
    return this.#metric(name, wanted, NumberCell, (family) => new Gauge(family));
  }

  /** The histogram of a name. */
  histogram(name: string, definition?: MetricDefinition): HistogramMetric {
    const wanted = { type: 'histogram', unit: definition?.unit } as const;
    return this.#metric(name, wanted, SketchCell, (family) => new Histogram(family));
  }

  /** The timer of a name: a histogram of milliseconds. */
  timer(name: string): HistogramMetric {
    const wanted = { type: 'timer', unit: 'ms' } as const;
    return this.#metric(name, wanted, SketchCell, (family) => new Histogram(family));
  }

  /**
   * Every series as it is now, metric by metric in the order in which they were named. A series that was not written
   * since is the same object as before, and so is the list when nothing was.
   */
  collect(): readonly MetricSeries[] {
    return (this.#collected ??= Object.freeze(
      [...this.#entries.values()].flatMap(({ family }) => family.collect()),
    ));
  }

  /**
   * A quantile of a histogram or timer, within 1 %, over all its series that have these tags and maybe others.
   *
   * @param q From 0 (the minimum) to 1 (the maximum).
   * @returns `undefined` when nothing was recorded under the name and tags, and for a `q` out of its range.
   */
  quantile(name: string, q: number, tags: MetricTags = NO_TAGS): number | undefined {
    const wanted = Object.entries(textTags(tags) ?? { '': '' }); // a tag that no series can have
    const found = (this.#entries.get(name)?.family.cells() ?? []).filter(
      (cell): cell is SketchCell =>
        cell instanceof SketchCell && wanted.every(([tag, value]) => cell.tags[tag] === value),
    );
    const [only] = found;
    if (found.length <= 1) return only?.sketch.quantile(q);
    return found.reduce((all, { sketch }) => all.merge(sketch), new QuantileSketch()).quantile(q);
  }

  /** Forgets all series. The names keep their types, and bound children go on in new series. */
  reset(): void {
    for (const { family } of this.#entries.values()) family.clear();
    this.#changed();
  }

  // Nobody need be told of a change before somebody has seen what was before it.
  #changed(): void {
    if (this.#collected === undefined) return;
    this.#collected = undefined;
    // Out of the reactive context: Angular refuses a write inside of `computed`, where people record, too.
    untracked(() => this.#version.update((version) => version + 1));
  }

  #metric<C extends SeriesCell, M extends Entry['metric']>(
    name: string,
    wanted: { readonly type: MetricType; readonly unit: string | undefined },
    cell: new (tags: Readonly<Record<string, string>>) => C,
    make: (family: SeriesFamily<C>) => M,
  ): M {
    const entry = this.#entries.get(name);
    if (entry && fits(entry.family, wanted)) return entry.metric as M;
    const problem = entry ? takenName(wanted, entry.family) : this.#problemOf(name);
    const { type, unit } = wanted;
    // A name that is no text comes from code without types; it has to be told of, not to throw.
    const shown = typeof name === 'string' ? name : `(${typeof name})`;
    const family = new SeriesFamily(shown, type, unit, this.#owner, cell, problem);
    const metric = make(family);
    if (!problem) this.#entries.set(name, { family: family, metric });
    return metric;
  }

  #problemOf(name: unknown): MetricProblem | undefined {
    if (!isMetricName(name)) return BAD_NAME;
    return this.#entries.size < this.#maxMetrics ? undefined : tooManyMetrics(this.#maxMetrics);
  }
}

// Who names no unit takes what is there; the first who names one says it for all.
function fits(
  family: SeriesFamily,
  wanted: { readonly type: MetricType; readonly unit: string | undefined },
): boolean {
  if (family.type !== wanted.type) return false;
  family.adoptUnit(wanted.unit);
  return wanted.unit === undefined || wanted.unit === family.unit;
}
