import { HttpContext } from '@angular/common/http';
import type { TraceContext } from './trace-span';
import { PARENT_TRACE } from './tracing-interceptor';

/**
 * The `HttpContext` of a request that is a part of a span.
 *
 * @param context What else the request says of itself; it is changed, as `HttpContext.set` does. @default nothing
 * @usageNotes
 * ```ts
 * http.get('/orders', { context: inTrace(span) });
 * ```
 */
export function inTrace(span: TraceContext, context: HttpContext = new HttpContext()): HttpContext {
  return context.set(PARENT_TRACE, span);
}
