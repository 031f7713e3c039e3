import { Injectable, type Signal, inject } from '@angular/core';
import type { MonoTypeOperatorFunction, Observable } from 'rxjs';
import { BreakerMetrics, type CircuitBreakerReading } from './breaker-metrics';
import { collectMetrics } from './collect-metrics';
import type { AggregatedMetrics } from './dashboard/aggregated-metrics';
import type { DashboardData } from './dashboard/dashboard-data';
import { MetricsDashboard } from './dashboard/metrics-dashboard';
import type { MetricTags, MetricTrace } from './metric-data';
import { MetricsInterceptor } from './metrics-interceptor';
import { MetricsService } from './metrics-service';
import { ResourceMonitor } from './resources/resource-monitor';
import type { ResourceUtilization } from './resources/resource-utilization';
import type { SLAReport, SLAThresholds } from './slo/sla-report';
import { SloMonitor } from './slo/slo-monitor';
import { monitorStreamPerformance } from './stream-performance';

/**
 * Metrics at a glance: to record, to watch streams, breakers, promises and resources, and to see what the services do.
 *
 * It carries the whole room. Code that only records takes {@link MetricsService}, which is the same numbers.
 *
 * @usageNotes
 * ```ts
 * const metrics = inject(DistributedMetricsService);
 * metrics.incrementCounter('orders.paid', { currency: 'EUR' });
 * metrics.monitorSLA('orders', { availability: 0.999, responseTime: 800 }).subscribe(show);
 * metrics.realTimeDashboard$.subscribe(({ services }) => draw(services));
 * ```
 */
@Injectable({ providedIn: 'root' })
export class DistributedMetricsService {
  private readonly metrics = inject(MetricsService);
  private readonly interceptor = inject(MetricsInterceptor);
  private readonly breakers = inject(BreakerMetrics);
  private readonly slos = inject(SloMonitor);
  private readonly resources = inject(ResourceMonitor);
  private readonly dashboard = inject(MetricsDashboard);

  /**
   * What the services did, window by window: the first after one `aggregationWindow` (10 s). One computation for all
   * subscribers, none without. Silent on the server.
   */
  readonly aggregatedMetrics$: Observable<AggregatedMetrics> = this.dashboard.aggregatedMetrics$;

  /** The last window of `aggregatedMetrics$`, as a signal; `undefined` before the first. To read it computes nothing. */
  readonly aggregatedMetrics: Signal<AggregatedMetrics | undefined> =
    this.dashboard.aggregatedMetrics;

  /**
   * All that a page shows of itself: on subscribe, then after each `dashboardPeriod` (5 s). One computation for all
   * subscribers, none without. Silent on the server.
   */
  readonly realTimeDashboard$: Observable<DashboardData> = this.dashboard.realTimeDashboard$;

  /** What `realTimeDashboard$` said last, as a signal; `undefined` before. To read it computes nothing. */
  readonly realTimeDashboard: Signal<DashboardData | undefined> = this.dashboard.realTimeDashboard;

  /**
   * Measures a stream, as the function `collectMetrics` does.
   *
   * @throws MetricDefinitionError where it is called, when such metrics cannot be.
   */
  collectMetrics<T>(metricName: string, tags?: MetricTags): MonoTypeOperatorFunction<T> {
    return collectMetrics(metricName, tags, this.metrics);
  }

  /** An `HttpInterceptor` that measures requests as `metricsInterceptor` does. */
  createMetricsInterceptor(): MetricsInterceptor {
    return this.interceptor;
  }

  /** Watches how a stream performs, as the function `monitorStreamPerformance` does. */
  monitorStreamPerformance<T>(streamName: string, source: Observable<T>): Observable<T> {
    return monitorStreamPerformance(streamName, source, this.metrics);
  }

  /**
   * Records what a circuit breaker does, and passes it on: `circuit_breaker.state` by `state`, `failure_count`,
   * `success_count` and `transitions`. It records while somebody is subscribed.
   */
  monitorCircuitBreaker<S extends CircuitBreakerReading>(
    serviceName: string,
    circuitBreaker: Observable<S>,
  ): Observable<S> {
    return this.breakers.monitor(serviceName, circuitBreaker);
  }

  /** Whether a service keeps what is promised of it, as {@link SloMonitor.monitor} tells. A broken promise is an alert. */
  monitorSLA(serviceName: string, slaThresholds: SLAThresholds): Observable<SLAReport> {
    return this.slos.monitor(serviceName, slaThresholds);
  }

  /**
   * What the platform tells of its resources: on subscribe, then after each `resourcePeriod` (30 s). One look for all
   * subscribers, none without. What nobody knows is `undefined`, never 0. Silent on the server.
   */
  monitorResourceUtilization(): Observable<ResourceUtilization> {
    return this.resources.utilization$;
  }

  /** Adds to a counter. @param by A finite number of at least 0. @param trace Where the sample was taken. */
  incrementCounter(name: string, tags?: MetricTags, by = 1, trace?: MetricTrace): void {
    this.metrics.incrementCounter(name, tags, by, trace);
  }

  /** Sets a gauge to a finite number. */
  setGauge(name: string, value: number, tags?: MetricTags): void {
    this.metrics.setGauge(name, value, tags);
  }

  /** Sets a gauge, as `setGauge` does. */
  recordGauge(name: string, value: number, tags?: MetricTags): void {
    this.metrics.setGauge(name, value, tags);
  }

  /**
   * Records a duration in a timer.
   *
   * @param duration Milliseconds, at least 0.
   * @param trace Where the sample was taken, to be shown as an exemplar.
   */
  recordTimer(name: string, duration: number, tags?: MetricTags, trace?: MetricTrace): void {
    this.metrics.recordTimer(name, duration, tags, trace);
  }

  /**
   * Records a value in a histogram.
   *
   * @param value A finite number of at least 0, in the unit of the metric.
   * @param trace Where the sample was taken, to be shown as an exemplar.
   */
  recordHistogram(name: string, value: number, tags?: MetricTags, trace?: MetricTrace): void {
    this.metrics.recordHistogram(name, value, tags, trace);
  }
}
