export { type PrometheusLeftOut } from '../prometheus/exposition';
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
} from '../prometheus/prometheus-answer';
export {
  type PrometheusFailure,
  PrometheusPushError,
  PrometheusQueryError,
  isPrometheusPushError,
  isPrometheusQueryError,
} from '../prometheus/prometheus-errors';
export { type PrometheusOptions } from '../prometheus/prometheus-options';
export {
  type PrometheusPushOptions,
  type PrometheusPushStatus,
} from '../prometheus/prometheus-pusher';
export {
  type PrometheusQueryOptions,
  type PrometheusRangeOptions,
  PrometheusService,
} from '../prometheus/prometheus-service';
export {
  OPENMETRICS_CONTENT_TYPE,
  type OpenMetricsTextOptions,
  PROMETHEUS_CONTENT_TYPE,
  type PrometheusTextOptions,
  openMetricsText,
  prometheusText,
} from '../prometheus/prometheus-text';
export { withPrometheus } from '../prometheus/with-prometheus';
