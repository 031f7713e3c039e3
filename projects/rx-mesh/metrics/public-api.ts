export { type Alert, type AlertEvent, type AlertGroup, type AlertSeverity } from './alerting/alert';
export {
  ALERT_CHANNELS,
  type AlertChannel,
  type AlertChannelFeature,
  alertChannel,
  callbackChannel,
} from './alerting/alert-channel';
export {
  AlertDeliveryError,
  InvalidAlertRuleError,
  isAlertDeliveryError,
  isInvalidAlertRuleError,
} from './alerting/alert-errors';
export { type AlertLabels, type LabelMatcher } from './alerting/alert-labels';
export { type AlertSilence, type InhibitRule, type SilenceRequest } from './alerting/alert-mutes';
export {
  type AbsenceCondition,
  type AlertAggregate,
  type AlertCondition,
  type AlertContext,
  type AlertEvaluation,
  type AlertRule,
  type AlertSample,
  type BurnRateCondition,
  type ThresholdCondition,
} from './alerting/alert-rule';
export { type AlertingOptions } from './alerting/alerting-options';
export { AlertingService } from './alerting/alerting-service';
export {
  type AlertmanagerChannelOptions,
  alertmanagerChannel,
} from './alerting/alertmanager-channel';
export { type WebhookChannelOptions, webhookChannel } from './alerting/webhook-channel';
export { type WithAlertingOptions, withAlerting } from './alerting/with-alerting';
export { collectMetrics } from './collect-metrics';
export {
  type BoundCounter,
  type BoundGauge,
  type BoundHistogram,
  type CounterMetric,
  type GaugeMetric,
  type HistogramMetric,
  type MetricOf,
} from './instruments';
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
} from './metric-data';
export { MetricDefinitionError, isMetricDefinitionError } from './metric-definition';
export {
  MetricRegistry,
  type MetricRegistryOptions,
  type MetricRegistryPorts,
} from './metric-registry';
export {
  type AppliedView,
  type MetricView,
  type MetricViewTags,
  type MetricViews,
  metricViews,
} from './metric-view';
export { METRICS_FETCH, type MetricsFetch } from './metrics-fetch';
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
export { type PrometheusLeftOut } from './prometheus/exposition';
export {
  type PrometheusAnswer,
  type PrometheusMatrix,
  type PrometheusNotes,
  type PrometheusPoint,
  type PrometheusSample,
  type PrometheusScalar,
  type PrometheusSeries,
  type PrometheusString,
  type PrometheusVector,
} from './prometheus/prometheus-answer';
export {
  type PrometheusFailure,
  PrometheusPushError,
  PrometheusQueryError,
  isPrometheusPushError,
  isPrometheusQueryError,
} from './prometheus/prometheus-errors';
export { type PrometheusOptions } from './prometheus/prometheus-options';
export {
  type PrometheusPushOptions,
  type PrometheusPushStatus,
} from './prometheus/prometheus-pusher';
export {
  type PrometheusQueryOptions,
  type PrometheusRangeOptions,
  PrometheusService,
} from './prometheus/prometheus-service';
export {
  OPENMETRICS_CONTENT_TYPE,
  type OpenMetricsTextOptions,
  PROMETHEUS_CONTENT_TYPE,
  type PrometheusTextOptions,
  openMetricsText,
  prometheusText,
} from './prometheus/prometheus-text';
export { withPrometheus } from './prometheus/with-prometheus';
export { type BurnRateRule, burnRateThreshold, defaultBurnRateRules } from './slo/burn-rate';
export { type CallOutcome } from './slo/call-feed';
export { type SLABreach, type SLAReport, type SLAThresholds } from './slo/sla-report';
export { type SloDefinition, type SloIndicator } from './slo/slo-definition';
export { SloMonitor } from './slo/slo-monitor';
export { type SloOptions } from './slo/slo-options';
export { type CallVerdict, type SloSource, callSource, httpSource } from './slo/slo-source';
export {
  type BurnRateReading,
  type ErrorBudget,
  type SloReport,
  type SloState,
  SloTracker,
} from './slo/slo-tracker';
export { withSlos } from './slo/with-slos';
export {
  BreakerMetrics,
  type CircuitBreakerReading,
  monitorCircuitBreakers,
} from './breaker-metrics';
export {
  type AggregatedMetrics,
  type CallStatistics,
  type ServiceMetrics,
  type ServiceMetricsKind,
  type ServiceTotals,
} from './dashboard/aggregated-metrics';
export {
  type DashboardBreaker,
  type DashboardData,
  type DashboardPoint,
  type DashboardService,
} from './dashboard/dashboard-data';
export { type DashboardOptions } from './dashboard/dashboard-options';
export { withMetricsDashboard } from './dashboard/with-metrics-dashboard';
export { DistributedMetricsService } from './distributed-metrics-service';
export { RESOURCE_PROBE } from './resources/resource-probe';
export {
  type DiskUtilization,
  type MemoryUtilization,
  type NetworkUtilization,
  type ResourceProbe,
  type ResourceReading,
  type ResourceUtilization,
} from './resources/resource-utilization';
export { monitorStreamPerformance } from './stream-performance';
export { type MetricsFeature } from './metrics-feature';
export { type MetricsExportStatus } from './otlp/export-ledger';
export { MetricsExport } from './otlp/metrics-export';
export { type OtlpMetricsExporterOptions, otlpMetricsExporter } from './otlp/otlp-metrics-exporter';
export {
  type MetricsResource,
  type MetricsTemporality,
  type OtlpMetricsOptions,
  otlpMetricsJson,
} from './otlp/otlp-metrics-json';
export { type DashboardMetric } from './grafana/dashboard-names';
export { type DashboardSlo } from './grafana/dashboard-panels';
export { type GrafanaDashboardOptions, grafanaDashboard } from './grafana/grafana-dashboard';
export { GrafanaError, isGrafanaError } from './grafana/grafana-error';
export {
  type GrafanaDashboard,
  type GrafanaDataSource,
  type GrafanaGridPos,
  type GrafanaPanel,
  type GrafanaTarget,
  type GrafanaVariable,
} from './grafana/grafana-json';
export {
  type GrafanaAnnotation,
  type GrafanaAnnotationReceipt,
  GrafanaService,
} from './grafana/grafana-service';
export { type GrafanaOptions, withGrafana } from './grafana/with-grafana';
export { type TabGaugeRule } from './tabs/merge-series';
export { TabMetrics } from './tabs/tab-metrics';
export { type TabMetricsOptions } from './tabs/tab-options';
export { METRIC_TAB_PORTS, type MetricTabChannel, type MetricTabPorts } from './tabs/tab-ports';
export { withTabMetrics } from './tabs/with-tab-metrics';
