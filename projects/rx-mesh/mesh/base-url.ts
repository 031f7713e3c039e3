import { InvalidOptionError } from 'rx-mesh/kernel';

/** What the base URL of an instance says. */
export interface BaseUrl {
  /** Host name or IP address, IPv6 without brackets. */
  readonly address: string;
  /** The port, also where the URL leaves it to its scheme. */
  readonly port: number;
  /** Whether it is reached by https. */
  readonly secure: boolean;
  /** The base without a slash at the end; `''` is the root of the page's own origin. */
  readonly url: string;
}

// A host that cannot exist (RFC 2606): whatever leads away from it is no path.
const NOWHERE = 'http://own.invalid';

/**
 * Reads a base URL: an absolute one of http or https, or a path of the page's own origin. It is read as browsers read
 * it (WHATWG URL), so that a path which they take for a host (`//evil`, `/\evil`, `/a/..//evil`) does not pass.
 *
 * @param option What a refusal names.
 * @param text The URL.
 * @param origin The page's own origin, which a path is a part of; without it address and port are empty.
 * @throws InvalidOptionError when it is none of the two, or says more than a base may. It repeats no secret.
 */
export function parseBaseUrl(option: string, text: string, origin?: string): BaseUrl {
  const refuse = (expected: string): InvalidOptionError =>
    new InvalidOptionError(option, withoutSecrets(text), expected);
  const base = typeof text === 'string' && text.startsWith('/') ? NOWHERE : undefined;
  const parsed = typeof text === 'string' && URL.canParse(text, base) ? new URL(text, base) : null;
  if (!parsed) throw refuse(A_BASE_URL);
  const { origin: home, pathname, username, password, search, hash } = parsed;
  if (username !== '' || password !== '') throw refuse(NO_CREDENTIALS);
  if (!isHttp(parsed)) throw refuse(A_BASE_URL);
  if (search !== '' || hash !== '') throw refuse(NO_QUERY);
  if (!base) return { ...place(parsed), url: home + withoutSlash(pathname) };
  if (home !== NOWHERE || pathname.startsWith('//')) throw refuse(A_BASE_URL);
  const own = origin !== undefined && URL.canParse(origin) ? new URL(origin) : null;
  const nowhere = { address: '', port: 0, secure: false };
  return { ...(own && isHttp(own) ? place(own) : nowhere), url: withoutSlash(pathname) };
}

const A_BASE_URL =
  'an http(s) URL such as "https://api.example.com/base", or a path of this origin such as "/api"';
const NO_CREDENTIALS = 'a URL without credentials: send them in a header';
const NO_QUERY = 'a base URL without query and fragment: they belong to the call';

function isHttp({ protocol }: URL): boolean {
  return protocol === 'http:' || protocol === 'https:';
}

/** A refused text may hold a password, or a token in its query. */
function withoutSecrets(text: unknown): unknown {
  return typeof text === 'string'
    ? text.replace(/\/\/[^/]*@/, '//***@').replace(/[?#].*/s, '?***')
    : text;
}

function place({ hostname, port, protocol }: URL): Omit<BaseUrl, 'url'> {
  const secure = protocol === 'https:';
  return {
    address: hostname.startsWith('[') ? hostname.slice(1, -1) : hostname,
    port: port === '' ? (secure ? 443 : 80) : Number(port),
    secure,
  };
}

function withoutSlash(path: string): string {
  let end = path.length;
  while (path[end - 1] === '/') end--;
  return path.slice(0, end);
}
