import {
  InvalidOptionError,
  type OptionCheck,
  createOptions,
  oneOf,
  positiveInteger,
  waitable,
} from 'rx-mesh/kernel';

/** Options of {@link withHttpEventLog}. */
export interface HttpEventLogOptions {
  /**
   * Where the log is: an http(s) URL such as `https://api.example.com/event-log`, or a path of the page's own origin such as
   * `/event-log`. No credentials, no query.
   */
  readonly url: string;
  /** The name of the log, for messages and for the tabs of the origin, not empty. @default the URL */
  readonly name?: string | undefined;
  /**
   * A token, or what gives it, asked before each request; `''` for none. It is sent as `Authorization: Bearer`, to that URL
   * alone: no redirect is followed. @default none
   */
  readonly token?: string | (() => string | Promise<string>) | undefined;
  /** Whether cookies go along. @default 'same-origin' */
  readonly credentials?: 'omit' | 'same-origin' | 'include' | undefined;
  /** How long an answer may take, in milliseconds: above 0 and at most 2147483647. @default 10000 */
  readonly timeout?: number | undefined;
  /** How long the server is asked to wait for something new, in milliseconds, from 1000 to 600000. @default 25000 */
  readonly hintWait?: number | undefined;
  /**
   * Whether the server is asked to tell of what is new. Without it, subscriptions find it when they look by themselves.
   * @default true
   */
  readonly hints?: boolean | undefined;
  /** Whether the server removes old events: without it no retention is applied. @default true */
  readonly truncate?: boolean | undefined;
  /** The most bytes of a request, at least 1: an append beyond it is refused before it is sent. @default 1048576 */
  readonly maxRequestBytes?: number | undefined;
  /** The most bytes of an answer, at least 1: of a page that has more, less is asked for. @default 33554432 */
  readonly maxAnswerBytes?: number | undefined;
}

/** The options of a log behind HTTP with a value for each. */
export interface HttpEventLogValues {
  readonly url: string;
  readonly name: string;
  readonly token: string | (() => string | Promise<string>);
  readonly credentials: 'omit' | 'same-origin' | 'include';
  readonly timeout: number;
  readonly hintWait: number;
  readonly hints: boolean;
  readonly truncate: boolean;
  readonly maxRequestBytes: number;
  readonly maxAnswerBytes: number;
}

const aBoolean: OptionCheck<boolean> = (value) =>
  typeof value === 'boolean' ? undefined : 'true or false';

/** The options of a log behind HTTP, and the token by which {@link withHttpEventLog} sets them. */
export const HTTP_EVENT_LOG = /* @__PURE__ */ createOptions<HttpEventLogValues>(
  'HttpEventLogOptions',
  {
    url: '',
    name: '',
    token: '',
    credentials: 'same-origin',
    timeout: 10_000,
    hintWait: 25_000,
    hints: true,
    truncate: true,
    maxRequestBytes: 1_048_576,
    maxAnswerBytes: 33_554_432,
  },
  {
    url: checkUrl,
    name: (name) => (typeof name === 'string' ? undefined : 'a text'),
    token: (token) => {
      // Not by a phrase: the message would repeat the value.
      if (typeof token !== 'function' && !isToken(token)) throw refusedToken();
      return undefined;
    },
    credentials: /* @__PURE__ */ oneOf('omit', 'same-origin', 'include'),
    timeout: waitable,
    hintWait: (wait) =>
      Number.isFinite(wait) && wait >= 1000 && wait <= 600_000
        ? undefined
        : 'a number from 1000 to 600000',
    hints: aBoolean,
    truncate: aBoolean,
    maxRequestBytes: positiveInteger,
    maxAnswerBytes: positiveInteger,
  },
);

/**
 * The token to send now; `''` for none.
 *
 * @throws InvalidOptionError when it is none that a header can hold. It does not repeat it.
 */
export async function tokenOf({ token }: HttpEventLogValues): Promise<string> {
  const now: unknown = typeof token === 'function' ? await token() : token;
  if (!isToken(now)) throw refusedToken();
  return now;
}

/** The base of all URLs of the log, without a slash at its end. */
export function baseOf({ url }: HttpEventLogValues): string {
  return url.replace(/\/+$/, '');
}

function isToken(token: unknown): token is string {
  return typeof token === 'string' && /^[\x21-\x7e]*$/.test(token);
}

function refusedToken(): InvalidOptionError {
  const expected = 'a text of visible ASCII characters, or a function that gives one';
  return new InvalidOptionError('HttpEventLogOptions.token', '***', expected);
}

const A_URL =
  'an http(s) URL such as "https://api.example.com/event-log", or a path of this origin such as "/event-log", with no credentials, query or fragment';

// A host that cannot exist (RFC 2606): whatever leads away from it is no path.
const NOWHERE = 'http://own.invalid';

function checkUrl(text: string): string | undefined {
  const isPath = typeof text === 'string' && text.startsWith('/');
  const base = isPath ? NOWHERE : undefined;
  if (typeof text !== 'string' || !URL.canParse(text, base)) return A_URL;
  const { protocol, username, password, search, hash, origin, pathname } = new URL(text, base);
  if (username !== '' || password !== '' || search !== '' || hash !== '') {
    throw new InvalidOptionError('HttpEventLogOptions.url', '(secret)', A_URL);
  }
  const leadsAway = isPath && (origin !== NOWHERE || pathname.startsWith('//'));
  return leadsAway || !/^https?:$/.test(protocol) ? A_URL : undefined;
}
