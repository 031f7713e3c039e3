/** Texts that travel with a message beside its payload, such as a trace context. Names are lower case by custom. */
export type MessageHeaders = Readonly<Record<string, string>>;

/**
 * One message, the same on every transport: plain data that JSON and the structured clone of a browser can carry. Never
 * change one that was received; whoever else gets it on this page may hold the same object.
 */
export interface Message<T = unknown> {
  /** Unique for each message. A message that is sent again keeps it, so that receivers can tell. */
  readonly id: string;
  /** Where it is addressed to: tokens joined by dots, such as `orders.created`; at most 256 characters. */
  readonly topic: string;
  /** Messages of one key are handled one after the other, in the order in which they were sent. @default no order */
  readonly key?: string | undefined;
  /** Texts beside the payload. */
  readonly headers: MessageHeaders;
  /** What is told: JSON data. */
  readonly payload: T;
  /** When it was made, by the wall clock of its sender, in milliseconds since the Unix epoch. */
  readonly timestamp: number;
  /** Which client sent it: one id for each injector that sends. */
  readonly source?: string | undefined;
  /** The topic on which an answer is awaited. */
  readonly replyTo?: string | undefined;
  /** What an answer repeats, so that it finds its request. */
  readonly correlationId?: string | undefined;
}
