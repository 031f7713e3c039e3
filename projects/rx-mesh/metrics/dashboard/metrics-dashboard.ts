import { DestroyRef, Injectable, type Signal, inject, signal, untracked } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { CLOCK, polling, shareLatest } from 'rx-mesh/kernel';
import { type Observable, defer, ignoreElements, merge, tap } from 'rxjs';
import { AlertingService } from '../alerting/alerting-service';
import { MetricsService } from '../metrics-service';
import { ResourceMonitor } from '../resources/resource-monitor';
import type { ResourceUtilization } from '../resources/resource-utilization';
import { SloReader } from '../slo/slo-reader';
import type { AggregatedMetrics } from './aggregated-metrics';
import { type DashboardData, DashboardHistory, breakersOf } from './dashboard-data';
import { DASHBOARD } from './dashboard-options';
import { MetricAggregator } from './metric-aggregator';

/** Adds up the metrics of the application while somebody looks. */
@Injectable({ providedIn: 'root' })
export class MetricsDashboard {
  private readonly clock = inject(CLOCK);
  private readonly metrics = inject(MetricsService);
  private readonly alerting = inject(AlertingService);
  private readonly slos = inject(SloReader);
  private readonly resources = inject(ResourceMonitor);
  private readonly options = inject(DASHBOARD.token);
  private readonly destroyed = inject(DestroyRef);
  private readonly lastAggregated = signal<AggregatedMetrics | undefined>(undefined);
  private readonly lastDashboard = signal<DashboardData | undefined>(undefined);

  /**
   * What the services did, window by window: the first after one `aggregationWindow`. One computation for all subscribers,
   * none without. Silent on the server: it completes at once. It also completes when the application is destroyed.
   */
  readonly aggregatedMetrics$: Observable<AggregatedMetrics> = defer(() => this.aggregating()).pipe(
    takeUntilDestroyed(this.destroyed),
    shareLatest(),
  );

  /** The last window of `aggregatedMetrics$`; `undefined` before the first. To read it computes nothing. */
  readonly aggregatedMetrics: Signal<AggregatedMetrics | undefined> =
    this.lastAggregated.asReadonly();

  /**
   * All that a page shows of itself: on subscribe, then after each `dashboardPeriod`. One computation for all subscribers,
   * none without. While somebody is subscribed, alert rules and resources are looked at, too. Silent on the server: it
   * completes at once. It also completes when the application is destroyed.
   */
  readonly realTimeDashboard$: Observable<DashboardData> = defer(() => this.watching()).pipe(
    takeUntilDestroyed(this.destroyed),
    shareLatest(),
  );

  /** What `realTimeDashboard$` said last; `undefined` before. To read it computes nothing. */
  readonly realTimeDashboard: Signal<DashboardData | undefined> = this.lastDashboard.asReadonly();

  private aggregating(): Observable<AggregatedMetrics> {
    let aggregator: MetricAggregator | undefined;
    return this.polled(this.options.aggregationWindow, (at, timestamp) => {
      const before = aggregator;
      aggregator ??= new MetricAggregator(this.metrics, at);
      return before ? [before.look(at, timestamp)] : [];
    }).pipe(tap((aggregated) => this.lastAggregated.set(aggregated)));
  }

  private watching(): Observable<DashboardData> {
    const { dashboardPeriod, history } = this.options;
    const rows = new DashboardHistory(history);
    let aggregator: MetricAggregator | undefined;
    let resources: ResourceUtilization | undefined;
    const looks = this.polled(dashboardPeriod, (at, timestamp) => {
      // It sets gauges and takes in what came, so it comes first.
      const slos = this.slos.look();
      const services = aggregator ? aggregator.look(at, timestamp).services : [];
      aggregator ??= new MetricAggregator(this.metrics, at);
      const data: DashboardData = {
        timestamp,
        services: rows.take(services, timestamp),
        breakers: breakersOf(this.metrics.collect()),
        slos,
        alerts: this.alerting.alerts(),
        resources,
      };
      this.lastDashboard.set(data);
      return [data];
    });
    const resources$ = this.resources.utilization$.pipe(tap((told) => (resources = told)));
    return merge(merge(this.alerting.alerts$, resources$).pipe(ignoreElements()), looks);
  }

  private polled<T>(
    period: number,
    look: (at: number, timestamp: Date) => readonly T[],
  ): Observable<T> {
    // Whoever subscribes in an `effect` must not wake with each signal that is read here.
    return polling({ period, clock: this.clock }, () =>
      untracked(() => [...look(this.clock.monotonic(), new Date(this.clock.now()))]),
    );
  }
}
