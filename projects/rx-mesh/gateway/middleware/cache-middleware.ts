import type { HttpResponse } from '@angular/common/http';
import {
  type CacheOptions,
  type CacheService,
  type LoadContext,
  type ɵStoredResponse,
  ɵaddressTag,
  ɵchangedTags,
  ɵhttpResponse,
  ɵisStoredResponse,
  ɵstoredResponse,
} from 'rx-mesh/caching';
import type { Clock } from 'rx-mesh/kernel';
import { statusOf } from 'rx-mesh/resilience';
import {
  EMPTY,
  type Observable,
  catchError,
  concat,
  defer,
  ignoreElements,
  map,
  mergeMap,
  of,
  tap,
  throwError,
} from 'rxjs';
import type { CacheConfig, GatewayNext, MiddlewareFunction, RequestContext } from '../route-config';
import { keptFor } from './cache-rules';
import { JoinedAsks } from './joined-asks';
import { type RequestKeys, isPlain } from './request-keys';

const SAFE: readonly string[] = ['GET', 'HEAD', 'OPTIONS', 'TRACE'];

/** An answer as it is kept. */
interface Kept {
  /** The request that it was loaded for. */
  readonly by: string;
  /** When it was loaded: wall clock, in milliseconds. */
  readonly at: number;
  readonly answer: ɵStoredResponse;
}

/** What {@link answerCache} works with. */
export interface AnswerCachePorts {
  /** Where answers are kept. */
  readonly cache: CacheService;
  /** What tells them apart. One for all that share a cache. */
  readonly keys: RequestKeys;
  /** Tells how old they are. */
  readonly clock: Clock;
  /** Where the page is, for addresses that are not in full. @default such addresses are taken as they are written */
  readonly base?: string | undefined;
  /** Whose page it is, where the gateway itself does not know the user. @default nobody can say */
  readonly scope?: (() => string | undefined) | undefined;
}

/**
 * Answers GET and HEAD from `CacheService` as RFC 9111 allows it to a private cache, each user from his own unless `perUser` is
 * `false`. Kept are answers of status 200, 203 and 204 that say how long they may be, or for as long as the route says; never those
 * that say `no-store`, vary by what is not in the key, or are private where they would be for all. Errors are not kept, also not 404
 * and 410: they are errors to `HttpClient`, and a 301 is followed by the browser before anybody sees it. An old answer is given in
 * place of an error, within `staleIfError`, only where the service is down or too busy: not where it says no.
 *
 * What is kept has `Age` and `Cache-Status` (RFC 9211). Whether a stale answer still holds is asked by the cache of the browser, which
 * needs no preflight for it. Other methods that succeed make void what is kept of their address, and of those that the answer names,
 * for all users; so this middleware is for routes without `cache` as well.
 *
 * @param config How answers are kept; `undefined`: not at all.
 * @usageNotes
 * ```ts
 * const middleware = answerCache({ ttl: 60_000 }, {
 *   cache: inject(CacheService),
 *   clock: inject(CLOCK),
 *   keys: inject(RequestKeys),
 * });
 * ```
 */
export function answerCache(
  config: CacheConfig | undefined,
  ports: AnswerCachePorts,
): MiddlewareFunction {
  const { keys } = ports;
  const asks = new JoinedAsks<readonly [LoadContext<Kept>], Kept>();
  return (context, next) => {
    const request = context.originalRequest;
    if (!SAFE.includes(request.method)) return changing(context, next, ports);
    const found =
      config && isPlain(request) ? keys.keyOf(context, config.perUser ?? true) : undefined;
    if (!config || !found) return next(context);
    return defer(() => {
      const { cache, clock } = ports;
      const isOfOne = found.isOfOne || (ports.scope?.() ?? '') !== '';
      const begin = clock.now();
      const load = ({ adapt, previous }: LoadContext<Kept>): Observable<Kept> =>
        next(context).pipe(
          tap(({ headers, status }) => adapt(keptFor(config, context, headers, status, clock.now(), { mayLeave: found.isLasting, isOfOne }))), // prettier-ignore
          map((response) => keptOf(context, clock.now(), response)),
          catchError((error: unknown) => {
            if (!previous || isDown(error)) throw error;
            // It says no: what there was before must not be given in its place.
            return concat(
              quietly(cache.delete(found.key)),
              throwError(() => error as Error),
            );
          }),
        );
      const alone$ = next(context).pipe(map((response) => keptOf(context, clock.now(), response)));
      const tag = ɵaddressTag(request.url, ports.base);
      const options: CacheOptions = {
        tags: [...(config.tags ?? []), ...(tag === undefined ? [] : [tag])],
        levels: found.isLasting ? 'all' : 'local',
        // The route says how long it may take, and an answer until when it holds.
        hardTimeout: Infinity,
        refreshAhead: 1,
        jitter: 0,
      };
      return asks
        .ask(found.key, {
          own: load,
          share: (ask) => cache.get<Kept>(found.key, ask, options),
          // It was said of the token of somebody else.
          instead: (error) => (config.perUser === false && isRefused(error) ? alone$ : undefined),
        })
        .pipe(
          mergeMap((kept) => {
            // A second level may have something else by now.
            if (!ɵisStoredResponse(kept.answer)) return next(context);
            return of(marked(ɵhttpResponse(kept.answer), kept, context, begin, clock.now()));
          }),
        );
    });
  };
}

function changing(
  context: RequestContext,
  next: GatewayNext,
  { base, cache }: AnswerCachePorts,
): Observable<HttpResponse<unknown>> {
  return next(context).pipe(
    mergeMap((response) => {
      const tags = ɵchangedTags(context.originalRequest.url, response.headers, base);
      return tags.length === 0
        ? of(response)
        : concat(quietly(cache.invalidateByTags(tags)), of(response));
    }),
  );
}

// What is done is done: a second level that cannot be reached is told of by the cache itself.
function quietly(work$: Observable<void>): Observable<never> {
  return work$.pipe(
    ignoreElements(),
    catchError(() => EMPTY),
  );
}

function isRefused(error: unknown): boolean {
  const status = statusOf(error);
  return status === 401 || status === 403;
}

function isDown(error: unknown): boolean {
  const status = statusOf(error);
  return status === undefined || status === 0 || status === 429 || status >= 500;
}

// What is left of a limit is no news later.
const OF_THE_MOMENT = /^(?:age|cache-status|retry-after|(?:x-)?rate-?limit(?:-.*)?)$/i;

function keptOf({ requestId }: RequestContext, at: number, response: HttpResponse<unknown>): Kept {
  const { headers, ...rest } = ɵstoredResponse(response);
  const lasting = headers.filter(
    ([name]) => name.toLowerCase() === 'age' || !OF_THE_MOMENT.test(name),
  );
  return { by: requestId, at, answer: { ...rest, headers: lasting } };
}

function marked(
  response: HttpResponse<unknown>,
  { at, by }: Kept,
  { requestId }: RequestContext,
  begin: number,
  now: number,
): HttpResponse<unknown> {
  const how = by === requestId ? 'fwd=miss' : at > begin ? 'fwd=miss; collapsed' : 'hit';
  const before = Number(response.headers.get('age') ?? 0);
  const age = Math.floor(Math.max(0, now - at) / 1000) + (before >= 0 ? before : 0);
  const headers = response.headers.set('Cache-Status', `rx-mesh; ${how}`);
  return response.clone({ headers: how === 'hit' ? headers.set('Age', String(age)) : headers });
}
