import { InvalidOptionError, createOptions, oneOf, waitable } from 'rx-mesh/kernel';

/** Options of {@link withRedis}. */
export interface RedisOptions {
  /** Where Redis is reached by HTTP: an URL of http(s), or a path of the page's own origin that begins with `/`. */
  readonly url: string;
  /** What speaks there: Webdis, or the REST interface of Upstash. @default 'webdis' */
  readonly dialect?: 'webdis' | 'upstash' | undefined;
  /** Sent to `upstash` as a bearer token. Only by https, or on this machine: everybody who has the page has it. @default none */
  readonly token?: string | undefined;
  /** What all keys and channels begin with, followed by `:`; letters, digits, `.`, `_` and `-`. @default 'rx' */
  readonly prefix?: string | undefined;
  /** How long an answer may take, in milliseconds. @default 2000 */
  readonly timeout?: number | undefined;
  /** After what silence a subscription is tried out, in milliseconds. @default 15000 */
  readonly heartbeat?: number | undefined;
}

/** The options of Redis with a value for each. */
export type RedisValues = { readonly [K in keyof RedisOptions]-?: NonNullable<RedisOptions[K]> };

// A host that cannot exist (RFC 2606): whatever leads away from it is no path.
const HERE = 'http://own.invalid';
const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;

/** How Redis is reached; an empty `url` says that it is not. */
export const REDIS = /* @__PURE__ */ createOptions<RedisValues>(
  'RedisOptions',
  { url: '', dialect: 'webdis', token: '', prefix: 'rx', timeout: 2000, heartbeat: 15_000 },
  {
    url: (text) => {
      if (text === '') return undefined;
      const url = parsed(text);
      const isPlace = url && (text.startsWith('/') ? url.origin === HERE : /^https?:/.test(text));
      if (isPlace && !/[@?#]/.test(text)) return undefined;
      // There may be a password in it.
      throw new InvalidOptionError('RedisOptions.url', '***', "an http(s) URL without credentials and query, or a path such as '/redis'"); // prettier-ignore
    },
    dialect: /* @__PURE__ */ oneOf('webdis', 'upstash'),
    token: (token) => {
      if (typeof token === 'string' && /^[!-~]*$/.test(token)) return undefined;
      throw new InvalidOptionError('RedisOptions.token', '***', 'a text without spaces');
    },
    prefix: (prefix) =>
      typeof prefix === 'string' && /^[\w.-]+$/.test(prefix)
        ? undefined
        : "letters, digits, '.', '_' and '-'",
    timeout: waitable,
    heartbeat: waitable,
  },
  ({ url: text, token, dialect }) => {
    if (token === '') return undefined;
    if (dialect === 'webdis') return ['dialect', "'upstash', for webdis takes no token"];
    const { protocol, hostname, origin } = parsed(text) ?? {};
    return protocol === 'https:' || origin === HERE || LOOPBACK.test(hostname ?? '')
      ? undefined
      : ['url', 'one of https, for a token goes along'];
  },
);

function parsed(text: unknown): URL | undefined {
  return typeof text === 'string' && URL.canParse(text, HERE) ? new URL(text, HERE) : undefined;
}
