import type { Msg, MsgHdrs } from '@nats-io/nats-core';
import {
  InvalidMessageError,
  type Message,
  MessageTooLargeError,
  decodeMessage,
  encodeMessage,
} from 'rx-mesh/messaging';

/** The header by which a message of the house is told from one of somebody else. */
const MARK = 'Rx-Mesh-Message';
const VERSION = '1';
const ID = 'Nats-Msg-Id';

// What a header of NATS can be called, and hold, without becoming another one.
const NAME = /^[!-9;-~]+$/;
const VALUE = /^(?:[!-~](?:[ -~]*[!-~])?)?$/;

/** What is put on the wire for one message. */
export interface WireMessage {
  /** Its subject. */
  readonly subject: string;
  /** Its data: the whole message, as `encodeMessage` writes it. */
  readonly data: string;
  /** Its headers: its id, and what of its own can be a header of NATS, for servers and other clients to see. */
  readonly headers: readonly (readonly [string, string])[];
  /** How many bytes both are. */
  readonly size: number;
}

/** What is read of a message of NATS. */
export interface WireRead extends Pick<Msg, 'subject' | 'data' | 'string'> {
  readonly headers?: MsgHdrs | undefined;
}

/** Between messages and what NATS carries. */
export class NatsMessageFormat {
  readonly #prefix: string;
  readonly #limit: number;
  readonly #plain: ((topic: string) => Pick<Message, 'id' | 'timestamp'>) | undefined;

  /**
   * @param prefix What all subjects begin with.
   * @param limit The most bytes of a message.
   * @param plain What a message of somebody else lacks; `undefined`: there are none.
   */
  constructor(
    prefix: string,
    limit: number,
    plain?: (topic: string) => Pick<Message, 'id' | 'timestamp'>,
  ) {
    this.#prefix = `${prefix}.`;
    this.#limit = limit;
    this.#plain = plain;
  }

  /** The subject of a topic or of a pattern. Its tokens are such as NATS takes: they cannot hold what it refuses. */
  subject(topic: string): string {
    return this.#prefix + topic;
  }

  /** Writes a message. @throws InvalidMessageError, MessageTooLargeError */
  write(message: Message): WireMessage {
    const data = encodeMessage(message, this.#limit);
    const headers: (readonly [string, string])[] = [[MARK, VERSION]];
    if (VALUE.test(message.id)) headers.push([ID, message.id]);
    for (const [name, value] of Object.entries(message.headers)) {
      // Headers of the server are orders, such as an expectation or a roll-up.
      if (NAME.test(name) && VALUE.test(value) && !/^(?:nats-|rx-mesh-)/i.test(name)) {
        headers.push([name, value]);
      }
    }
    const bytes = headers.reduce((sum, [name, value]) => sum + name.length + value.length + 4, 14);
    const size = new TextEncoder().encode(data).length + bytes;
    return { subject: this.subject(message.topic), data, headers, size };
  }

  /** Reads what has come. @throws InvalidMessageError, MessageTooLargeError */
  read(msg: WireRead): Message {
    if (msg.data.length > this.#limit) throw new MessageTooLargeError(msg.data.length, this.#limit);
    const topic = msg.subject.slice(this.#prefix.length);
    const plain = this.#plain;
    if (plain && msg.headers?.get(MARK) !== VERSION) {
      return decodeMessage(foreign(msg, topic, plain(topic)), Infinity);
    }
    const message = decodeMessage(msg.string(), this.#limit);
    // Permissions are for subjects: a message must not claim another one.
    if (message.topic !== topic) {
      throw new InvalidMessageError('field', 'its topic is not the subject on which it came');
    }
    return message;
  }
}

function foreign(
  msg: WireRead,
  topic: string,
  { id, timestamp }: Pick<Message, 'id' | 'timestamp'>,
): string {
  let payload: unknown;
  try {
    payload = msg.data.length === 0 ? null : JSON.parse(msg.string());
  } catch (cause) {
    throw new InvalidMessageError('malformed', 'it is no JSON', cause);
  }
  const headers = Object.fromEntries(textsOf(msg.headers));
  const given = msg.headers?.get(ID) ?? '';
  return JSON.stringify({ v: 1, id: given || id, topic, headers, payload, timestamp });
}

function* textsOf(headers: MsgHdrs | undefined): Iterable<readonly [string, string]> {
  for (const [name, values] of headers ?? []) {
    const value = values.at(-1);
    if (value !== undefined && !/^nats-/i.test(name)) yield [name.toLowerCase(), value];
  }
}
