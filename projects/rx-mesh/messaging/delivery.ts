import type { Message } from './message';

/**
 * Why a delivery failed. `error`: the handler threw, rejected or errored; `timeout`: it took longer than `ackWait`;
 * `refused`: by `nak()`; `terminated`: by `term()`.
 */
export type FailureKind = 'error' | 'timeout' | 'refused' | 'terminated';

/** What became of a delivery that was not acknowledged. */
export interface DeliveryFailure {
  /** Why it failed. */
  readonly kind: FailureKind;
  /** What was thrown, or what `term()` was given; `undefined` when there is nothing more to say. */
  readonly cause?: unknown;
}

/**
 * One attempt to have a message handled. It has one end: the first of the three that is called, or the time-out; what is
 * called later does nothing.
 */
export interface Delivery<T = unknown> {
  /** The message. */
  readonly message: Message<T>;
  /** Which delivery of the message this is, from 1. */
  readonly attempt: number;
  /** What `MESSAGE_CONTEXT` read from its headers. */
  readonly context: unknown;
  /** The message is handled. Returns whether this was the end of the delivery. */
  ack(): boolean;
  /**
   * The message could not be handled now: it is delivered again, or a dead letter if that was the last time.
   *
   * @param delay When, in milliseconds from now, at least 0. @default as `backoff` says
   */
  nak(delay?: number): boolean;
  /** The message can never be handled: it is a dead letter at once. */
  term(reason?: unknown): boolean;
}

/** A message that was given up. */
export interface DeadLetter<T = unknown> {
  /** The id of the letter: one message may be given up by several consumers. */
  readonly id: string;
  /** The name of the consumer that gave it up. */
  readonly consumer: string;
  /** The message. */
  readonly message: Message<T>;
  /** How often it was delivered. */
  readonly attempts: number;
  /** Why the last delivery failed. */
  readonly reason: DeliveryFailure;
  /** When it was given up, by the wall clock, in milliseconds since the Unix epoch. */
  readonly at: number;
}

/** What every event of a consumer says. */
export interface ConsumerEventDetails {
  /** The name of the consumer. */
  readonly consumer: string;
  /** The message. */
  readonly message: Message;
}

/** What happens to the messages of a consumer. */
export type ConsumerEvent =
  | (ConsumerEventDetails & { readonly type: 'acked'; readonly attempt: number })
  | (ConsumerEventDetails & {
      readonly type: 'retrying';
      readonly attempt: number;
      readonly reason: DeliveryFailure;
      /** When it is delivered again, in milliseconds from now. */
      readonly delay: number;
    })
  | (ConsumerEventDetails & { readonly type: 'dead-lettered'; readonly letter: DeadLetter })
  | (ConsumerEventDetails & { readonly type: 'dropped' })
  | (ConsumerEventDetails & { readonly type: 'duplicate' });
