export { type ExportStatus } from './export/export-ledger';
export {
  type ExporterOptions,
  type SpanExporterFeature,
  jaegerExporter,
  otlpExporter,
  spanExporter,
  zipkinExporter,
} from './export/exporters';
export { type OfflineSpansOptions, offlineSpans } from './export/offline-spans';
export { sessionId } from './export/session-id';
export { SpanExport } from './export/span-export';
export {
  type RejectedSpans,
  SPAN_EXPORTERS,
  type SpanExporter,
  type SpanFormat,
  TRACE_FETCH,
  type TraceFetch,
  TRACE_RESOURCE,
  type TraceResource,
} from './export/span-exporter';
export { SPAN_LOCKS, type SpanLocks } from './export/span-locks';
export {
  type FoundHead,
  SPAN_STORE,
  type SpanStore,
  type StoredBatch,
  type StoredHead,
  memorySpanStore,
} from './export/span-store';
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
export { type LongTaskSpanOptions, longTaskSpans } from './page/long-task-spans';
export { type NavigationSpanOptions, navigationSpans } from './page/navigation-spans';
export {
  type EntryObserver,
  type EntryObserverConstructor,
  PERFORMANCE_OBSERVER,
} from './page/performance-observer';
export { type RouterLike } from './page/router-events';
export {
  type OnWebVital,
  type WebVital,
  type WebVitalsModule,
  webVitalSpans,
} from './page/web-vital-spans';
export { DistributedTracingService } from './distributed-tracing-service';
export { PROPAGATOR, type Propagator } from './propagation/propagator';
export { w3cPropagator } from './propagation/w3c-propagator';
export {
  type SpanKind,
  type SpanLink,
  type SpanStatus,
  type SpanTagValue,
  type TraceContext,
  type TraceLog,
  type TraceSpan,
} from './trace-span';
export { type TracedOptions, traced } from './traced';
export { inTrace } from './in-trace';
export { guardedSampler } from './sampling/guarded-sampler';
export { type ParentBasedOptions, parentBased } from './sampling/parent-based';
export { type RateLimitedOptions, rateLimited } from './sampling/rate-limited';
export { ratioSampler } from './sampling/ratio-sampler';
export { type SamplingRule, sampleBy } from './sampling/sample-by';
export { type Sampler, type SamplingRequest, alwaysSample, neverSample } from './sampling/sampler';
export {
  TAIL_SAMPLER,
  type TailReason,
  TailSampler,
  type TailSamplerStatistics,
} from './sampling/tail-sampler';
export { tailSampling } from './sampling/tail-sampling';
export type { TailSamplingOptions } from './sampling/tail-sampling-options';
export { type SpanOptions, type TracerEvent } from './span-options';
export { Tracer } from './tracer';
export { withSpan } from './with-span';
export { type TracingFeature } from './tracing-feature';
export {
  PARENT_TRACE,
  SKIP_TRACING,
  TracingInterceptor,
  URL_TEMPLATE,
  tracingInterceptor,
} from './tracing-interceptor';
export { type TracingOptions } from './tracing-options';
export { withTracing } from './with-tracing';
