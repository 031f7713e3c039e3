import { createOptions, positiveInteger, waitable } from 'rx-mesh/kernel';
import { MAX_MESSAGE_SIZE } from './message-codec';

/** Options of {@link withMessaging}. */
export interface MessagingOptions {
  /** How large a message may be that leaves the page or comes to it, in bytes, at least 1. @default 1048576 */
  readonly maxMessageSize?: number | undefined;
  /** How long a request waits for its answer, in milliseconds, above 0 and at most 2147483647. @default 5000 */
  readonly requestTimeout?: number | undefined;
  /** How many dead letters are kept; the oldest give way. At least 1. @default 1000 */
  readonly maxDeadLetters?: number | undefined;
}

/** The options of {@link withMessaging} with a value for each. */
export type MessagingValues = {
  readonly [K in keyof MessagingOptions]-?: NonNullable<MessagingOptions[K]>;
};

/** The options of the room. */
export const MESSAGING = /* @__PURE__ */ createOptions<MessagingValues>(
  'MessagingOptions',
  { maxMessageSize: MAX_MESSAGE_SIZE, requestTimeout: 5000, maxDeadLetters: 1000 },
  { maxMessageSize: positiveInteger, requestTimeout: waitable, maxDeadLetters: positiveInteger },
);
