import type { RequestFacts } from './route-predicates';

/** What a route table looks at in a request. An `HttpRequest` is one. */
export interface RouteRequest {
  /** The method, in any case. */
  readonly method: string;
  /** The address: a path, or a URL of http(s); with a query or without. */
  readonly url: string;
  /** The address with all its query, where that is not in `url`. @default url */
  readonly urlWithParams?: string | undefined;
  /** The headers, as Angular has them, or by their names in any case. @default none */
  readonly headers?:
    | { get(name: string): string | null }
    | Readonly<Record<string, string | readonly string[] | undefined>>
    | undefined;
}

/** Where in an address the path begins, and what host stands before. */
export interface PathStart {
  /** The first character of the path; -1: the address has none that is known here (relative, `data:`). */
  readonly at: number;
  /** The host with its port, in small letters; `''`: none. */
  readonly host: string;
}

const HERE: PathStart = { at: 0, host: '' };
const NOWHERE: PathStart = { at: -1, host: '' };

/** Finds the path of an address. It is not read by `URL`, which would take `..` away before anybody has seen it. */
export function pathStart(url: string): PathStart {
  if (url.charCodeAt(0) === 0x2f && url.charCodeAt(1) !== 0x2f) return HERE;
  const found = /^(?:https?:)?\/\/([^/?#\\]*)/i.exec(url);
  if (!found) return NOWHERE;
  const [all, authority = ''] = found;
  return { at: all.length, host: authority.slice(authority.lastIndexOf('@') + 1).toLowerCase() };
}

/** The facts of a request, read when they are asked for. `host` is that of requests which name none. */
export function factsOf(request: RouteRequest, host: string): RequestFacts {
  let query: URLSearchParams | undefined;
  return {
    host: () => pathStart(request.url).host || host,
    header: (name) => headerOf(request.headers, name),
    query: (name) => (query ??= queryOf(request.urlWithParams ?? request.url)).get(name),
  };
}

function queryOf(url: string): URLSearchParams {
  const [address = ''] = url.split('#', 1);
  const at = address.indexOf('?');
  return new URLSearchParams(at < 0 ? '' : address.slice(at));
}

function headerOf(headers: RouteRequest['headers'], wanted: string): string | null {
  if (!headers) return null;
  if (isHeaders(headers)) return headers.get(wanted);
  for (const [name, value] of Object.entries(headers)) {
    if (name.toLowerCase() !== wanted) continue;
    const first = typeof value === 'object' ? value[0] : value;
    if (first !== undefined) return first;
  }
  return null;
}

/** A header may be called `get`, but is no function then. */
function isHeaders(
  headers: NonNullable<RouteRequest['headers']>,
): headers is { get(name: string): string | null } {
  return typeof headers.get === 'function';
}
