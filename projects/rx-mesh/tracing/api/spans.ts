export {
  type SpanKind,
  type SpanLink,
  type SpanStatus,
  type SpanTagValue,
  type TraceContext,
  type TraceLog,
  type TraceSpan,
} from '../trace-span';
export { type TracedOptions, traced } from '../traced';
export { inTrace } from '../in-trace';
export { type SpanOptions, type TracerEvent } from '../span-options';
export { Tracer } from '../tracer';
export { withSpan } from '../with-span';
export { type TracingFeature } from '../tracing-feature';
export {
  PARENT_TRACE,
  SKIP_TRACING,
  TracingInterceptor,
  URL_TEMPLATE,
  tracingInterceptor,
} from '../tracing-interceptor';
export { type TracingOptions } from '../tracing-options';
export { withTracing } from '../with-tracing';
