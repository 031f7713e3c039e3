import { HttpContext, HttpContextToken } from '@angular/common/http';
import { createOptions, nonNegative, oneOf } from 'rx-mesh/kernel';
import { CACHE, type CacheOptions } from '../cache-options';

/** What `cacheInterceptor` does where a request says nothing. */
export interface HttpCachingOptions {
  /** Whether answers are kept that say so themselves; else only those of requests with `cached()`. @default true */
  readonly automatic?: boolean | undefined;
  /**
   * Which servers are asked whether a stale answer still holds (`If-None-Match`). Those of other origins must allow that
   * header, and make `ETag` readable, by CORS. @default 'same-origin'
   */
  readonly conditional?: 'same-origin' | 'always' | 'never' | undefined;
  /** How long a stale answer is kept for that, in milliseconds. @default 3600000 */
  readonly revalidateWithin?: number | undefined;
}

/** The options of the interceptor, with a value for each. */
export type HttpCachingValues = {
  readonly [K in keyof HttpCachingOptions]-?: NonNullable<HttpCachingOptions[K]>;
};

/** What `cacheInterceptor` does where a request says nothing. */
export const HTTP_CACHING = /* @__PURE__ */ createOptions<HttpCachingValues>(
  'HttpCachingOptions',
  { automatic: true, conditional: 'same-origin', revalidateWithin: 3_600_000 },
  {
    conditional: /* @__PURE__ */ oneOf('same-origin', 'always', 'never'),
    revalidateWithin: nonNegative,
  },
);

/** How the answer of one request is kept: options go before what the answer says; `false`: not at all. */
export const HTTP_CACHE = /* @__PURE__ */ new HttpContextToken<CacheOptions | false | undefined>(
  () => undefined,
);

/**
 * Says how the answer of a request is kept. What is given here goes before what the answer says, but for `no-store`, which holds.
 * A stale one is not given where the answer says `must-revalidate` or `no-cache`.
 *
 * It stays in the page unless `levels: 'all'` is given. Even then it does where the request has a header that may say who asks
 * (all but `Accept`, `Accept-Language`, `Content-Type`, `X-Requested-With` and those of tracing), where it is read as a blob or
 * an array buffer, and where the answer is `private`, or varies by a header that the browser sets.
 *
 * A load has no `hardTimeout` unless one is given: requests have time-outs of their own.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * http.get('/api/rates', { context: cached({ ttl: 60_000, staleIfError: 3_600_000, tags: ['rates'] }) });
 * ```
 */
export function cached(options: CacheOptions = {}, context = new HttpContext()): HttpContext {
  CACHE.resolve(options);
  return context.set(HTTP_CACHE, options);
}

/**
 * Says that a request goes to the server, and its answer is not kept.
 *
 * @usageNotes
 * ```ts
 * http.get('/api/rates', { context: uncached() });
 * ```
 */
export function uncached(context = new HttpContext()): HttpContext {
  return context.set(HTTP_CACHE, false);
}
