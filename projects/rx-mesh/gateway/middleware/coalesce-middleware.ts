import type { HttpResponse } from '@angular/common/http';
import { SingleFlight } from 'rx-mesh/kernel';
import { defer, finalize, map } from 'rxjs';
import type { MiddlewareFunction } from '../route-config';
import type { AnswerCachePorts } from './cache-middleware';
import { JoinedAsks } from './joined-asks';
import { RequestKeys, isPlain } from './request-keys';

/**
 * Makes one of identical GET and HEAD requests of one user at one time. Each caller has an answer of his own, with the same body; who
 * leaves does not disturb the others, and the last one cancels it. When the time of whoever asked is over, those who have time left ask
 * once more. Requests that want a part (`Range`), that have conditions (`If-None-Match`) or want no answer of before (`Cache-Control:
 * no-cache`, `cache: 'reload'`) go alone; and what is asked after something was changed through it never joins what was asked before.
 * So one serves all routes.
 *
 * @param ports Whose page it is, where the gateway itself does not know the user. @default nobody can say
 * @usageNotes
 * ```ts
 * const middleware = coalescing({ scope: inject(CACHE_SCOPE) });
 * ```
 */
export function coalescing({ scope }: Pick<AnswerCachePorts, 'scope'> = {}): MiddlewareFunction {
  const flights = new SingleFlight<string, HttpResponse<unknown>>();
  const asks = new JoinedAsks<readonly [], HttpResponse<unknown>>();
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
      const key = `${changes} ${JSON.stringify(scope?.() ?? '')} ${found.key}`;
      return asks
        .ask(key, { own: () => next(context), share: (ask) => flights.run(key, ask) })
        .pipe(map((response) => response.clone()));
    });
  };
}
