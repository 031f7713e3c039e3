export {
  type AggregatedMetrics,
  type CallStatistics,
  type ServiceMetrics,
  type ServiceMetricsKind,
  type ServiceTotals,
} from '../dashboard/aggregated-metrics';
export {
  type DashboardBreaker,
  type DashboardData,
  type DashboardPoint,
  type DashboardService,
} from '../dashboard/dashboard-data';
export { type DashboardOptions } from '../dashboard/dashboard-options';
export { withMetricsDashboard } from '../dashboard/with-metrics-dashboard';
