import {
  type Backoff,
  type OptionCheck,
  createOptions,
  exponentialBackoff,
  nonNegative,
  positive,
  positiveInteger,
  waitable,
} from 'rx-mesh/kernel';
import type { Observable } from 'rxjs';

/** Headers of a frame of STOMP. Neither names nor values have line breaks, and names have no colon. */
export type StompHeaders = Readonly<Record<string, string>>;

/** How a broker and a page show each other that they are there. */
export interface StompHeartbeat {
  /**
   * Within how long the page promises to send something, in milliseconds. It sends after half of that. A page in the
   * background may run its timers once a minute, and RabbitMQ waits for twice as long. @default 60000
   */
  readonly outgoing?: number | undefined;
  /** Within how long the broker is asked to send something; after twice that it is given up, in milliseconds. @default 15000 */
  readonly incoming?: number | undefined;
}

/** Options of {@link stompTransport}. */
export interface StompTransportOptions {
  /** The broker: a URL of `wss:` or `ws:`, such as `wss://broker.example/ws`, or a path of the page's own origin. */
  readonly url: string;
  /** The topic exchange of AMQP by which all messages go. It must be there. Letters, digits and `-_.:`. @default 'amq.topic' */
  readonly exchange?: string | undefined;
  /** The virtual host. @default '/' */
  readonly vhost?: string | undefined;
  /** Who connects. A page holds no secrets: a login that everybody may know, or `connectHeaders`. @default none */
  readonly login?: string | undefined;
  /** The password of the login. @default none */
  readonly passcode?: string | undefined;
  /**
   * Gives more headers for each connection, such as a fresh token as `passcode`: at once, as a promise, or as the first value
   * of a stream. When it fails, that try has failed. @default none
   */
  readonly connectHeaders?:
    (() => StompHeaders | PromiseLike<StompHeaders> | Observable<StompHeaders>) | undefined;
  /**
   * The name of a durable queue that keeps the messages of a pattern while nobody is connected; `undefined`: a queue that lives
   * as long as the subscription. Clients that say the same name share the messages. Nobody deletes such a queue. It is
   * asked once a connection and pattern. At most 255 bytes. @default none is durable
   */
  readonly queue?: ((pattern: string) => string | undefined) | undefined;
  /** How many messages of a durable queue a broker sends before the page has acknowledged them, 1 to 65535. @default 100 */
  readonly prefetch?: number | undefined;
  /** Whether a durable queue writes messages to disk before they are acknowledged. @default true */
  readonly persistent?: boolean | undefined;
  /** The signs of life; `false`: none. @default 60 s from the page, 15 s from the broker */
  readonly heartbeat?: StompHeartbeat | false | undefined;
  /** How long the broker may take to acknowledge a message, from when it was sent first, in milliseconds. @default 30000 */
  readonly receiptTimeout?: number | undefined;
  /** How many messages are under way without an acknowledgement. @default 256 */
  readonly maxInFlight?: number | undefined;
  /** How many messages wait or are under way, at least 1; one more is refused. @default 1000 */
  readonly maxOutbox?: number | undefined;
  /** How many bytes they have together. @default 4000000 */
  readonly maxOutboxBytes?: number | undefined;
  /** The most bytes of a message that leaves or comes. @default 1048576 */
  readonly maxMessageSize?: number | undefined;
  /** The waits between tries, without end. @default full jitter, from 1 s doubling up to 30 s */
  readonly backoff?: Backoff | undefined;
  /** How long a connection has to last so that the next loss starts with short waits again, in milliseconds. @default 10000 */
  readonly stableAfter?: number | undefined;
  /** How long a connection may take, with `connectHeaders` and the login, in milliseconds. @default 10000 */
  readonly connectTimeout?: number | undefined;
  /** How often in a row the broker may refuse the login until that is the end; `Infinity`: ever on. @default 5 */
  readonly maxRefusals?: number | undefined;
  /** How long the connection stays open when nobody needs it any more, in milliseconds, at least 0. @default 1000 */
  readonly linger?: number | undefined;
}

