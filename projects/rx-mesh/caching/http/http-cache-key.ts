import type { HttpRequest } from '@angular/common/http';
import { cacheKey } from '../cache-key';
import { isCacheName } from '../cache-options';

// Other for each request, and no answer depends on them.
const VOLATILE =
  /^(?:traceparent|tracestate|baggage|b3|x-b3-.*|uber-trace-id|x-(?:request|correlation|trace|span)-id|if-(?:none-match|modified-since)|cache-control|pragma)$/;

// What may be read in keys, and in the second level. All others may be a secret: an API key has many names.
const HARMLESS = /^(?:accept|accept-language|content-type|x-requested-with)$/;

const MAX_TOKENS = 64;

/**
 * Tells values of headers apart without keeping them in keys, which other tabs are told. Of one page; the number of a token is
 * no secret.
 */
export class TokenNumbers {
  readonly #numbers = new Map<string, number>();
  #last = 0;

  /** The number of a token: the same as long as it is one of the last few. */
  of(token: string): number {
    const number = this.#numbers.get(token) ?? ++this.#last;
    this.#numbers.delete(token);
    this.#numbers.set(token, number);
    const [oldest] = this.#numbers.keys();
    if (this.#numbers.size > MAX_TOKENS && oldest !== undefined) this.#numbers.delete(oldest);
    return number;
  }
}

/**
 * The key of the answer to a request: its address, what it is read as, and the headers that the application has set, so that
 * whatever the answer varies by is in it. `undefined` when that is too long to be kept.
 */
export function httpCacheKey(
  request: HttpRequest<unknown>,
  tokens: TokenNumbers,
): string | undefined {
  const headers = request.headers
    .keys()
    .map((name) => name.toLowerCase())
    .filter((name) => !VOLATILE.test(name))
    .sort()
    .map((name) => {
      const value = (request.headers.getAll(name) ?? []).join(', ');
      return HARMLESS.test(name) ? `${name}: ${value}` : `${name}: #${tokens.of(value)}`;
    });
  const { urlWithParams, responseType, withCredentials } = request;
  // Angular has none where none was given.
  const credentials = (request.credentials as string | undefined) ?? null;
  const parts = ['http', urlWithParams, responseType, withCredentials, credentials];
  const text = JSON.stringify([...parts, ...headers]);
  return isCacheName(text) ? cacheKey(...parts, ...headers) : undefined;
}

/** Whether a request header is not in the key. */
export function isVolatile(name: string): boolean {
  return VOLATILE.test(name);
}

/** Whether a request header tells nothing of who asks. */
export function isHarmless(name: string): boolean {
  return HARMLESS.test(name.toLowerCase()) || VOLATILE.test(name.toLowerCase());
}

/** An address in full; `undefined` where it is none. */
export function addressOf(url: string, base?: string | URL): URL | undefined {
  return URL.canParse(url, base) ? new URL(url, base) : undefined;
}

/**
 * The tag of all answers of an address, however it is spelled and whatever its parameters; `undefined` when that is too long to
 * be one.
 *
 * @param url The address.
 * @param base Where the page is; without it an address that is not in full is taken as it is written.
 */
export function addressTag(url: string, base?: string): string | undefined {
  const at = addressOf(url, base);
  const tag = `http ${at ? at.origin + at.pathname : (url.split(/[?#]/, 1)[0] ?? '')}`;
  return isCacheName(tag) ? tag : undefined;
}
