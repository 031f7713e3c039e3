import {
  HttpErrorResponse,
  type HttpEvent,
  type HttpHandlerFn,
  type HttpRequest,
  HttpResponse,
} from '@angular/common/http';
import { DOCUMENT, Injectable, inject } from '@angular/core';
import { CLOCK, DIAGNOSTICS, isServer } from 'rx-mesh/kernel';
import { type Observable, catchError, filter, map, mergeMap, of, take, throwError } from 'rxjs';
import type { CacheOptions } from '../cache-options';
import { CACHE_SCOPE } from '../cache-scope';
import { CacheService } from '../cache-service';
import type { LoadContext } from '../loading/load-context';
import {
  TokenNumbers,
  addressOf,
  addressTag,
  httpCacheKey,
  isHarmless,
  isVolatile,
} from './http-cache-key';
import { HTTP_CACHE, HTTP_CACHING } from './http-cache-options';
import { type HttpFreshness, directivesOf, httpFreshness } from './http-freshness';
import { changedTags, isSaid, isText, isWhole } from './http-requests';
import {
  type StoredResponse,
  httpResponse,
  isStoredResponse,
  storedResponse,
} from './stored-response';

/** Keeps answers of `HttpClient` by the rules of RFC 9111, as a private cache. */
@Injectable({ providedIn: 'root' })
export class HttpCache {
  private readonly cache = inject(CacheService);
  private readonly settings = inject(HTTP_CACHING.token);
  private readonly scope = inject(CACHE_SCOPE);
  private readonly clock = inject(CLOCK);
  private readonly diagnostics = inject(DIAGNOSTICS);
  private readonly document = inject(DOCUMENT);
  private readonly tokens = new TokenNumbers();
  private toldVary = false;

  /** The key of the answer to a request; `undefined` where none is kept. */
  keyOf(request: HttpRequest<unknown>): string | undefined {
    const { context, method } = request;
    const options = context.get(HTTP_CACHE);
    const isWanted = options === undefined ? this.settings.automatic : options !== false;
    const isAsked = isWanted && method === 'GET' && isWhole(request);
    return isAsked ? httpCacheKey(request, this.tokens) : undefined;
  }

  /** The answer to a request: a kept one, else that of the server. */
  answer(
    key: string,
    request: HttpRequest<unknown>,
    next: HttpHandlerFn,
  ): Observable<HttpResponse<unknown>> {
    const chosen = request.context.get(HTTP_CACHE);
    const wanted = chosen === undefined || chosen === false ? {} : chosen;
    if (directivesOf(request.headers.get('cache-control') ?? '').has('only-if-cached'))
      return this.find(key, request);
    const tag = this.tagOf(request.url);
    return this.cache
      .get<StoredResponse>(key, (context) => this.ask(request, next, wanted, context), {
        ...wanted,
        hardTimeout: wanted.hardTimeout ?? Infinity,
        tags: [...(wanted.tags ?? []), ...(tag === undefined ? [] : [tag])],
        levels: mayLeave(request, wanted) ? 'all' : 'local',
      })
      .pipe(map((stored) => httpResponse(stored)));
  }

  /** Makes void what a request has changed (RFC 9111, section 4.4). */
  changed({ url }: HttpRequest<unknown>, { headers }: HttpResponse<unknown>): Observable<void> {
    return this.cache.invalidateByTags([...changedTags(url, headers, this.base)]);
  }

  // The document of a server has none.
  private get base(): string | undefined {
    return isServer() ? undefined : this.document.baseURI;
  }

  private tagOf(url: string): string | undefined {
    return addressTag(url, this.base);
  }

  // What this page has, fresh; the server is not asked (RFC 9111, section 5.2.1.7).
  private find(key: string, request: HttpRequest<unknown>): Observable<HttpResponse<unknown>> {
    return this.cache.watch<StoredResponse>(key).pipe(
      take(1),
      mergeMap((kept) => {
        if (kept && this.clock.monotonic() < kept.staleAt) return of(httpResponse(kept.value));
        const { urlWithParams: url } = request;
        const answer = { status: 504, statusText: 'Gateway Timeout', url };
        return throwError(() => new HttpErrorResponse(answer));
      }),
    );
  }

