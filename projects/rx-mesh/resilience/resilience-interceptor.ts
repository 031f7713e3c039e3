import {
  HttpContextToken,
  type HttpEvent,
  HttpEventType,
  type HttpInterceptorFn,
  type HttpRequest,
} from '@angular/common/http';
import { inject } from '@angular/core';
import { Observable, defer, filter } from 'rxjs';
import { HttpPolicies } from './http-policies';
import type { CallContext, ResiliencePolicy } from './policy';

/**
 * The policy of one request, in place of the rules of `withHttpPolicies`; `null` for none.
 *
 * @usageNotes
 * ```ts
 * http.get('/api/report', { context: new HttpContext().set(RESILIENCE_POLICY, null) });
 * ```
 */
export const RESILIENCE_POLICY = /* @__PURE__ */ new HttpContextToken<
  ResiliencePolicy | null | undefined
>(() => undefined);

/** Who goes first when requests wait for a slot: the higher. @default 0 */
export const CALL_PRIORITY = /* @__PURE__ */ new HttpContextToken<number>(() => 0);

/**
 * Keeps the requests of `HttpClient` healthy by the rules of `withHttpPolicies`, without a change of the calls. It belongs
 * in front of the interceptors of tracing and metrics, so that these see each attempt.
 *
 * A request is tried again only if its method is idempotent (RFC 9110, section 9.2.2) or it has an `Idempotency-Key`. On
 * the server a request under way holds back the page, pauses between attempts included: keep a deadline.
 *
 * @usageNotes
 * ```ts
 * provideHttpClient(withInterceptors([resilienceInterceptor, tracingInterceptor, metricsInterceptor]));
 * ```
 */
export const resilienceInterceptor: HttpInterceptorFn = (request, next) => {
  const chosen = request.context.get(RESILIENCE_POLICY);
  const found = chosen === undefined ? inject(HttpPolicies).find(request) : undefined;
  const policy = chosen ?? found?.policy;
  if (!policy) return next(request);
  return new Observable<HttpEvent<unknown>>((out) => {
    let sent = false;
    // Each attempt sends a request of its own, and tells so. To the caller it is one.
    const attempt$ = defer(() => next(request));
    return policy(attempt$, contextOf(request, found?.name ?? request.method))
      .pipe(
        filter((event) => {
          if (event.type !== HttpEventType.Sent) return true;
          const first = !sent;
          sent = true;
          return first;
        }),
      )
      .subscribe(out);
  });
};

const SAFE: readonly string[] = ['GET', 'HEAD', 'OPTIONS'];
const IDEMPOTENT: readonly string[] = [...SAFE, 'PUT', 'DELETE'];

function contextOf(request: HttpRequest<unknown>, name: string): CallContext {
  const { headers, method } = request;
  const safe = SAFE.includes(method);
  return {
    name,
    safe,
    idempotent: IDEMPOTENT.includes(method) || headers.has('Idempotency-Key'),
    // Lazily: only single flights and stale answers ask for it.
    get key() {
      return safe ? keyOf(request) : undefined;
    },
    priority: request.context.get(CALL_PRIORITY),
    isAnswer: (event) => (event as HttpEvent<unknown>).type === HttpEventType.Response,
  };
}

/** Answers differ by whatever the request says: the user, too. What a cookie says is that of the whole page. */
function keyOf({
  headers,
  method,
  responseType,
  urlWithParams,
  withCredentials,
}: HttpRequest<unknown>): string {
  const said = headers
    .keys()
    .map((header) => [header.toLowerCase(), headers.getAll(header)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([method, urlWithParams, responseType, withCredentials, said]);
}
