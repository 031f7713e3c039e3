import { Injectable, type Signal, inject } from '@angular/core';
import type { Observable, ObservableInput } from 'rxjs';
import { inSpan } from './in-span';
import type { SpanOptions } from './span-options';
import type { SpanStatus, SpanTagValue, TraceContext, TraceSpan } from './trace-span';
import { Tracer } from './tracer';
import { TracingInterceptor } from './tracing-interceptor';

/**
 * Tracing at a glance: spans by hand, around calls and around HTTP requests, and what is active now.
 *
 * @usageNotes
 * ```ts
 * const tracing = inject(DistributedTracingService);
 * const span = tracing.startSpan('checkout');
 * tracing.addSpanTag(span.spanId, 'cart.items', 3);
 * tracing.finishSpan(span.spanId);
 * ```
 */
@Injectable({ providedIn: 'root' })
export class DistributedTracingService {
  private readonly tracer = inject(Tracer);
  private readonly interceptor = inject(TracingInterceptor);

  /** The active spans by span id: on subscribe, and after each change. */
  readonly activeSpans$: Observable<ReadonlyMap<string, TraceSpan>> = this.tracer.activeSpans$;

  /** The active spans by span id, as a signal. */
  readonly activeSpans: Signal<ReadonlyMap<string, TraceSpan>> = this.tracer.activeSpans;

  /** The spans that ended last, oldest first, up to `maxRecentSpans`: on subscribe, and after each change. */
  readonly recentSpans$: Observable<readonly TraceSpan[]> = this.tracer.recentSpans$;

  /** The spans that ended last, oldest first, up to `maxRecentSpans`, as a signal: what a page shows of itself. */
  readonly recentSpans: Signal<readonly TraceSpan[]> = this.tracer.recentSpans;

  /** What spans without a parent are a part of: on subscribe, and after each change. `null` until it is set. */
  readonly traceContext$: Observable<TraceContext | null> = this.tracer.traceContext$;

  /** What spans without a parent are a part of, as a signal. `null` until it is set. */
  readonly traceContext: Signal<TraceContext | null> = this.tracer.traceContext;

  /**
   * Sets what spans without a parent are a part of, such as the trace of a page view; `null` for nothing. It is for the
   * whole page: what runs side by side is kept apart by parents of its own.
   */
  useTraceContext(context: TraceContext | null): void {
    this.tracer.useTraceContext(context);
  }

  /** An `HttpInterceptor` that traces requests as `tracingInterceptor` does. */
  createTracingInterceptor(): TracingInterceptor {
    return this.interceptor;
  }

  /** Begins a span. @param parentContext What it is a part of. @default the context of the page */
  startSpan(operationName: string, parentContext?: TraceContext | null): TraceSpan {
    return this.tracer.startSpan(operationName, { parent: parentContext });
  }

  /** Ends a span, once, and tells whether there was such an active span. @param status How it ended. @default 'ok' */
  finishSpan(spanId: string, status?: SpanStatus): boolean {
    return this.tracer.end(spanId, status);
  }

  /** Notes what is known about an active span. */
  addSpanTag(spanId: string, key: string, value: SpanTagValue): void {
    this.tracer.tag(spanId, key, value);
  }

  /** Notes that something happened now in an active span. @param fields Details. @default none */
  addSpanLog(
    spanId: string,
    message: string,
    fields?: Readonly<Record<string, SpanTagValue>>,
  ): void {
    this.tracer.log(spanId, message, fields);
  }

  /** Forgets the spans that ended. What is on its way to an exporter stays on its way. */
  clearRecentSpans(): void {
    this.tracer.clearRecentSpans();
  }

  /** Does some work in a span of its own for each subscriber, as the function `withSpan` does. */
  withSpan<T>(
    name: string,
    work: (span: TraceContext) => ObservableInput<T>,
    options: SpanOptions = {},
  ): Observable<T> {
    return inSpan(this.tracer, name, options, work);
  }

  /**
   * Calls a service in a span of its own for each subscriber, as `traced` does with a stream.
   *
   * @param serviceCall Makes the call. It is given the context of the span, for {@link PARENT_TRACE} of its requests.
   * @usageNotes
   * ```ts
   * tracing.traceServiceCall('orders', 'list', (trace) =>
   *   http.get('/api/orders', { context: new HttpContext().set(PARENT_TRACE, trace) }),
   * );
   * ```
   */
  traceServiceCall<T>(
    serviceName: string,
    operationName: string,
    serviceCall: (trace: TraceContext) => Observable<T>,
  ): Observable<T> {
    const tags = { 'rx_mesh.service': serviceName, 'rx_mesh.operation': operationName };
    return inSpan(this.tracer, `${serviceName}.${operationName}`, { tags }, serviceCall);
  }
}
