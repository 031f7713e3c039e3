export { type ExportStatus } from '../export/export-ledger';
export {
  type ExporterOptions,
  type SpanExporterFeature,
  jaegerExporter,
  otlpExporter,
  spanExporter,
  zipkinExporter,
} from '../export/exporters';
export { SpanExport } from '../export/span-export';
export {
  type RejectedSpans,
  SPAN_EXPORTERS,
  type SpanExporter,
  type SpanFormat,
  TRACE_FETCH,
  type TraceFetch,
  TRACE_RESOURCE,
  type TraceResource,
} from '../export/span-exporter';
