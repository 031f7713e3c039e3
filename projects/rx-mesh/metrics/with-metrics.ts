import { type RxMeshFeature, ɵmakeFeature } from 'rx-mesh/kernel';
import { metricViews } from './metric-view';
import type { MetricsFeature } from './metrics-feature';
import { METRICS_OPTIONS, METRIC_VIEWS, type MetricsOptions } from './metrics-options';

/**
 * Sets the limits and views of the metrics of an application, and where they are sent. Without it the defaults hold, and
 * nothing is sent.
 *
 * @param options What differs from the defaults.
 * @param features What belongs to it, such as `otlpMetricsExporter(...)` and `withTabMetrics()`.
 * @throws InvalidOptionError when an option is out of its range, or a view cannot be.
 * @usageNotes
 * ```ts
 * provideRxMesh(
 *   withMetrics({ maxSeriesPerMetric: 500, views: [{ match: 'http.client.*', tags: { drop: ['server.port'] } }] }),
 * );
 * ```
 */
export function withMetrics(
  options: MetricsOptions = {},
  ...features: readonly MetricsFeature[]
): RxMeshFeature<'metrics'> {
  return ɵmakeFeature('metrics', [
    METRICS_OPTIONS.provide(options),
    { provide: METRIC_VIEWS, useValue: options.views && metricViews(options.views) },
    ...features.flatMap(({ ɵproviders }) => ɵproviders),
  ]);
}
