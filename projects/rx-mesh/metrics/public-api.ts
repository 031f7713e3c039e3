export { collectMetrics } from './collect-metrics';
export {
  type BoundCounter,
  type BoundGauge,
  type BoundHistogram,
  type CounterMetric,
  type GaugeMetric,
  type HistogramMetric,
} from './instruments';
export {
  type MetricData,
  type MetricDefinition,
  type MetricSeries,
  type MetricTags,
  type MetricType,
  toMetricData,
} from './metric-data';
export {
  MetricRegistry,
  type MetricRegistryOptions,
  type MetricRegistryPorts,
} from './metric-registry';
export {
  MetricsInterceptor,
  ROUTE_TEMPLATE,
  SKIP_METRICS,
  metricsInterceptor,
} from './metrics-interceptor';
export { type MetricsOptions } from './metrics-options';
export { MetricsService } from './metrics-service';
export { routeTemplate } from './route-template';
export { withMetrics } from './with-metrics';
