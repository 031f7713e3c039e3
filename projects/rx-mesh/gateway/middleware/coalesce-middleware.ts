import type { HttpResponse } from '@angular/common/http';
import { SingleFlight } from 'rx-mesh/kernel';
import { defer, finalize, map } from 'rxjs';
import type { MiddlewareFunction } from '../route-config';
import { RequestKeys, isPlain } from './request-keys';

/**
 * Makes one of identical GET and HEAD requests of one user at one time. Each caller has an answer of his own, with the same body; who
 * leaves does not disturb the others, and the last one cancels it. Requests with `Cache-Control: no-cache`, `no-store` or `Range` go
 * alone; and what is asked after something was changed through it never joins what was asked before. So one serves all routes.
 *
 * @usageNotes
 * ```ts
 * const middleware = coalescing();
 * ```
 */
export function coalescing(): MiddlewareFunction {
  const flights = new SingleFlight<string, HttpResponse<unknown>>();
  const keys = new RequestKeys();
  let changes = 0;
  return (context, next) => {
    const { method } = context.originalRequest;
    if (method === 'OPTIONS' || method === 'TRACE') return next(context);
    if (method !== 'GET' && method !== 'HEAD') {
      // However it ends: something may have been changed.
      return next(context).pipe(finalize(() => changes++));
    }
    if (!isPlain(context.originalRequest)) return next(context);
    return defer(() => {
      const found = keys.keyOf(context, true);
      if (!found) return next(context);
      return flights
        .run(`${changes} ${found.key}`, () => next(context))
        .pipe(map((response) => response.clone()));
    });
  };
}
