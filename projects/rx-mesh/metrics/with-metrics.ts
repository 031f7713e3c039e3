import { type RxMeshFeature, ɵmakeFeature } from 'rx-mesh/kernel';
import { metricViews } from './metric-view';
import { METRICS_OPTIONS, METRIC_VIEWS, type MetricsOptions } from './metrics-options';

/**
 * Sets the limits and views of the metrics of an application. Without it the defaults hold.
 *
 * @throws InvalidOptionError when an option is out of its range, or a view cannot be.
 * @usageNotes
 * ```ts
 * provideRxMesh(
 *   withMetrics({ maxSeriesPerMetric: 500, views: [{ match: 'http.client.*', tags: { drop: ['server.port'] } }] }),
 * );
 * ```
 */
export function withMetrics(options: MetricsOptions = {}): RxMeshFeature<'metrics'> {
  return ɵmakeFeature('metrics', [
    METRICS_OPTIONS.provide(options),
    { provide: METRIC_VIEWS, useValue: options.views && metricViews(options.views) },
  ]);
}
