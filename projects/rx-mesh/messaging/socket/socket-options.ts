import {
  type Backoff,
  type OptionCheck,
  createOptions,
  exponentialBackoff,
  nonNegative,
  oneOf,
  positive,
  positiveInteger,
  waitable,
} from 'rx-mesh/kernel';
import type { Observable } from 'rxjs';
import type { SocketFrame } from './socket-like';

/**
 * What gives way when the outbox is full. `refuse`: the new message, and its sender is told by an error; `drop-newest` and
 * `drop-oldest`: the new one or the oldest ones, whose senders are told too, and the application by one RXM412.
 */
export type SocketOutboxPolicy = 'refuse' | 'drop-newest' | 'drop-oldest';

/** How a socket finds out that nobody is there any more, though nothing was closed. */
export interface SocketHeartbeat {
  /** Makes what the server answers, such as `() => ({ op: 'ping' })`. Written as JSON. */
  readonly ping: () => unknown;
  /** Which messages are answers, and so are not for the subscribers. Any message proves that somebody is there. @default none */
  readonly isPong?: ((message: unknown) => boolean) | undefined;
  /** After how long a silence it asks, in milliseconds. @default 30000 */
  readonly period?: number | undefined;
  /** The same while nobody sees the page, whose timers run late anyway, in milliseconds. @default 120000 */
  readonly hiddenPeriod?: number | undefined;
  /** How long it waits for any message before it gives the connection up, in milliseconds. @default 10000 */
  readonly timeout?: number | undefined;
}

/** Options of `WebSocketService.connect`. */
export interface SocketOptions<T = unknown> {
  /** The subprotocols that are offered, the best one first; a function is asked at each opening. @default none */
  readonly protocols?: readonly string[] | (() => readonly string[]) | undefined;
  /**
   * Gives the first message of each opening, such as one with a token: a URL is no place for it. Its first value is sent;
   * when it completes without one, nothing is. When it errors, that opening has failed. @default nothing is sent
   */
  readonly authenticate?: (() => Observable<unknown>) | undefined;
  /**
   * Makes the message that asks the server to go on after the last one that came; `undefined` sends nothing.
   * @param last The last message since somebody subscribed first; `undefined` at the first opening.
   * @default nothing is sent
   */
  readonly resume?: ((last: T | undefined) => unknown) | undefined;
  /** Makes the messages that are sent after that, and before all that waits: what is subscribed. @default none */
  readonly resubscribe?: (() => readonly unknown[]) | undefined;
  /** Reads a frame; `undefined` is for nobody, what throws is malformed. @default JSON of text frames */
  readonly decode?: ((frame: SocketFrame) => unknown) | undefined;
  /** Whether a message is what it must be; others are dropped. @default any is */
  readonly validate?: ((message: unknown) => message is T) | undefined;
  /** Asks the server now and then whether it is there. @default never */
  readonly heartbeat?: SocketHeartbeat | undefined;
  /** The waits between tries. @default full jitter, from 1 s doubling up to 30 s */
  readonly backoff?: Backoff | undefined;
  /** How long a connection has to last so that the next loss starts with short waits again, in milliseconds. @default 10000 */
  readonly stableAfter?: number | undefined;
  /** How long an opening may take, with `authenticate`, in milliseconds. @default 10000 */
  readonly connectTimeout?: number | undefined;
  /** How long the socket stays open when nobody needs it any more, in milliseconds, at least 0. @default 1000 */
  readonly linger?: number | undefined;
  /**
   * Whether a close code ends it for good, such as 4401 for a bad token. 1002, 1003, 1007, 1008, 1009 and 1010 always do.
   * @default no other
   */
  readonly isFinal?: ((code: number) => boolean) | undefined;
  /** The most messages that wait, at least 1. @default 1000 */
  readonly maxOutbox?: number | undefined;
  /** The most bytes that wait. @default 1000000 */
  readonly maxOutboxBytes?: number | undefined;
  /** What gives way when more are to wait. @default 'refuse' */
  readonly outboxPolicy?: SocketOutboxPolicy | undefined;
  /** At how many bytes in the buffer of the socket the rest waits in the outbox. @default 65536 */
  readonly highWaterMark?: number | undefined;
  /** The largest message that is taken, in bytes; larger ones are dropped. @default 1048576 */
  readonly maxMessageBytes?: number | undefined;
}

/** The options of a socket with a value for each. */
export type SocketValues = {
  readonly [
    K in Exclude<
      keyof SocketOptions,
      'protocols' | 'authenticate' | 'resume' | 'resubscribe' | 'decode' | 'validate' | 'heartbeat'
    >
  ]-?: Exclude<SocketOptions[K], undefined>;
} & {
  readonly [
    K in
      'protocols' | 'authenticate' | 'resume' | 'resubscribe' | 'decode' | 'validate' | 'heartbeat'
  ]: SocketOptions[K];
};

const bytes: OptionCheck<number> = (value) => (value === Infinity ? undefined : positive(value));
const lingering: OptionCheck<number> = (value) => (value === 0 ? undefined : waitable(value));
const HEARTBEAT_TIMES = /* @__PURE__ */ createOptions<HeartbeatTimes>(
  'SocketHeartbeat',
  { period: 30_000, hiddenPeriod: 120_000, timeout: 10_000 },
  { period: waitable, hiddenPeriod: waitable, timeout: waitable },
);

/** The times of a heartbeat. */
export interface HeartbeatTimes {
  readonly period: number;
  readonly hiddenPeriod: number;
  readonly timeout: number;
}

/** The times of a heartbeat with a value for each. */
export function heartbeatTimes({ period, hiddenPeriod, timeout }: SocketHeartbeat): HeartbeatTimes {
  return HEARTBEAT_TIMES.resolve({ period, hiddenPeriod, timeout });
}

/** The options of a socket. */
export const SOCKET = /* @__PURE__ */ createOptions<SocketValues>(
  'SocketOptions',
  {
    protocols: undefined,
    authenticate: undefined,
    resume: undefined,
    resubscribe: undefined,
    decode: undefined,
    validate: undefined,
    heartbeat: undefined,
    backoff: /* @__PURE__ */ exponentialBackoff({ initial: 1000, max: 30_000, jitter: 'full' }),
    stableAfter: 10_000,
    connectTimeout: 10_000,
    linger: 1000,
    isFinal: () => false,
    maxOutbox: 1000,
    maxOutboxBytes: 1_000_000,
    outboxPolicy: 'refuse',
    highWaterMark: 65_536,
    maxMessageBytes: 1_048_576,
  },
  {
    backoff: (backoff) =>
      typeof backoff === 'function' ? undefined : 'a back-off, such as exponentialBackoff()',
    stableAfter: nonNegative,
    connectTimeout: waitable,
    linger: lingering,
    maxOutbox: positiveInteger,
    maxOutboxBytes: bytes,
    outboxPolicy: /* @__PURE__ */ oneOf('refuse', 'drop-newest', 'drop-oldest'),
    highWaterMark: bytes,
    maxMessageBytes: bytes,
    heartbeat: (heartbeat) => {
      if (!heartbeat) return undefined;
      heartbeatTimes(heartbeat);
      return typeof heartbeat.ping === 'function' ? undefined : 'an object with a function ping';
    },
  },
);
