import type { HttpRequest } from '@angular/common/http';
import { Injectable } from '@angular/core';
import {
  cacheKey,
  ɵTokenNumbers,
  ɵisHarmless,
  ɵisText,
  ɵisVolatile,
  ɵisWhole,
} from 'rx-mesh/caching';
import { nameOf } from '../pipeline/route-name';
import type { RequestContext } from '../route-config';

// That of `cacheKey`.
const MAX_LENGTH = 1024;

/** The key of the answer to a request. */
export interface RequestKey {
  /** The key. No token is in it. */
  readonly key: string;
  /** Whether the same request of another page has this key, too. */
  readonly isLasting: boolean;
  /** Whether it is told apart by whose it is. */
  readonly isOfOne: boolean;
}

/**
 * Makes the keys by which answers are told apart: route, method, address, what it is read as, whose it is, and the headers that the
 * application has set. Keys are told to other tabs, so values of headers that may be secrets are numbers in them.
 */
@Injectable({ providedIn: 'root' })
export class RequestKeys {
  readonly #numbers = new ɵTokenNumbers();

  /**
   * The key of a request; `undefined` when it would be too long.
   *
   * @param context The request.
   * @param perUser Whether each user has answers of his own. Else what says who he is does not count.
   */
  keyOf(context: RequestContext, perUser: boolean): RequestKey | undefined {
    const { originalRequest: request, route, user } = context;
    const owner = perUser ? user?.id : undefined;
    // Whose they are is known already, or does not matter.
    const skipped = owner !== undefined || !perUser ? credentialsOf(context) : [];
    let isLasting = owner === undefined && !withCookies(request) && ɵisText(request);
    const headers = request.headers
      .keys()
      .map((name) => name.toLowerCase())
      .filter((name) => !ɵisVolatile(name) && !skipped.includes(name))
      .sort()
      .map((name) => {
        const value = (request.headers.getAll(name) ?? []).join(', ');
        if (ɵisHarmless(name)) return `${name}: ${value}`;
        isLasting = false;
        return `${name}: #${this.#numbers.of(value)}`;
      });
    const parts = [
      'gateway',
      nameOf(route),
      `${route.targetService} ${route.targetPath}`,
      request.method,
      request.urlWithParams,
      request.responseType,
      request.withCredentials,
      (request.credentials as RequestCredentials | undefined) ?? null,
      owner ?? null,
      ...headers,
    ];
    if (JSON.stringify(parts).length > MAX_LENGTH) return undefined;
    const isOfOne =
      owner !== undefined || credentialsOf(context).some((name) => request.headers.has(name));
    return { key: cacheKey(...parts), isLasting, isOfOne };
  }
}

/** The headers by which a request says whose it is, in lower case. */
export function credentialsOf({ credentials = [], route }: RequestContext): readonly string[] {
  const scheme = route.authentication?.scheme;
  const keys = typeof scheme === 'object' ? [scheme.header, ...credentials] : credentials;
  return ['authorization', ...keys.map((name) => name.toLowerCase())];
}

/** Whether a request is a question for all of an answer, from wherever it may come. */
export function isPlain(request: HttpRequest<unknown>): boolean {
  return (request.method === 'GET' || request.method === 'HEAD') && ɵisWhole(request);
}

function withCookies({ credentials, withCredentials }: HttpRequest<unknown>): boolean {
  return withCredentials || credentials === 'include';
}
