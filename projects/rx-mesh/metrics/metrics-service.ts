import { DestroyRef, Injectable, inject } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { CLOCK, DIAGNOSTICS, polling } from 'rx-mesh/kernel';
import { type Observable, distinctUntilChanged } from 'rxjs';
import type { MetricSeries, MetricTags, MetricTrace } from './metric-data';
import { MetricRegistry } from './metric-registry';
import { METRICS_OPTIONS, METRIC_VIEWS } from './metrics-options';

/**
 * The numbers of an application: counters, gauges, histograms and timers by name and tags.
 *
 * A name starts with a letter, then letters, digits, `_`, `.`, `-` and `/`, at most 255 (the syntax of OpenTelemetry),
 * and belongs to one type. To define a metric throws when it cannot be. To record never throws and never waits: what
 * cannot be recorded is dropped, counted in `rejected` and told to `DIAGNOSTICS` once a metric (RXM850 to RXM855).
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
export class MetricsService extends MetricRegistry {
  private readonly clock = inject(CLOCK);

  /**
   * Every series on subscribe, then again after each `reportPeriod` in which something was recorded. One look for
   * all subscribers, who get the latest first; none without subscribers. Silent on the server: it completes at once.
   * It also completes when the application is destroyed.
   */
  readonly series$: Observable<readonly MetricSeries[]> = polling(
    { period: inject(METRICS_OPTIONS.token).reportPeriod, clock: this.clock },
    () => [this.collect()],
  ).pipe(distinctUntilChanged(), takeUntilDestroyed(inject(DestroyRef)));

  constructor() {
    const ports = {
      diagnostics: inject(DIAGNOSTICS),
      clock: inject(CLOCK),
      views: inject(METRIC_VIEWS),
    };
    super(ports, inject(METRICS_OPTIONS.token));
  }

  /**
   * Adds to a counter.
   *
   * @param by A finite number of at least 0.
   * @param trace Where the sample was taken, to be shown as an exemplar.
   */
  incrementCounter(name: string, tags?: MetricTags, by = 1, trace?: MetricTrace): void {
    this.ɵmetric('counter', name).add(by, tags, trace);
  }

  /** Sets a gauge to a finite number. */
  setGauge(name: string, value: number, tags?: MetricTags): void {
    this.ɵmetric('gauge', name).set(value, tags);
  }

  /** Sets a gauge, as `setGauge` does. */
  recordGauge(name: string, value: number, tags?: MetricTags): void {
    this.setGauge(name, value, tags);
  }

  /** Moves a gauge, which starts at 0, by a finite number. */
  addToGauge(name: string, delta: number, tags?: MetricTags): void {
    this.ɵmetric('gauge', name).add(delta, tags);
  }

  /**
   * Records a value in a histogram.
   *
   * @param value A finite number of at least 0, in the unit of the metric.
   * @param trace Where the sample was taken, to be shown as an exemplar.
   */
  recordHistogram(name: string, value: number, tags?: MetricTags, trace?: MetricTrace): void {
    this.ɵmetric('histogram', name).record(value, tags, trace);
  }

  /**
   * Records a duration in a timer.
   *
   * @param duration Milliseconds, at least 0; they are kept as milliseconds.
   * @param trace Where the sample was taken, to be shown as an exemplar.
   */
  recordTimer(name: string, duration: number, tags?: MetricTags, trace?: MetricTrace): void {
    this.ɵmetric('timer', name).record(duration, tags, trace);
  }

  /** Starts a stopwatch on the clock of the application; what it returns tells the milliseconds since. */
  stopwatch(): () => number {
    const startedAt = this.clock.monotonic();
    return () => this.clock.monotonic() - startedAt;
  }
}