  private ask(
    request: HttpRequest<unknown>,
    next: HttpHandlerFn,
    wanted: CacheOptions,
    context: LoadContext<StoredResponse>,
  ): Observable<StoredResponse> {
    const { previous } = context;
    const known = previous && isStoredResponse(previous.value) ? previous : undefined;
    const asked =
      known?.validator !== undefined && this.mayAsk(request)
        ? conditional(request, known.validator)
        : request;
    return next(asked).pipe(
      filter((event: HttpEvent<unknown>) => event instanceof HttpResponse),
      map((response) => {
        const stored = storedResponse(response);
        // Not its own: those of an answer out of the page of a server complain when one is read that they do not have.
        const { headers } = httpResponse(stored);
        this.keep(request, wanted, context, httpFreshness(headers, this.clock.now()));
        return stored;
      }),
      catchError((error: unknown) => {
        // It is passed on as it is.
        if (asked === request || !(error instanceof HttpErrorResponse) || error.status !== 304)
          throw error;
        // What is not said anew holds as before.
        const { headers } = httpResponse(context.notModified());
        const merged = { get: (name: string) => error.headers.get(name) ?? headers.get(name) };
        this.keep(request, wanted, context, httpFreshness(merged, this.clock.now()));
        return of(context.notModified());
      }),
    );
  }

  private keep(
    request: HttpRequest<unknown>,
    wanted: CacheOptions,
    context: LoadContext<StoredResponse>,
    fresh: HttpFreshness,
  ): void {
    const isUsable = fresh.storable && this.isInKey(fresh.vary);
    const ttl = isUsable ? (wanted.ttl ?? fresh.ttl ?? 0) : 0;
    const mayBeStale = isUsable && !fresh.mustRevalidate;
    const canAsk = isUsable && (ttl > 0 || fresh.ttl === 0) && fresh.validator !== undefined;
    const mayLeavePage =
      mayLeave(request, wanted) && !fresh.isPrivate && isSaid(request, fresh.vary);
    context.adapt({
      ttl,
      negativeTtl: ttl,
      validator: fresh.validator,
      levels: mayLeavePage ? 'all' : 'local',
      staleWhileRevalidate: mayBeStale
        ? (wanted.staleWhileRevalidate ?? fresh.staleWhileRevalidate)
        : 0,
      staleIfError: mayBeStale ? (wanted.staleIfError ?? fresh.staleIfError) : 0,
      revalidateWithin: canAsk && this.mayAsk(request) ? this.settings.revalidateWithin : 0,
    });
  }

  // The key has all headers that the application has set, but for those that differ each time.
  private isInKey(vary: readonly string[]): boolean {
    const missing = vary.find(
      (name) => isVolatile(name) || (name === 'cookie' && this.scope() === undefined),
    );
    if (missing !== undefined && !this.toldVary) {
      this.toldVary = true;
      this.diagnostics.report({
        code: 'RXM716',
        severity: 'warning',
        source: 'cacheInterceptor',
        message: `Answers that vary by '${missing}' are not kept: it is not known, or differs for each request.`,
      });
    }
    return missing === undefined;
  }

  private mayAsk({ url }: HttpRequest<unknown>): boolean {
    const { conditional: allowed } = this.settings;
    const baseURI = this.base;
    const at = addressOf(url, baseURI);
    const isOwn = at !== undefined && at.origin === addressOf('', baseURI)?.origin;
    return allowed === 'always' || (allowed === 'same-origin' && isOwn);
  }
}

// A second level is a shared cache: what somebody was given who may have said who he is stays in this page. So do bytes, which
// are no text.
function mayLeave(request: HttpRequest<unknown>, { levels }: CacheOptions): boolean {
  return levels === 'all' && isText(request) && request.headers.keys().every(isHarmless);
}

// An ETag has quotes, a date has none.
function conditional(request: HttpRequest<unknown>, validator: string): HttpRequest<unknown> {
  const name = validator.endsWith('"') ? 'If-None-Match' : 'If-Modified-Since';
  return request.clone({ setHeaders: { [name]: validator } });
}
