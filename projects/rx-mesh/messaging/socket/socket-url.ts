import { SocketUrlError } from './socket-errors';

const LONGEST = 256;
const SCHEMES: ReadonlyMap<string, string> = /* @__PURE__ */ new Map([
  ['http:', 'ws:'],
  ['https:', 'wss:'],
  ['ws:', 'ws:'],
  ['wss:', 'wss:'],
]);

/** Where a socket goes, and what people are told of that. */
export interface SocketTarget {
  /** In full, for the platform. */
  readonly url: string;
  /** Without query and fragment: they may hold secrets. */
  readonly label: string;
}

/** The origin of an address in the way of sockets, `wss://a.example`; `undefined` when it has none. */
export function socketOrigin(text: string): string | undefined {
  const url = parse(text);
  return url && originOf(url);
}

/**
 * Where a socket goes to.
 *
 * @param text A path, or a URL of `ws:`, `wss:`, `http:` or `https:`.
 * @param base What a path starts from.
 * @param allowed The origins to which a socket may be opened, in the way of sockets.
 * @throws SocketUrlError when it is none of them, or has credentials.
 */
export function socketTarget(
  text: string,
  base: string | undefined,
  allowed: ReadonlySet<string | undefined>,
): SocketTarget {
  // A base that is none itself must not hide a URL that needs none.
  const url = parse(text, base) ?? parse(text);
  const origin = url && originOf(url);
  if (!url || origin === undefined) {
    throw refused(text, 'a path, or a URL of ws, wss, http or https');
  }
  if (url.username || url.password) {
    throw refused(origin + url.pathname, 'a URL without user and password');
  }
  if (!allowed.has(origin)) {
    throw refused(
      origin + url.pathname,
      'of the origin of the page, or of one in allowedOrigins of withWebSockets()',
    );
  }
  const label = origin + url.pathname;
  return { url: label + url.search, label };
}

/** An address as people may see it, though it may be none: without query, fragment, user and password. */
export function shownUrl(text: string): string {
  const bare = text.replace(/[?#].*/s, '').replace(/\/\/[^/]*@/, '//');
  return bare.slice(0, LONGEST);
}

function refused(url: string, expected: string): SocketUrlError {
  return new SocketUrlError(shownUrl(url), expected);
}

function originOf({ protocol, host }: URL): string | undefined {
  const scheme = SCHEMES.get(protocol);
  return scheme && `${scheme}//${host}`;
}

function parse(text: string, base?: string): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}
