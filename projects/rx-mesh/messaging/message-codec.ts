import type { Message } from './message';
import { readMessage } from './message-reader';
import { InvalidMessageError, MessageTooLargeError } from './messaging-errors';
import { checkPayload } from './payload-check';

/** The most bytes of a message where nothing else is said: 1 MiB, as servers of NATS have it. */
export const MAX_MESSAGE_SIZE = 1_048_576;

/** The version of the form in which messages are written. */
const VERSION = 1;

/**
 * Writes a message as JSON, for a wire.
 *
 * @param limit The most bytes. @default 1048576
 * @throws InvalidMessageError when it holds what JSON cannot: a circle, a `bigint`, a `toJSON` that throws.
 * @throws MessageTooLargeError when it is larger than the limit.
 */
export function encodeMessage(message: Message, limit = MAX_MESSAGE_SIZE): string {
  let text: string;
  try {
    text = JSON.stringify({ v: VERSION, ...message, payload: message.payload ?? null });
  } catch (cause) {
    throw new InvalidMessageError('not-cloneable', 'its payload cannot be written as JSON', cause);
  }
  checkSize(text, limit);
  return text;
}

/**
 * Reads what came off a wire. Nothing of it is believed: its size is looked at before it is parsed, each part of the
 * envelope must be what it says, and keys by which prototypes are attacked are refused wherever they stand.
 *
 * @param text What came; anything but a text is no message.
 * @param limit The most bytes. @default 1048576
 * @throws InvalidMessageError with the reason.
 * @throws MessageTooLargeError when it is larger than the limit.
 * @usageNotes
 * ```ts
 * const message = decodeMessage(event.data);
 * ```
 */
export function decodeMessage(text: unknown, limit = MAX_MESSAGE_SIZE): Message {
  if (typeof text !== 'string') throw new InvalidMessageError('malformed', 'it is no text');
  checkSize(text, limit);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new InvalidMessageError('malformed', 'it is no JSON', cause);
  }
  const message = readMessage(value, VERSION);
  // The text was measured already.
  checkPayload(message.payload, Infinity);
  return message;
}

function checkSize(text: string, limit: number): void {
  // A character is one to three bytes: most texts are within the limit, or above it, without being counted.
  const size =
    text.length > limit || text.length * 3 <= limit
      ? text.length
      : new TextEncoder().encode(text).length;
  if (size > limit) throw new MessageTooLargeError(size, limit);
}
