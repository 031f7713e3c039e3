import { type RxMeshFeature, ɵmakeFeature } from 'rx-mesh/kernel';
import { DASHBOARD, type DashboardOptions } from './dashboard-options';

/**
 * Sets how often `DistributedMetricsService` adds up the metrics, and how far back its dashboard goes. Without it the
 * defaults hold. It starts nothing.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * provideRxMesh(withMetricsDashboard({ aggregationWindow: 60_000, history: 120 }));
 * ```
 */
export function withMetricsDashboard(
  options: DashboardOptions = {},
): RxMeshFeature<'metrics-dashboard'> {
  return ɵmakeFeature('metrics-dashboard', [DASHBOARD.provide(options)]);
}
