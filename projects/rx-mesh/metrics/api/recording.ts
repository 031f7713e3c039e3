export {
  type BoundCounter,
  type BoundGauge,
  type BoundHistogram,
  type CounterMetric,
  type GaugeMetric,
  type HistogramMetric,
  type MetricOf,
} from '../instruments';
export {
  type MetricBucket,
  type MetricData,
  type MetricDefinition,
  type MetricExemplar,
  type MetricSeries,
  type MetricTags,
  type MetricTrace,
  type MetricType,
  type TagFilter,
  toMetricData,
} from '../metric-data';
export { MetricDefinitionError, isMetricDefinitionError } from '../metric-definition';
export {
  MetricRegistry,
  type MetricRegistryOptions,
  type MetricRegistryPorts,
} from '../metric-registry';
export {
  type AppliedView,
  type MetricView,
  type MetricViewTags,
  type MetricViews,
  metricViews,
} from '../metric-view';
export { METRICS_FETCH, type MetricsFetch } from '../metrics-fetch';
export {
  MetricsInterceptor,
  ROUTE_TEMPLATE,
  SKIP_METRICS,
  metricsInterceptor,
} from '../metrics-interceptor';
export { type MetricsOptions } from '../metrics-options';
export { MetricsService } from '../metrics-service';
export { routeTemplate } from '../route-template';
export { withMetrics } from '../with-metrics';
export { type MetricsFeature } from '../metrics-feature';
