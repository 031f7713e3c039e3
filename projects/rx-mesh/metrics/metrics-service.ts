import { DestroyRef, Injectable, type Signal, inject } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { CLOCK, DIAGNOSTICS, polling } from 'rx-mesh/kernel';
import { type Observable, distinctUntilChanged } from 'rxjs';
import type { CounterMetric, GaugeMetric, HistogramMetric } from './instruments';
import type { MetricDefinition, MetricSeries, MetricTags } from './metric-data';
import { MetricRegistry } from './metric-registry';
import { METRICS_OPTIONS } from './metrics-options';

/**
 * The numbers of an application: counters, gauges, histograms and timers by name and tags.
 *
 * A name starts with a letter, then letters, digits, `_`, `.`, `-` and `/`, at most 255 (the syntax of OpenTelemetry),
 * and belongs to one type. To record never throws and never waits: what cannot be recorded is dropped, counted in
 * `rejected` and told to `DIAGNOSTICS` once a metric (RXM850 to RXM855).
 *
 * @usageNotes
 * ```ts
 * const metrics = inject(MetricsService);
 * metrics.incrementCounter('orders.paid', { currency: 'EUR' });
 * metrics.recordTimer('checkout.duration', 420);
 * const paid = metrics.counter('orders.paid').bind({ currency: 'EUR' }); // for hot code
 * paid.add();
 * ```
 */
@Injectable({ providedIn: 'root' })
export class MetricsService {
  private readonly clock = inject(CLOCK);
  private readonly options = inject(METRICS_OPTIONS.token);
  private readonly registry = new MetricRegistry(
    { diagnostics: inject(DIAGNOSTICS) },
    {
      maxSeriesPerMetric: this.options.maxSeriesPerMetric,
      maxMetrics: this.options.maxMetrics,
    },
  );

  /**
   * Every series on subscribe, then again after each `reportPeriod` in which something was recorded. One look for
   * all subscribers, who get the latest first; none without subscribers. Silent on the server: it completes at once.
   * It also completes when the application is destroyed.
   */
  readonly series$: Observable<readonly MetricSeries[]> = polling(
    { period: this.options.reportPeriod, clock: this.clock },
    () => [this.collect()],
  ).pipe(distinctUntilChanged(), takeUntilDestroyed(inject(DestroyRef)));

  /** Every series as a signal. It is never late; a view that reads it looks once in each change detection at most. */
  readonly series: Signal<readonly MetricSeries[]> = this.registry.series;

  /** How many samples were dropped for their name, tags or value. */
  get rejected(): number {
    return this.registry.rejected;
  }

  /** How many samples stand under `otel.metric.overflow`, since the last reset. */
  get overflowed(): number {
    return this.registry.overflowed;
  }

  /** Adds to a counter. @param by A finite number of at least 0. */
  incrementCounter(name: string, tags?: MetricTags, by = 1): void {
    this.registry.counter(name).add(by, tags);
  }

  /** Sets a gauge to a finite number. */
  setGauge(name: string, value: number, tags?: MetricTags): void {
    this.registry.gauge(name).set(value, tags);
  }

  /** Sets a gauge, as `setGauge` does. */
  recordGauge(name: string, value: number, tags?: MetricTags): void {
    this.setGauge(name, value, tags);
  }

  /** Moves a gauge, which starts at 0, by a finite number. */
  addToGauge(name: string, delta: number, tags?: MetricTags): void {
    this.registry.gauge(name).add(delta, tags);
  }

  /** Records a value in a histogram. @param value A finite number of at least 0, in the unit of the metric. */
  recordHistogram(name: string, value: number, tags?: MetricTags): void {
    this.registry.histogram(name).record(value, tags);
  }

  /** Records a duration in a timer. @param duration Milliseconds, at least 0; they are kept as milliseconds. */
  recordTimer(name: string, duration: number, tags?: MetricTags): void {
    this.registry.timer(name).record(duration, tags);
  }

  /** The counter of a name. Its `bind(tags).add()` is the cheapest way to count. */
  counter(name: string, definition?: MetricDefinition): CounterMetric {
    return this.registry.counter(name, definition);
  }

  /** The gauge of a name. */
  gauge(name: string, definition?: MetricDefinition): GaugeMetric {
    return this.registry.gauge(name, definition);
  }

  /** The histogram of a name. */
  histogram(name: string, definition?: MetricDefinition): HistogramMetric {
    return this.registry.histogram(name, definition);
  }

  /** The timer of a name: a histogram of milliseconds. */
  timer(name: string): HistogramMetric {
    return this.registry.timer(name);
  }

  /** Starts a stopwatch on the clock of the application; what it returns tells the milliseconds since. */
  stopwatch(): () => number {
    const startedAt = this.clock.monotonic();
    return () => this.clock.monotonic() - startedAt;
  }

  /**
   * Every series as it is now, metric by metric in the order in which they were named. A series that was not written
   * since is the same object as before, and so is the list when nothing was.
   */
  collect(): readonly MetricSeries[] {
    return this.registry.collect();
  }

  /**
   * A quantile of a histogram or timer, within 1 %, over all its series that have these tags and maybe others.
   *
   * @param q From 0 (the minimum) to 1 (the maximum).
   * @returns `undefined` when nothing was recorded under the name and tags, and for a `q` out of its range.
   */
  quantile(name: string, q: number, tags?: MetricTags): number | undefined {
    return this.registry.quantile(name, q, tags);
  }

  /** Forgets all series. The names keep their types, and bound children go on in new series. */
  reset(): void {
    this.registry.reset();
  }
}
