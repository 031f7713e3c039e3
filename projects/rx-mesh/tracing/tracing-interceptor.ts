import {
  HttpContextToken,
  type HttpEvent,
  type HttpHandler,
  type HttpInterceptor,
  type HttpInterceptorFn,
  type HttpRequest,
  HttpResponse,
  HttpResponseBase,
} from '@angular/common/http';
import {
  DOCUMENT,
  Injectable,
  Injector,
  inject,
  runInInjectionContext,
  untracked,
} from '@angular/core';
import { DIAGNOSTICS, type Diagnostics } from 'rx-mesh/kernel';
import type { Observable } from 'rxjs';
import { HEADER_ORIGINS } from './header-origins';
import { inSpan } from './in-span';
import { PROPAGATOR, type Propagator } from './propagation/propagator';
import { describeRequest } from './request-tags';
import { isHttp, requestUrl } from './request-url';
import type { TraceContext } from './trace-span';
import { Tracer } from './tracer';

/** Whether a request is not traced: for what sends traces itself, which would trace itself without end. */
export const SKIP_TRACING = /* @__PURE__ */ new HttpContextToken<boolean>(() => false);

/**
 * The span that a request is a part of. @default the context of the page, see `Tracer.useTraceContext`
 *
 * @usageNotes
 * ```ts
 * const context = new HttpContext().set(PARENT_TRACE, tracer.contextOf(span));
 * http.get('/orders', { context });
 * ```
 */
export const PARENT_TRACE = /* @__PURE__ */ new HttpContextToken<TraceContext | null>(() => null);

/**
 * The route of a request as a template, such as `/orders/:id`, for the name of its span and the tag `url.template`. It
 * is used as it stands, so it must hold nothing that varies. @default none: the span is named by the method alone
 */
export const URL_TEMPLATE = /* @__PURE__ */ new HttpContextToken<string | undefined>(
  () => undefined,
);

/**
 * Gives each HTTP request a span, and tells the server of it by the headers of `PROPAGATOR`.
 *
 * There is one span a subscription, so one an attempt: it ends when the response is complete, the request fails or the
 * subscriber leaves. Names and tags are those of OpenTelemetry (HTTP semantic conventions 1.44). `url.full` is without
 * credentials, secret query values and fragment. A request that was cancelled has the status `cancelled`, the tag
 * `rx_mesh.cancelled` and no `error.type`.
 *
 * Headers go to the page's own origin and to `allowedOrigins` only. A request that has one of them already is sent as it
 * is; if they are sound, the span becomes a part of what they say, as the server's span will.
 *
 * @usageNotes
 * ```ts
 * provideHttpClient(withInterceptors([tracingInterceptor]));
 * ```
 */
export const tracingInterceptor: HttpInterceptorFn = (request, next) => {
  const { context, headers, method, urlWithParams } = request;
  if (context.get(SKIP_TRACING)) return next(request);
  const url = requestUrl(urlWithParams, inject(DOCUMENT));
  const { name, tags } = describeRequest(method, context.get(URL_TEMPLATE), url);
  const propagator = inject(PROPAGATOR);
  const diagnostics = inject(DIAGNOSTICS);
  // Baggage is of the application, and tells of no trace.
  const isTold = propagator.fields.some((field) => field !== 'baggage' && headers.has(field));
  // A script element sends no headers, and Angular refuses a JSONP request that has some.
  const hasOrigin = method !== 'JSONP' && url && isHttp(url);
  const mayTell = hasOrigin && !isTold && inject(HEADER_ORIGINS).has(url.origin);
  const given = isTold
    ? guarded(diagnostics, () => propagator.extract((field) => headers.getAll(field)?.join()))
    : undefined;
  const tracer = inject(Tracer);
  let sends = 0;
  return inSpan<HttpEvent<unknown>>(
    tracer,
    name,
    { kind: 'client', parent: given ?? context.get(PARENT_TRACE) ?? undefined, tags },
    (span) => {
      // Another interceptor has subscribed again, as `retry` does. Who retries a call of HttpClient begins anew.
      if (sends++ > 0) tracer.tag(span.spanId, 'http.request.resend_count', sends - 1);
      const told = mayTell
        ? guarded(diagnostics, () => withHeaders(request, propagator, span))
        : undefined;
      // As HttpClient does it: no signal that is read on the way sends it again.
      return untracked(() => next(told ?? request));
    },
    {
      isFinal: (event) => event instanceof HttpResponse,
      codeOf: (result) => (result instanceof HttpResponseBase ? result.status : 0),
    },
  );
};

/**
 * {@link tracingInterceptor} as a class, for applications that register interceptors by class. It does nothing unless
 * `withInterceptorsFromDi()` is there too. Register one of the two, else each request has two spans.
 *
 * @usageNotes
 * ```ts
 * providers: [
 *   provideHttpClient(withInterceptorsFromDi()),
 *   { provide: HTTP_INTERCEPTORS, useExisting: TracingInterceptor, multi: true },
 * ];
 * ```
 */
@Injectable({ providedIn: 'root' })
export class TracingInterceptor implements HttpInterceptor {
  private readonly injector = inject(Injector);

  /** Traces a request, as {@link tracingInterceptor} does. */
  intercept(request: HttpRequest<unknown>, next: HttpHandler): Observable<HttpEvent<unknown>> {
    return runInInjectionContext(this.injector, () =>
      tracingInterceptor(request, (sent) => next.handle(sent)),
    );
  }
}

function withHeaders(
  request: HttpRequest<unknown>,
  propagator: Propagator,
  span: TraceContext,
): HttpRequest<unknown> {
  let { headers } = request;
  propagator.inject(span, (name, value) => {
    if (!request.headers.has(name)) headers = headers.set(name, value);
  });
  return request.clone({ headers });
}

/** A propagator that throws must not break the request that it was to tell of. */
function guarded<T>(diagnostics: Diagnostics, work: () => T): T | undefined {
  try {
    return work();
  } catch (cause) {
    diagnostics.report({
      code: 'RXM802',
      severity: 'error',
      source: 'tracing',
      message: 'PROPAGATOR threw: a request goes out as it was. Mend it.',
      cause,
    });
    return undefined;
  }
}
