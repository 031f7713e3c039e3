import { HttpEventType, type HttpInterceptorFn, HttpResponse } from '@angular/common/http';
import { inject } from '@angular/core';
import { concat, ignoreElements, mergeMap, of } from 'rxjs';
import { HttpCache } from './http-cache';

const SAFE: readonly string[] = ['GET', 'HEAD', 'OPTIONS', 'TRACE'];

/**
 * Answers GET requests of `HttpClient` from `CacheService` as RFC 9111 allows it to a private cache: `Cache-Control`, `Expires`,
 * `Age`, `Vary`, `ETag` and `Last-Modified` with conditional requests, `stale-while-revalidate` and `stale-if-error` (RFC 5861).
 * Identical requests at one time are one. A POST, PUT, PATCH or DELETE that succeeds makes void what is kept of its address.
 *
 * It belongs behind the interceptor that authorizes, so that the answers of one user are told from those of another, and in
 * front of those that try again, trace and measure. Where a cookie is what authorizes, say whose page it is:
 * `withCaching({ scope })`. `cached()` and `uncached()` decide for one request. Requests with `reportProgress`, `Range`,
 * conditions of their own (`If-None-Match`), `no-cache`, `no-store` or `max-age=0` pass; one with `only-if-cached` fails with 504
 * where nothing is kept. What a server has rendered (`provideClientHydration()`) is asked behind it, and is kept only where a
 * request says so, or its `Cache-Control` is one of the `includeHeaders` of the transfer.
 *
 * @usageNotes
 * ```ts
 * provideHttpClient(withInterceptors([authInterceptor, cacheInterceptor, tracingInterceptor]));
 * ```
 */
export const cacheInterceptor: HttpInterceptorFn = (request, next) => {
  const cache = inject(HttpCache);
  if (!SAFE.includes(request.method)) {
    return next(request).pipe(
      mergeMap((event) =>
        event instanceof HttpResponse && event.status < 400
          ? concat(cache.changed(request, event).pipe(ignoreElements()), of(event))
          : of(event),
      ),
    );
  }
  const key = cache.keyOf(request);
  if (key === undefined) return next(request);
  return concat(of({ type: HttpEventType.Sent } as const), cache.answer(key, request, next));
};
