import type { Message } from '../message';
import { readMessage } from '../message-reader';
import type { TransportState } from '../message-transport';
import { InvalidMessageError, MessageTooLargeError } from '../messaging-errors';
import { checkPayload } from '../payload-check';
import { sizeOf } from './socket-like';
import type { SocketState } from './socket-plan';

/** A frame that a server sends, as far as it is for somebody here. */
export type ServerFrame =
  /** A message of a topic that is subscribed. */
  | { readonly op: 'msg'; readonly message: Message }
  /** The server has stored what was sent with this number. */
  | { readonly op: 'ack'; readonly seq: number; readonly receivers: number | undefined }
  /** The answer to a ping. */
  | { readonly op: 'pong' };

const VERSION = 1; // of encodeMessage
const ENVELOPE = 256; // bytes beside the message

/**
 * Reads a frame of a server; nothing of it is believed.
 *
 * @param limit The most bytes of a message.
 * @throws InvalidMessageError when it is none, MessageTooLargeError when it is larger than the limit.
 */
export function readFrame(data: unknown, limit: number): ServerFrame {
  if (typeof data !== 'string') throw new InvalidMessageError('malformed', 'it is no text');
  const size = sizeOf(data);
  if (size > limit + ENVELOPE) throw new MessageTooLargeError(size, limit);
  const frame = parsed(data);
  const field = (name: string): unknown =>
    Object.hasOwn(frame, name) ? (frame as Readonly<Record<string, unknown>>)[name] : undefined;
  const [op, seq, receivers] = [field('op'), field('seq'), field('receivers')];
  if (op === 'pong') return { op };
  if (op === 'ack' && typeof seq === 'number') {
    return { op, seq, receivers: typeof receivers === 'number' ? receivers : undefined };
  }
  if (op !== 'msg') throw new InvalidMessageError('field', 'its op is not msg, ack or pong');
  const message = readMessage(field('message'), VERSION);
  // The text was measured already.
  checkPayload(message.payload, Infinity);
  return { op, message };
}

/** How a transport is doing whose socket is so. @param failed Whether it ended for good. */
export function stateOf(state: SocketState, failed: boolean): TransportState {
  switch (state) {
    case 'open':
      return 'connected';
    case 'connecting':
    case 'reconnecting':
      return 'connecting';
    case 'closed':
      return failed ? 'closed' : 'disconnected';
    case 'offline':
    case 'closing':
      return 'disconnected';
  }
}

function parsed(text: string): object {
  let frame: unknown;
  try {
    frame = JSON.parse(text);
  } catch (cause) {
    throw new InvalidMessageError('malformed', 'it is no JSON', cause);
  }
  if (typeof frame === 'object' && frame !== null) return frame;
  throw new InvalidMessageError('malformed', 'it is no object');
}
