import { type Signal, computed, signal, untracked } from '@angular/core';
import { type Clock, type Diagnostics, QuantileSketch, systemClock } from 'rx-mesh/kernel';
import {
  type CounterMetric,
  type GaugeMetric,
  type HistogramMetric,
  Metric,
  type MetricOf,
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
import { MetricDefinitionError, faultOf } from './metric-definition';
import { type FamilyEntry, contradiction, isNumber, planOf } from './metric-plan';
import {
  BAD_NAME,
  type MetricProblem,
  MetricProblems,
  nameForMessage,
  tooManyMetrics,
} from './metric-problems';
import type { MetricViews } from './metric-view';
import { METRICS_OPTIONS, type MetricsOptions } from './metrics-options';
import { NumberCell, SketchCell } from './series-cell';
import { type FamilyOwner, type FamilyPlan, SeriesFamily } from './series-family';

/** Options of a {@link MetricRegistry}. */
export type MetricRegistryOptions = Pick<MetricsOptions, 'maxSeriesPerMetric' | 'maxMetrics'>;

/** What a {@link MetricRegistry} needs of the world. */
export interface MetricRegistryPorts {
  /** Where dropped samples and full metrics are told of, each kind once a metric. */
  readonly diagnostics: Diagnostics;
  /** What tells the start of a series and the time of an exemplar. @default systemClock */
  readonly clock?: Pick<Clock, 'now'> | undefined;
  /** What `metricViews` made of the views of the application. @default none */
  readonly views?: MetricViews | undefined;
}

/**
 * Counters, gauges and histograms by name and tags, in bounded memory.
 *
 * To define a metric (`counter`, `gauge`, `histogram`, `timer`) throws when it cannot be so. To record never throws:
 * what is wrong with a tag or a value drops that sample, counts it in `rejected` and is told once to the diagnostics.
 * To look costs; to record does not make anybody look: a copy is made when the signal or `collect` is read, and of
 * what was written since only.
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
  // By the names that code gives, and by those under which they are shown.
  readonly #asked = new Map<string, FamilyEntry>();
  readonly #shown = new Map<string, FamilyEntry>();
  readonly #owner: FamilyOwner;
  readonly #limits: { readonly maxSeriesPerMetric: number; readonly maxMetrics: number };
  readonly #views: MetricViews | undefined;
  readonly #problems: MetricProblems;
  readonly #version = signal(0);
  #collected: readonly MetricSeries[] | undefined;

  /** Every series, as `collect` gives it. */
  readonly series: Signal<readonly MetricSeries[]> = computed(() => {
    this.#version();
    return this.collect();
  });

  /** @throws InvalidOptionError when an option is out of its range. */
  constructor(ports: MetricRegistryPorts, options: MetricRegistryOptions = {}) {
    const clock = ports.clock ?? systemClock;
    this.#limits = METRICS_OPTIONS.resolve(options);
    this.#views = ports.views;
    this.#problems = new MetricProblems(ports.diagnostics);
    this.#owner = {
      problems: this.#problems,
      now: () => clock.now(),
      changed: () => this.#changed(),
    };
  }

  /** How many samples were dropped for their name, tags or value. */
  get rejected(): number {
    return this.#problems.rejected;
  }

  /** How many samples stand under `otel.metric.overflow`, since the last reset. */
  get overflowed(): number {
    return this.#all().reduce((sum, { family }) => sum + family.overflowed, 0);
  }

  /**
   * The counter of a name. The same definition, or none, gives the same counter again.
   *
   * @throws MetricDefinitionError when the name or definition cannot be, or contradicts what was said before.
   */
  counter(name: string, definition?: MetricDefinition): CounterMetric {
    return this.#define('counter', name, definition);
  }

  /** The gauge of a name. @throws MetricDefinitionError as `counter` does. */
  gauge(name: string, definition?: MetricDefinition): GaugeMetric {
    return this.#define('gauge', name, definition);
  }

  /** The histogram of a name. @throws MetricDefinitionError as `counter` does. */
  histogram(name: string, definition?: MetricDefinition): HistogramMetric {
    return this.#define('histogram', name, definition);
  }

  /** The timer of a name: a histogram of milliseconds. @throws MetricDefinitionError as `counter` does. */
  timer(name: string, definition?: MetricDefinition): HistogramMetric {
    return this.#define('timer', name, definition);
  }

  /**
   * A metric for code that must go on whatever others have made of its name. Where they contradict, the buckets that
   * were there first stay, and samples of another type or unit are dropped and counted.
   *
   * @internal
   */
  ɵmetric<T extends MetricType>(type: T, name: string, definition?: MetricDefinition): MetricOf[T] {
    const entry = this.#asked.get(name);
    const isIt = entry?.family.plan.type === type && !definition;
    return (isIt ? entry : this.#entry(type, name, definition ?? {}, false)).metric;
  }

  /**
   * Every series as it is now, metric by metric in the order in which they were named. A series that was not written
   * since is the same object as before, and so is the list when nothing was.
   */
  collect(): readonly MetricSeries[] {
    return (this.#collected ??= Object.freeze(
      this.#all().flatMap(({ family }) => family.collect()),
    ));
  }

  /**
   * A quantile of a histogram or timer, within 1 %, over all its series that have these tags and maybe others.
   *
   * @param q From 0 (the minimum) to 1 (the maximum).
   * @returns `undefined` when nothing was recorded under the name and tags, and for a `q` out of its range.
   */
  quantile(name: string, q: number, tags?: MetricTags): number | undefined {
    return this.distribution(name, tags).quantile(q);
  }

  /**
   * A copy of the distribution of a histogram or timer: all its series that have these tags and maybe others, merged.
   * It is empty when nothing was recorded under the name and tags.
   */
  distribution(name: string, tags?: MetricTags): QuantileSketch {
    const wanted = Object.entries(textTags(tags ?? NO_TAGS) ?? { '': '' }); // a tag that no series can have
    const entry = this.#shown.get(name) ?? this.#asked.get(name);
    const all = new QuantileSketch();
    for (const cell of entry?.family.cells() ?? []) {
      if (cell instanceof SketchCell && wanted.every(([tag, value]) => cell.tags[tag] === value)) {
        all.merge(cell.sketch);
      }
    }
    return all;
  }

  /**
   * Forgets all series; what comes next starts anew, with a new `startTime`. The names keep what they are, and bound
   * children go on in new series.
   */
  reset(): void {
    for (const { family } of this.#all()) family.clear();
    this.#changed();
  }

  #all(): readonly FamilyEntry[] {
    return [...this.#shown.values()];
  }

  #define(type: MetricType, name: string, definition: MetricDefinition = {}): Metric {
    const fault = faultOf(name, type, definition);
    if (fault) throw new MetricDefinitionError(fault, name);
    return this.#entry(type, name, definition, true).metric;
  }

  #entry(
    type: MetricType,
    name: string,
    definition: MetricDefinition,
    isStrict: boolean,
  ): FamilyEntry {
    const { maxMetrics, maxSeriesPerMetric } = this.#limits;
    const isName = isMetricName(name);
    const view = isName ? this.#views?.(name) : undefined;
    const plan = planOf(type, name, definition, view, maxSeriesPerMetric);
    const known = this.#shown.get(plan.name);
    let refusal: MetricProblem | null | undefined;
    if (view?.drop) refusal = null;
    else if (!isName) refusal = BAD_NAME;
    else if (known) refusal = contradiction(plan, known.family, isStrict);
    else if (this.#shown.size >= maxMetrics) refusal = tooManyMetrics(maxMetrics);
    if (known && refusal && isStrict) {
      throw new MetricDefinitionError(refusal.say(nameForMessage(plan.name)), name);
    }
    plan.refusal = refusal;
    const entry = refusal === undefined && known ? known : this.#make(plan);
    entry.family.adopt(plan);
    if (refusal === undefined) this.#shown.set(plan.name, entry);
    // What is dropped is kept as well, to be found the next time, but there is no end to such names.
    if (refusal === undefined || (refusal === null && this.#asked.size < 2 * maxMetrics)) {
      this.#asked.set(name, entry);
    }
    return entry;
  }

  #make(plan: FamilyPlan): FamilyEntry {
    const family = new SeriesFamily(
      plan,
      this.#owner,
      isNumber(plan.type) ? NumberCell : SketchCell,
    );
    return { family, metric: new Metric(family) };
  }

  // Nobody need be told of a change before somebody has seen what was before it.
  #changed(): void {
    if (this.#collected === undefined) return;
    this.#collected = undefined;
    // Out of the reactive context: Angular refuses a write inside of `computed`, where people record, too.
    untracked(() => this.#version.update((version) => version + 1));
  }
}
