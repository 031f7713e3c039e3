import type { HttpRequest } from '@angular/common/http';
import { addressOf, addressTag } from './http-cache-key';
import type { HeaderReader } from './http-freshness';

// Requests that want a part of an answer, or ask for themselves whether what they have still holds.
const PARTIAL = /^(?:range|if-)/i;

// Requests that want no answer of before, in headers and as the `cache` of fetch.
const REFUSES = /\b(?:no-store|no-cache|reload|max-age\s*=\s*"?0+)\b/i;

/** Whether a request wants all of an answer, from wherever it may come, and nothing of how it is on its way. */
export function isWhole(request: HttpRequest<unknown>): boolean {
  const { cache, headers, reportDownloadProgress } = request;
  // The old name of it; Angular still reports then.
  const { reportProgress } = request as { readonly reportProgress?: boolean };
  const said = ['cache-control', 'pragma'].flatMap((name) => headers.getAll(name) ?? []);
  return (
    reportProgress !== true &&
    !reportDownloadProgress &&
    !headers.keys().some((name) => PARTIAL.test(name)) &&
    !REFUSES.test([...said, cache].join())
  );
}

/** Whether an answer is read as what another page can be given: bytes are no text. */
export function isText({ responseType }: HttpRequest<unknown>): boolean {
  return responseType === 'json' || responseType === 'text';
}

/**
 * Whether a request has all that an answer varies by: not what the browser sets, which is the same in this page only. `Accept` is
 * Angular's, and no body that a script sees is encoded.
 */
export function isSaid({ headers }: HttpRequest<unknown>, vary: readonly string[]): boolean {
  return vary.every((name) => /^accept(?:-encoding)?$/.test(name) || headers.has(name));
}

/**
 * The tags of what a request has changed (RFC 9111, section 4.4): its address, and those of the same origin that the answer names.
 *
 * @param url What was changed.
 * @param headers What the answer says.
 * @param base Where the page is.
 */
export function changedTags(url: string, headers: HeaderReader, base?: string): readonly string[] {
  const at = addressOf(url, base);
  const others = ['location', 'content-location'].flatMap((name) => {
    const other = at ? addressOf(headers.get(name) ?? '', at) : undefined;
    return other?.origin === at?.origin ? (other?.href ?? []) : [];
  });
  return [...new Set([url, ...others].flatMap((address) => addressTag(address, base) ?? []))];
}
