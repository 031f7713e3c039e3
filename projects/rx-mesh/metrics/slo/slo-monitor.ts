import { DestroyRef, Injectable, type Signal, inject } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { CLOCK, polling, shareLatest } from 'rx-mesh/kernel';
import { type Observable, defer, finalize, ignoreElements, merge } from 'rxjs';
import { AlertingService } from '../alerting/alerting-service';
import type { CallOutcome } from './call-feed';
import type { SLAReport, SLAThresholds } from './sla-report';
import { SloBook } from './slo-book';
import type { SloDefinition } from './slo-definition';
import { SLOS } from './slo-options';
import type { SloReport } from './slo-tracker';

/**
 * Service level objectives: how much of each error budget is left, how fast it burns, and whether a service keeps what is
 * promised of it.
 *
 * Calls come from metrics (those of rx-mesh/communication, those of `metricsInterceptor`, or your own) and from `record`. What
 * came while nobody looked is taken in at the next look, spread evenly over the time since the last. Silence and too few
 * calls are `no-data`, never healthy. The gauges `slo.error_budget.remaining`, `slo.burn_rate`, `sla.availability`,
 * `sla.response_time_p99` and `sla.error_rate` are set at each look for which there is a value.
 *
 * @usageNotes
 * ```ts
 * const slos = inject(SloMonitor);
 * slos.define({ name: 'orders', service: 'orders', objective: 0.999 });
 * slos.reports$.subscribe(([orders]) => show(orders?.errorBudget.remaining));
 * slos.monitor('orders', { availability: 0.99, responseTime: 800 }).subscribe();
 * ```
 */
@Injectable({ providedIn: 'root' })
export class SloMonitor {
  private readonly book = inject(SloBook);
  private readonly alerting = inject(AlertingService);
  private readonly clock = inject(CLOCK);
  private readonly destroyed = inject(DestroyRef);
  private readonly period = inject(SLOS.token).lookPeriod;
  private readonly monitored = new Map<string, Observable<SLAReport>>();

  /**
   * How all SLOs are doing: on subscribe, then after each `lookPeriod`. One look for all subscribers, none without. Silent on
   * the server: it completes at once. It also completes when the application is destroyed.
   */
  readonly reports$: Observable<readonly SloReport[]> = polling(
    { period: this.period, clock: this.clock },
    () => [this.book.look()],
  ).pipe(takeUntilDestroyed(this.destroyed));

  /** What the last look said, be it for `reports$` or for an alert rule; empty before the first. */
  readonly reports: Signal<readonly SloReport[]> = this.book.reports.signal;

  /** Adds an SLO. @throws InvalidOptionError when a value is out of its range, or its name is taken. */
  define(slo: SloDefinition): void {
    this.book.define(slo);
  }

  /** Forgets an SLO and says whether there was one. */
  remove(name: string): boolean {
    return this.book.remove(name);
  }

  /**
   * Takes a call in that no metric tells of. Never throws; a name that nobody watches is ignored.
   *
   * @param name Of an SLO, or of a service: then all that is about the service counts it.
   * @param outcome How it ended.
   * @param latency How long it took, in milliseconds. Without it a call is not fast, and not in the quantiles.
   */
  record(name: string, outcome: CallOutcome, latency?: number): void {
    this.book.record(name, outcome, latency);
  }

  /**
   * Whether a service keeps what is promised of it: on subscribe, then after each `lookPeriod`. One look for all subscribers
   * of the same service and thresholds, which counts from the first of them on. A broken promise is one alert `SLABreach`
   * of {@link AlertingService}, which ends a minute after the last report that found it broken. Silent on the server.
   *
   * @param serviceName Its name in rx-mesh/communication, or its host.
   * @throws InvalidOptionError as an error of the stream when a threshold is out of its range, or nothing is promised.
   */
  monitor(serviceName: string, thresholds: SLAThresholds): Observable<SLAReport> {
    return defer(() => {
      const key = JSON.stringify([serviceName, thresholds]);
      const known = this.monitored.get(key);
      if (known) return known;
      const reports$ = this.watch(serviceName, thresholds, () => this.monitored.delete(key));
      this.monitored.set(key, reports$);
      return reports$;
    });
  }

  private watch(
    service: string,
    thresholds: SLAThresholds,
    left: () => void,
  ): Observable<SLAReport> {
    const watched = this.book.watch(service, thresholds);
    const reports$ = polling({ period: this.period, clock: this.clock }, () => {
      const report = watched.look();
      this.alerting.triggerSLAAlert(service, report);
      return [report];
    });
    // While somebody watches the service, its alerts are looked after as well.
    return merge(this.alerting.alerts$.pipe(ignoreElements()), reports$).pipe(
      finalize(() => {
        watched.end();
        left();
      }),
      takeUntilDestroyed(this.destroyed),
      shareLatest(),
    );
  }
}
