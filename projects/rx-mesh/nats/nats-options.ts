import type { Authenticator } from '@nats-io/nats-core';
import {
  type Backoff,
  type OptionCheck,
  createOptions,
  exponentialBackoff,
  nonNegative,
  waitable,
} from 'rx-mesh/kernel';

/** Options of {@link withNats}. */
export interface NatsOptions {
  /**
   * The servers: URLs with `wss:`, or `ws:` for a server of one's own machine. Without a name and a password in them. The
   * client learns of the others of a cluster by itself. There is no default.
   */
  readonly servers: readonly string[];
  /** What the server calls this client, in its monitoring. @default 'rx-mesh' */
  readonly name?: string | undefined;
  /** The user, for a server that asks for one. @default none */
  readonly user?: string | undefined;
  /** The password of the user. @default none */
  readonly password?: string | undefined;
  /** A token, for a server that asks for one. @default none */
  readonly token?: string | undefined;
  /**
   * Makes the credentials of each connection: `jwtAuthenticator`, `nkeyAuthenticator` and others of `@nats-io/nats-core`. It is
   * called again for each reconnection, so it may read a token that is renewed. @default none
   */
  readonly authenticator?: Authenticator | undefined;
  /**
   * How often the server is asked for a sign of life, in milliseconds, above 0 and at most 2147483647. Two that are missing
   * end the connection. @default 25000
   */
  readonly pingInterval?: number | undefined;
  /** How long one try to connect may take, in milliseconds, above 0 and at most 2147483647. @default 10000 */
  readonly connectTimeout?: number | undefined;
  /**
   * How long to wait before each new try; tries have no end. @default exponentialBackoff({ initial: 500, max: 10000 }), full
   * jitter
   */
  readonly reconnect?: Backoff | undefined;
  /** How long a request to the server may take, in milliseconds, above 0 and at most 2147483647. @default 5000 */
  readonly requestTimeout?: number | undefined;
  /** How long the connection stays after its last user has left, in milliseconds, at least 0. @default 2000 */
  readonly linger?: number | undefined;
  /** The prefix of the subjects on which answers come, where permissions ask for one. @default '_INBOX' */
  readonly inboxPrefix?: string | undefined;
  /** The domain of JetStream, where a server has several. @default none */
  readonly domain?: string | undefined;
}

/** The options of {@link withNats} with a value for each that has one. */
export interface NatsValues extends NatsOptions {
  readonly name: string;
  readonly pingInterval: number;
  readonly connectTimeout: number;
  readonly reconnect: Backoff;
  readonly requestTimeout: number;
  readonly linger: number;
  readonly inboxPrefix: string;
}

const notEmpty: OptionCheck<string | undefined> = (value) =>
  value === undefined || (typeof value === 'string' && value !== '')
    ? undefined
    : 'a text that is not empty';

const aFunction: OptionCheck<unknown> = (value) =>
  value === undefined || typeof value === 'function' ? undefined : 'a function';

/** The options of the connection. */
export const NATS = /* @__PURE__ */ createOptions<NatsValues>(
  'NatsOptions',
  {
    servers: [],
    name: 'rx-mesh',
    user: undefined,
    password: undefined,
    token: undefined,
    authenticator: undefined,
    pingInterval: 25_000,
    connectTimeout: 10_000,
    reconnect: /* @__PURE__ */ exponentialBackoff({ initial: 500, max: 10_000 }),
    requestTimeout: 5000,
    linger: 2000,
    inboxPrefix: '_INBOX',
    domain: undefined,
  },
  {
    servers: (servers) =>
      Array.isArray(servers) && servers.length > 0 && servers.every(isServerUrl)
        ? undefined
        : 'a list of URLs with wss: or ws:, without credentials, such as wss://nats.example.com: set it by withNats()',
    name: notEmpty,
    user: notEmpty,
    token: notEmpty,
    domain: notEmpty,
    authenticator: aFunction,
    reconnect: aFunction,
    pingInterval: waitable,
    connectTimeout: waitable,
    requestTimeout: waitable,
    linger: (linger) => nonNegative(linger) ?? (linger === 0 ? undefined : waitable(linger)),
    inboxPrefix: (prefix) =>
      typeof prefix === 'string' && /^[^\s.*>]+(?:\.[^\s.*>]+)*$/.test(prefix)
        ? undefined
        : 'a subject without wildcards',
  },
);

function isServerUrl(server: unknown): boolean {
  if (typeof server !== 'string' || !URL.canParse(server)) return false;
  const { protocol, username, password } = new URL(server);
  return /^wss?:$/.test(protocol) && username === '' && password === '';
}