type Optional = 'login' | 'passcode' | 'connectHeaders' | 'queue';

/** The options with a value for each that has one. */
export type StompValues = {
  readonly [K in Exclude<keyof StompTransportOptions, Optional | 'url'>]-?: Exclude<
    StompTransportOptions[K],
    undefined
  >;
} & { readonly [K in Optional]: StompTransportOptions[K] };

const infinitely =
  (check: OptionCheck<number>): OptionCheck<number> =>
  (value) =>
    value === Infinity ? undefined : check(value);
const lingering: OptionCheck<number> = (value) => (value === 0 ? undefined : waitable(value));
const LINE_BREAK = /[\0\n\r]/;
const header: OptionCheck<string | undefined> = (value) =>
  value === undefined || (typeof value === 'string' && !LINE_BREAK.test(value))
    ? undefined
    : 'a text of one line';
const aFunction: OptionCheck<unknown> = (value) =>
  value === undefined || typeof value === 'function' ? undefined : 'a function';

/** The times of a heartbeat, with a value for each. */
export const STOMP_HEARTBEAT = /* @__PURE__ */ createOptions<{
  readonly outgoing: number;
  readonly incoming: number;
}>(
  'StompHeartbeat',
  { outgoing: 60_000, incoming: 15_000 },
  // 0 would say to a broker that there is none.
  { outgoing: waitable, incoming: waitable },
);

/** The options of the transport. */
export const STOMP = /* @__PURE__ */ createOptions<StompValues>(
  'StompTransportOptions',
  {
    exchange: 'amq.topic',
    vhost: '/',
    login: undefined,
    passcode: undefined,
    connectHeaders: undefined,
    queue: undefined,
    prefetch: 100,
    persistent: true,
    heartbeat: {},
    receiptTimeout: 30_000,
    maxInFlight: 256,
    maxOutbox: 1000,
    maxOutboxBytes: 4_000_000,
    maxMessageSize: 1_048_576,
    backoff: /* @__PURE__ */ exponentialBackoff({ initial: 1000, max: 30_000, jitter: 'full' }),
    stableAfter: 10_000,
    connectTimeout: 10_000,
    maxRefusals: 5,
    linger: 1000,
  },
  {
    exchange: (name) =>
      /^[\w\-.:]{1,127}$/.test(name) ? undefined : 'the name of an exchange: letters, digits, -_.:',
    vhost: header,
    login: header,
    passcode: header,
    connectHeaders: aFunction,
    queue: aFunction,
    prefetch: (value) =>
      positiveInteger(value) ?? (value <= 65_535 ? undefined : 'at most 65535, as AMQP has it'),
    heartbeat: (heartbeat) => {
      if (heartbeat !== false) STOMP_HEARTBEAT.resolve(heartbeat);
      return undefined;
    },
    receiptTimeout: waitable,
    maxInFlight: positiveInteger,
    maxOutbox: positiveInteger,
    maxOutboxBytes: /* @__PURE__ */ infinitely(positive),
    maxMessageSize: positiveInteger,
    backoff: (backoff) =>
      typeof backoff === 'function' ? undefined : 'a back-off, such as exponentialBackoff()',
    stableAfter: nonNegative,
    connectTimeout: waitable,
    maxRefusals: /* @__PURE__ */ infinitely(positiveInteger),
    linger: lingering,
  },
);

/**
 * Headers that may stand in a frame which is not escaped, as CONNECT is not: a line break in a token would begin a header of
 * somebody else.
 *
 * @throws TypeError when a name or a value may not.
 */
export function checkedHeaders(headers: unknown): StompHeaders {
  if (typeof headers !== 'object' || headers === null) {
    throw new TypeError('connectHeaders must give an object.');
  }
  for (const [name, value] of Object.entries(headers) as [string, unknown][]) {
    if (typeof value !== 'string' || LINE_BREAK.test(value) || !/^[^\0\n\r:]+$/.test(name)) {
      // Not the value: it may be a secret.
      throw new TypeError(`The header ${JSON.stringify(name)} is no text of one line.`);
    }
  }
  return headers as StompHeaders;
}
