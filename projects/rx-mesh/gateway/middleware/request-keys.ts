import type { HttpRequest } from '@angular/common/http';
import { Injectable } from '@angular/core';
import { cacheKey, ɵisVolatile } from 'rx-mesh/caching';
import { nameOf } from '../pipeline/route-name';
import type { RequestContext } from '../route-config';

// They decide what is answered, and are no secret.
const PLAIN: readonly string[] = ['accept', 'accept-language'];

// Whose answer is a part, or none at all (304).
const PARTIAL = /^(?:range|if-)/i;

// Who asks so wants no answer of before, in headers and as the `cache` of fetch.
const REFUSES = /\b(?:no-store|no-cache|reload|max-age\s*=\s*"?0+)\b/i;

const MAX_VALUES = 64;

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
  readonly #numbers = new Map<string, number>();
  #last = 0;

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
    let isLasting = owner === undefined && !withCookies(request) && isText(request);
    const headers = request.headers
      .keys()
      .map((name) => name.toLowerCase())
      .filter((name) => !ɵisVolatile(name) && !skipped.includes(name))
      .sort()
      .map((name) => {
        const value = (request.headers.getAll(name) ?? []).join(', ');
        if (PLAIN.includes(name)) return `${name}: ${value}`;
        isLasting = false;
        return `${name}: #${this.#numberOf(value)}`;
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

  #numberOf(value: string): number {
    const number = this.#numbers.get(value) ?? ++this.#last;
    this.#numbers.delete(value);
    this.#numbers.set(value, number);
    const [oldest] = this.#numbers.keys();
    if (this.#numbers.size > MAX_VALUES && oldest !== undefined) this.#numbers.delete(oldest);
    return number;
  }
}

/** The headers by which a request says whose it is, in lower case. */
export function credentialsOf({ credentials = [], route }: RequestContext): readonly string[] {
  const scheme = route.authentication?.scheme;
  const keys = typeof scheme === 'object' ? [scheme.header, ...credentials] : credentials;
  return ['authorization', ...keys.map((name) => name.toLowerCase())];
}

/** Whether a request is a question for all of an answer, from wherever it may come. */
export function isPlain({
  cache,
  headers,
  method,
  reportDownloadProgress,
}: HttpRequest<unknown>): boolean {
  const said = ['cache-control', 'pragma'].flatMap((name) => headers.getAll(name) ?? []);
  const refuses = REFUSES.test([...said, cache].join());
  const isPart = headers.keys().some((name) => PARTIAL.test(name));
  const isSafe = method === 'GET' || method === 'HEAD';
  return isSafe && !refuses && !reportDownloadProgress && !isPart;
}

function withCookies({ credentials, withCredentials }: HttpRequest<unknown>): boolean {
  return withCredentials || credentials === 'include';
}

// What another page can read: bytes do not go there.
function isText({ responseType }: HttpRequest<unknown>): boolean {
  return responseType === 'json' || responseType === 'text';
}
