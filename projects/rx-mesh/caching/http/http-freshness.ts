/** What an answer says about being kept (RFC 9111), in milliseconds. */
export interface HttpFreshness {
  /** Whether it may be kept at all. */
  readonly storable: boolean;
  /** Whether nobody else may be given it. */
  readonly isPrivate: boolean;
  /** How long it is fresh from now on; 0: it has to be asked for again; `undefined`: it says nothing. */
  readonly ttl: number | undefined;
  /** How long after that it may be given while a new one is on its way (RFC 5861). */
  readonly staleWhileRevalidate: number;
  /** How long after that it may be given when there is no new one (RFC 5861). */
  readonly staleIfError: number;
  /** Whether a stale one may never be given, whatever the application thinks. */
  readonly mustRevalidate: boolean;
  /** The request headers that it depends on, in lower case. */
  readonly vary: readonly string[];
  /** What it is called by the server: an ETag, else a date. */
  readonly validator: string | undefined;
}

/** The headers of an answer, as Angular has them. */
export interface HeaderReader {
  /** The value of a header; several are joined by commas. */
  get(name: string): string | null;
}

/**
 * Reads what an answer says about being kept. Directives that are no numbers count as 0: rather asked for once more than old.
 *
 * @param headers The headers of the answer.
 * @param now The wall clock, in milliseconds since the Unix epoch.
 */
export function httpFreshness(headers: HeaderReader, now: number): HttpFreshness {
  const control = directivesOf(headers.get('cache-control') ?? '');
  const vary = (headers.get('vary') ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const noCache = control.has('no-cache') || (control.size === 0 && isNoCache(headers));
  const mustRevalidate = noCache || control.has('must-revalidate');
  const lifetime = noCache ? 0 : lifetimeOf(control, headers);
  return {
    storable: !control.has('no-store') && !vary.includes('*'),
    isPrivate: control.has('private'),
    ttl: lifetime === undefined ? undefined : Math.max(0, lifetime - ageOf(headers, now)),
    staleWhileRevalidate: mustRevalidate ? 0 : (seconds(control, 'stale-while-revalidate') ?? 0),
    staleIfError: mustRevalidate ? 0 : (seconds(control, 'stale-if-error') ?? 0),
    mustRevalidate,
    vary,
    validator: headers.get('etag') ?? headers.get('last-modified') ?? undefined,
  };
}

/** The directives of a Cache-Control header: names in lower case; of one that is said twice the first counts. */
export function directivesOf(header: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  // A comma within quotes separates nothing: private="set-cookie, x-user".
  for (const [, name = '', quoted, plain] of header.matchAll(DIRECTIVE)) {
    const key = name.toLowerCase();
    if (!found.has(key)) found.set(key, quoted ?? plain ?? '');
  }
  return found;
}

const DIRECTIVE = /([\w!#$%&'*+.^`|~-]+)(?:\s*=\s*(?:"([^"]*)"|([^\s,;"]*)))?/g;

// More than a year says nothing more.
const MAX_SECONDS = 31_536_000;

function seconds(control: ReadonlyMap<string, string>, name: string): number | undefined {
  const value = control.get(name);
  if (value === undefined) return undefined;
  return /^\d+$/.test(value) ? Math.min(Number(value), MAX_SECONDS) * 1000 : 0;
}

// What the page keeps is a private cache: `s-maxage` says nothing to it (RFC 9111, section 5.2.2.10).
function lifetimeOf(
  control: ReadonlyMap<string, string>,
  headers: HeaderReader,
): number | undefined {
  const maxAge = seconds(control, 'max-age');
  if (maxAge !== undefined) return maxAge;
  const expires = headers.get('expires');
  if (expires === null) return undefined;
  // `Expires: 0` and other words that are no date mean: over already.
  const until = Date.parse(expires);
  const made = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(until) || Number.isNaN(made) ? 0 : Math.min(Math.max(0, until - made), MAX_SECONDS * 1000); // prettier-ignore
}

// The cache of the browser gives answers with the `Date` of before, and often without an `Age`.
function ageOf(headers: HeaderReader, now: number): number {
  const age = Number(headers.get('age') ?? 0) * 1000;
  const apparent = now - Date.parse(headers.get('date') ?? '');
  return Math.max(0, Number.isNaN(age) ? 0 : age, Number.isNaN(apparent) ? 0 : apparent);
}

function isNoCache(headers: HeaderReader): boolean {
  return /(?:^|,)\s*no-cache/i.test(headers.get('pragma') ?? '');
}
