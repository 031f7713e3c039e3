import {
  type Backoff,
  createOptions,
  exponentialBackoff,
  nonNegative,
  oneOf,
  positiveInteger,
  waitable,
} from 'rx-mesh/kernel';

/** What a consumer does with one more message when its queue is full. */
export type OverflowPolicy = 'drop-oldest' | 'drop-newest' | 'error';

/** Which messages are handled one after the other. */
export type DeliveryOrder = 'key' | 'topic' | 'none';

/** How messages are handed to a handler. Set for all by `withMessaging({ consumer })`, or for each. */
export interface ConsumerOptions {
  /** What dead letters, events and diagnostics call it. @default its pattern */
  readonly name?: string | undefined;
  /**
   * How long a delivery may take before it counts as failed and the message is delivered again, in milliseconds, above 0 and
   * at most 2147483647. @default 30000
   */
  readonly ackWait?: number | undefined;
  /** How often a message is delivered before it is a dead letter, at least 1. @default 5 */
  readonly maxDeliver?: number | undefined;
  /** How long a message waits before it is delivered again. @default exponentialBackoff(), from 200 ms to 10 s */
  readonly backoff?: Backoff | undefined;
  /** How many deliveries are under way at once, over all keys; of one key it is always one. At least 1. @default 64 */
  readonly maxInFlight?: number | undefined;
  /** How many messages wait, those included that wait to be delivered again; at least 1. @default 1000 */
  readonly queueLimit?: number | undefined;
  /**
   * What gives way when the queue is full: the message that waits longest, the new one, or the consumer, which ends with a
   * `QueueFullError`. What is dropped is counted by events and told once as RXM406. @default 'drop-oldest'
   */
  readonly overflow?: OverflowPolicy | undefined;
  /**
   * Messages that agree in this are delivered one after the other, in the order in which they came; the next one only when the
   * one before was acknowledged or is a dead letter. Messages without a key have no order. @default 'key'
   */
  readonly orderedBy?: DeliveryOrder | undefined;
  /** How long the id of a message is known, so that it is not handled twice, in milliseconds; 0: never. @default 120000 */
  readonly dedupeWindow?: number | undefined;
  /** How many ids are known; the oldest give way. At least 1. @default 10000 */
  readonly dedupeLimit?: number | undefined;
}

/** The options of a consumer with a value for each. */
export type ConsumerValues = {
  readonly [K in keyof ConsumerOptions]-?: NonNullable<ConsumerOptions[K]>;
};

/** The options of consumers. */
export const CONSUMER = /* @__PURE__ */ createOptions<ConsumerValues>(
  'ConsumerOptions',
  {
    name: '',
    ackWait: 30_000,
    maxDeliver: 5,
    backoff: /* @__PURE__ */ exponentialBackoff(),
    maxInFlight: 64,
    queueLimit: 1000,
    overflow: 'drop-oldest',
    orderedBy: 'key',
    dedupeWindow: 120_000,
    dedupeLimit: 10_000,
  },
  {
    ackWait: waitable,
    maxDeliver: positiveInteger,
    maxInFlight: positiveInteger,
    queueLimit: positiveInteger,
    overflow: /* @__PURE__ */ oneOf('drop-oldest', 'drop-newest', 'error'),
    orderedBy: /* @__PURE__ */ oneOf('key', 'topic', 'none'),
    dedupeWindow: nonNegative,
    dedupeLimit: positiveInteger,
  },
);
