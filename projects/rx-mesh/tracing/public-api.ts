export { type ExportStatus } from './export/export-ledger';
export {
  type ExporterOptions,
  type SpanExporterFeature,
  jaegerExporter,
  otlpExporter,
  spanExporter,
  zipkinExporter,
} from './export/exporters';
export { SpanExport } from './export/span-export';
export {
  type RejectedSpans,
  SPAN_EXPORTERS,
  type SpanExporter,
  type SpanFormat,
  TRACE_FETCH,
  type TraceFetch,
  type TraceResource,
} from './export/span-exporter';
export { type B3Context, type B3Options, b3Propagator } from './propagation/b3-propagator';
export {
  type HeaderStore,
  type ReadableCarrier,
  type WritableCarrier,
  extractFrom,
  injectInto,
} from './propagation/carriers';
export { compositePropagator } from './propagation/composite-propagator';
export { type ChildContext } from './propagation/header-ids';
export { contextOfDocument } from './propagation/meta-context';
export { traceIdHeaders } from './propagation/seed-header-propagator';
export { withTraceState } from './propagation/trace-state';
export { baggagePropagator, formatBaggage, parseBaggage } from './propagation/w3c-baggage';
export { DistributedTracingService } from './distributed-tracing-service';
export { PROPAGATOR, type Propagator } from './propagation/propagator';
export { w3cPropagator } from './propagation/w3c-propagator';
export {
  type SpanKind,
  type SpanStatus,
  type SpanTagValue,
  type TraceContext,
  type TraceLog,
  type TraceSpan,
} from './trace-span';
export { type TracedOptions, traced } from './traced';
export { type SpanOptions, Tracer, type TracerEvent } from './tracer';
export {
  PARENT_TRACE,
  SKIP_TRACING,
  TracingInterceptor,
  URL_TEMPLATE,
  tracingInterceptor,
} from './tracing-interceptor';
export { type TracingOptions } from './tracing-options';
export { withTracing } from './with-tracing';
