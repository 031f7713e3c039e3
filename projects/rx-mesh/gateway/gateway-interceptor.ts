import { type HttpEvent, HttpEventType, type HttpInterceptorFn } from '@angular/common/http';
import { inject } from '@angular/core';
import { type Observable, catchError, startWith } from 'rxjs';
import { SKIP_GATEWAY } from './pipeline/forward';
import { toHttpError } from './pipeline/problem';
import { ReactiveApiGatewayService } from './reactive-api-gateway-service';

/**
 * Takes the requests of `HttpClient` that a route has a path for through the gateway, without a change of the calls; all others, and
 * those to other hosts, pass. Errors are those of `HttpClient`: an `HttpErrorResponse` of which `error` is the problem (RFC 9457),
 * with `Retry-After` and `Allow` as headers.
 *
 * It belongs in front of all others: what the gateway sends comes by them. There is no progress of bodies; `JSONP` passes.
 *
 * @usageNotes
 * ```ts
 * provideHttpClient(withInterceptors([gatewayInterceptor]), withRxMeshInterceptors());
 * ```
 */
export const gatewayInterceptor: HttpInterceptorFn = (request, next) => {
  if (request.context.get(SKIP_GATEWAY) || request.method === 'JSONP') return next(request);
  const gateway = inject(ReactiveApiGatewayService);
  if (!gateway.ɵtakes(request)) return next(request);
  const answer$: Observable<HttpEvent<unknown>> = gateway.handle(request);
  return answer$.pipe(
    catchError((error: unknown) => {
      throw toHttpError(error, request);
    }),
    startWith({ type: HttpEventType.Sent } as const),
  );
};
