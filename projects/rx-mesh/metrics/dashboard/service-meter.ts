import { QuantileSketch } from 'rx-mesh/kernel';
import type { MetricSeries } from '../metric-data';
import type { MetricsView } from '../slo/call-feed';
import { IncreaseMeter } from '../slo/increase-meter';
import type { CallVerdict, SloSource } from '../slo/slo-source';
import { type Distribution, noValues } from '../slo/windowed-quantiles';
import type {
  CallStatistics,
  ServiceMetrics,
  ServiceMetricsKind,
  ServiceTotals,
} from './aggregated-metrics';
import { sketchBetween } from './sketch-between';

/** Where the calls of one kind are found. */
export interface ServiceSource {
  /** What its calls are. */
  readonly kind: ServiceMetricsKind;
  /** Which tag names the service. */
  readonly tag: string;
  /** The metric of their durations, and what its series count as. */
  readonly calls: SloSource;
  /** The gauge of those under way. @default nobody counts them */
  readonly active?: string | undefined;
}

/** What one kind of calls did between two looks. */
export interface ServiceLook {
  readonly services: readonly ServiceMetrics[];
  readonly totals: ServiceTotals | undefined;
}

interface Tally {
  requests: number;
  errors: number;
  inFlight: number | undefined;
}

/** What the calls of one kind do between looks, service by service. What is there at the first look does not count. */
export class ServiceMeter {
  readonly #metrics: MetricsView;
  readonly #source: ServiceSource;
  readonly #meter = new IncreaseMeter();
  // By service, as they were when something last came to them: they only grow.
  #seen = new Map<string, Distribution>();
  #all = noValues();
  #scale = 1;

  constructor(metrics: MetricsView, source: ServiceSource) {
    this.#metrics = metrics;
    this.#source = source;
    const series = this.#series();
    this.#meter.look(series);
    for (const service of new Set(series.map((one) => this.#nameOf(one)))) {
      if (service !== undefined) this.#seen.set(service, this.#distribution(service, series));
    }
    this.#all = merged(this.#seen.values());
  }

  /** What came since the last look. @param window How long that is, in milliseconds. */
  look(window: number): ServiceLook {
    const series = this.#series();
    const tallies = new Map<string, Tally>();
    const touched = new Set<string>();
    let unattributed = 0;
    const restarted = this.#meter.look(series, (one, { count }) => {
      const service = this.#nameOf(one);
      if (count > 0 && service !== undefined) touched.add(service);
      const verdict = this.#verdict(one);
      if (count === 0 || verdict === 'ignored') return;
      if (service === undefined) unattributed += count;
      else tallyOf(tallies, service).requests += count;
      if (service !== undefined && verdict !== 'ok') tallyOf(tallies, service).errors += count;
    });
    this.#countActive(tallies);
    // After a reset, what was seen before is in no distribution any more.
    const before = restarted ? new Map<string, Distribution>() : this.#seen;
    const allBefore = restarted ? noValues() : this.#all;
    this.#seen = new Map(before);
    for (const name of touched) this.#seen.set(name, this.#distribution(name, series));
    if (touched.size > 0 || restarted) this.#all = merged(this.#seen.values());
    const services = [...tallies].map(([service, tally]) => {
      const now = this.#seen.get(service) ?? noValues();
      const statistics = this.#statistics(tally, before.get(service) ?? noValues(), now, window);
      return Object.assign({ service, kind: this.#source.kind }, statistics);
    });
    if (services.length === 0 && unattributed === 0) return { services, totals: undefined };
    const sum = this.#statistics(sumOf(tallies.values()), allBefore, this.#all, window);
    return { services, totals: Object.assign({ unattributed }, sum) };
  }

  #statistics(
    { errors, inFlight, requests }: Tally,
    before: Distribution,
    now: Distribution,
    window: number,
  ): CallStatistics {
    const came = requests === 0 ? undefined : sketchBetween(before, now);
    const quantile = (q: number) => {
      const value = came?.quantile(q);
      return value === undefined ? undefined : value * this.#scale;
    };
    return {
      requests,
      rate: (requests * 1000) / Math.max(1, window),
      errors,
      errorShare: requests === 0 ? undefined : errors / requests,
      p50: quantile(0.5),
      p95: quantile(0.95),
      p99: quantile(0.99),
      inFlight,
    };
  }

  #series(): readonly MetricSeries[] {
    const { metric } = this.#source.calls;
    const series = this.#metrics.collect().filter(({ name }) => name === metric);
    this.#scale = series[0]?.unit === 's' ? 1000 : 1;
    return series;
  }

  #countActive(tallies: Map<string, Tally>): void {
    const { active } = this.#source;
    if (active === undefined) return;
    const known = new Map<string, number>();
    for (const one of this.#metrics.collect()) {
      const service = one.name === active ? this.#nameOf(one) : undefined;
      if (service !== undefined) known.set(service, (known.get(service) ?? 0) + (one.value ?? 0));
    }
    for (const [service, count] of known) {
      if (count > 0 || tallies.has(service)) tallyOf(tallies, service).inFlight = count;
    }
  }

  #distribution(service: string, series: readonly MetricSeries[]): Distribution {
    const { calls, tag } = this.#source;
    const ignored = new QuantileSketch();
    for (const one of series) {
      if (this.#nameOf(one) !== service || this.#verdict(one) !== 'ignored') continue;
      ignored.merge(this.#metrics.distribution(calls.metric, one.tags));
    }
    return { all: this.#metrics.distribution(calls.metric, { [tag]: service }), ignored };
  }

  #nameOf({ tags }: MetricSeries): string | undefined {
    const { tag } = this.#source;
    return Object.hasOwn(tags, tag) ? tags[tag] : undefined;
  }

  #verdict({ tags }: MetricSeries): CallVerdict {
    return this.#source.calls.judge?.(tags) ?? 'ok';
  }
}

function tallyOf(tallies: Map<string, Tally>, service: string): Tally {
  const known = tallies.get(service);
  if (known) return known;
  const made: Tally = { requests: 0, errors: 0, inFlight: undefined };
  tallies.set(service, made);
  return made;
}

function sumOf(tallies: Iterable<Tally>): Tally {
  const sum: Tally = { requests: 0, errors: 0, inFlight: undefined };
  for (const { errors, inFlight, requests } of tallies) {
    sum.requests += requests;
    sum.errors += errors;
    if (inFlight !== undefined) sum.inFlight = (sum.inFlight ?? 0) + inFlight;
  }
  return sum;
}

function merged(distributions: Iterable<Distribution>): Distribution {
  const all = new QuantileSketch();
  const none = new QuantileSketch();
  for (const one of distributions) {
    all.merge(one.all);
    if (one.ignored) none.merge(one.ignored);
  }
  return { all, ignored: none };
}
