import { type RxMeshFeature, ɵmakeFeature } from 'rx-mesh/kernel';
import { METRICS_OPTIONS, type MetricsOptions } from './metrics-options';

/**
 * Sets the limits of the metrics of an application. Without it the defaults hold.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * provideRxMesh(withMetrics({ maxSeriesPerMetric: 500 }));
 * ```
 */
export function withMetrics(options: MetricsOptions = {}): RxMeshFeature<'metrics'> {
  return ɵmakeFeature('metrics', [METRICS_OPTIONS.provide(options)]);
}
