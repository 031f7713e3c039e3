import { SocketUrlError } from 'rx-mesh/messaging';

const LONGEST = 256;
const SCHEMES: ReadonlyMap<string, string> = /* @__PURE__ */ new Map([
  ['http:', 'ws:'],
  ['https:', 'wss:'],
  ['ws:', 'ws:'],
  ['wss:', 'wss:'],
]);

/** Where a broker is, and what people are told of that. */
export interface BrokerPlace {
  /** In full, for the platform. */
  readonly url: string;
  /** Without query and fragment: they may hold secrets. */
  readonly label: string;
}

/**
 * Where a broker is.
 *
 * @param text A path, or a URL of `ws:`, `wss:`, `http:` or `https:`.
 * @param base What a path starts from.
 * @throws SocketUrlError when it is none of them, or has credentials.
 */
export function brokerPlace(text: string, base: string | undefined): BrokerPlace {
  const url = parse(text, base) ?? parse(text);
  const scheme = url && SCHEMES.get(url.protocol);
  if (!url || scheme === undefined) {
    throw new SocketUrlError(shownPlace(text), 'a path, or a URL of ws, wss, http or https');
  }
  const label = `${scheme}//${url.host}${url.pathname}`;
  if (url.username || url.password) {
    throw new SocketUrlError(label, 'a URL without user and password: give login and passcode');
  }
  return { url: label + url.search, label };
}

/** An address as people may see it, though it may be none: without query, fragment, user and password. */
export function shownPlace(text: string): string {
  return text
    .replace(/[?#].*/s, '')
    .replace(/\/\/[^/]*@/, '//')
    .slice(0, LONGEST);
}

function parse(text: string, base?: string): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}
