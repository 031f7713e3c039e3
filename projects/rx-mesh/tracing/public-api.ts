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
