export { type MetricsExportStatus } from '../otlp/export-ledger';
export { MetricsExport } from '../otlp/metrics-export';
export {
  type OtlpMetricsExporterOptions,
  otlpMetricsExporter,
} from '../otlp/otlp-metrics-exporter';
export {
  type MetricsResource,
  type MetricsTemporality,
  type OtlpMetricsOptions,
  otlpMetricsJson,
} from '../otlp/otlp-metrics-json';
