import type { HttpHeaders } from '@angular/common/http';
import { type LoadAdaptation, ɵhttpFreshness, ɵisSaid, ɵisVolatile } from 'rx-mesh/caching';
import type { CacheConfig, RequestContext } from '../route-config';
import { credentialsOf } from './request-keys';

// What is for each user by himself, and nobody says who he is, is kept only where the answer says that it is for all.
const PUBLIC = /(?:^|[\s,])(?:public|s-maxage)\b/i;

const KEPT: readonly number[] = [200, 203, 204];

/**
 * How an answer is kept: what the route says goes before what the answer says, but for what the answer forbids.
 *
 * @param config What the route says.
 * @param context The request.
 * @param headers What the answer says.
 * @param status Its status.
 * @param now Wall clock, in milliseconds.
 * @param key Whether other pages may be given it, and whether it is known whose it is.
 */
export function keptFor(
  config: CacheConfig,
  context: RequestContext,
  headers: HttpHeaders,
  status: number,
  now: number,
  { isOfOne, mayLeave }: { readonly isOfOne: boolean; readonly mayLeave: boolean },
): LoadAdaptation {
  const { isPrivate, mustRevalidate, staleIfError, staleWhileRevalidate, storable, ttl, vary } =
    ɵhttpFreshness(headers, now);
  const { perUser = true } = config;
  const credentials = credentialsOf(context);
  const isInKey = vary.every((name) =>
    name === 'cookie'
      ? perUser && context.user !== undefined
      : !ɵisVolatile(name) && (perUser || !credentials.includes(name)),
  );
  const asksEachTime = mustRevalidate && ttl === 0;
  const isKept =
    KEPT.includes(status) &&
    storable &&
    isInKey &&
    !asksEachTime &&
    (isOfOne || !perUser || PUBLIC.test(headers.get('cache-control') ?? '')) &&
    (perUser || (!isPrivate && mayBeForAll(config, context, headers, credentials)));
  const time = isKept ? (config.ttl ?? ttl ?? 0) : 0;
  const isForOthers = mayLeave && !isPrivate && ɵisSaid(context.originalRequest, vary);
  return {
    ttl: time,
    negativeTtl: time,
    levels: isForOthers && isKept ? 'all' : 'local',
    staleWhileRevalidate:
      time === 0 || mustRevalidate ? 0 : (config.staleWhileRevalidate ?? staleWhileRevalidate),
    staleIfError: time === 0 || mustRevalidate ? 0 : (config.staleIfError ?? staleIfError),
  };
}

// RFC 9111, section 3.5: what somebody was given who has said who he is. A `ttl` of the route says that it is the same for all.
function mayBeForAll(
  { ttl }: CacheConfig,
  { originalRequest: request }: RequestContext,
  headers: HttpHeaders,
  credentials: readonly string[],
): boolean {
  return (
    ttl !== undefined ||
    !credentials.some((name) => request.headers.has(name)) ||
    /(?:^|[\s,])(?:public|s-maxage|must-revalidate)\b/i.test(headers.get('cache-control') ?? '')
  );
}
