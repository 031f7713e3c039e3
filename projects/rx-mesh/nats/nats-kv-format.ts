import type { KvEntry } from '@nats-io/kv';
import { type Diagnostics, InvalidOptionError } from 'rx-mesh/kernel';
import { MessageTooLargeError } from 'rx-mesh/messaging';
import { NatsConflictError, NatsValueError } from './nats-errors';
import { WRONG_LAST_SEQUENCE, lastSequenceOf, natsFault } from './nats-failure';
import { decodeNatsToken, encodeNatsToken } from './nats-subject';

/** A key: any texts, of which each is one level, such as `['orders', '17']`. One text is a key of one level. */
export type NatsKey = string | readonly string[];

/** What a bucket has of a key. */
export interface NatsKvEntry {
  /** The levels of the key. */
  readonly key: readonly string[];
  /** The value; `undefined` when it was deleted. */
  readonly value: unknown;
  /** Its revision: it grows with each write to the bucket, whatever the key. */
  readonly revision: number;
  /** When it was written, by the clock of the server, in milliseconds since the Unix epoch. */
  readonly timestamp: number;
}

/** How keys and values of one bucket are written and read. */
export class NatsKvFormat {
  readonly #bucket: string;
  readonly #maxSize: number;
  readonly #diagnostics: Diagnostics;
  #told = false;

  constructor(bucket: string, maxSize: number, diagnostics: Diagnostics) {
    this.#bucket = bucket;
    this.#maxSize = maxSize;
    this.#diagnostics = diagnostics;
  }

  /** Writes a value. @throws InvalidOptionError, MessageTooLargeError */
  write(value: unknown): string {
    const text = JSON.stringify(value) as string | undefined;
    if (text === undefined) throw new InvalidOptionError('NatsKv value', value, 'JSON');
    const size = new TextEncoder().encode(text).length;
    if (size > this.#maxSize) throw new MessageTooLargeError(size, this.#maxSize);
    return text;
  }

  /** Reads an entry. @throws NatsValueError */
  read(entry: KvEntry): NatsKvEntry {
    const key = levelsOf(entry.key);
    if (!key) throw new NatsValueError(this.#bucket, entry.key, entry.revision);
    const { revision, created } = entry;
    const found = { key, revision, timestamp: created.getTime() };
    if (entry.operation !== 'PUT') return { ...found, value: undefined };
    try {
      return { ...found, value: JSON.parse(entry.string()) as unknown };
    } catch (cause) {
      throw new NatsValueError(this.#bucket, entry.key, revision, cause);
    }
  }

  /** Reads an entry; `undefined` when it cannot be read, which is told once until one can. */
  readOrTell(entry: KvEntry): NatsKvEntry | undefined {
    try {
      const read = this.read(entry);
      this.#told = false;
      return read;
    } catch (cause) {
      if (this.#told) return undefined;
      this.#told = true;
      const message = `A value of bucket ${this.#bucket} cannot be read, and was left out.`;
      this.#diagnostics.report({
        code: 'RXM424',
        severity: 'warning',
        source: 'NatsKv',
        message,
        cause,
      });
      return undefined;
    }
  }

  /** Says by an error of its own that somebody else was faster; passes any other error on. */
  refused(error: unknown, key: string, expected: number): never {
    if (natsFault(error).code !== WRONG_LAST_SEQUENCE) throw error;
    throw new NatsConflictError(this.#bucket, key, expected, lastSequenceOf(error), error);
  }
}

// A server ends a connection whose lines are longer than 4096 bytes.
const LONGEST_KEY = 1000;

/** The key as the server has it. @throws InvalidOptionError when it has no level, or is too long. */
export function keyOf(key: NatsKey): string {
  const levels = typeof key === 'string' ? [key] : key;
  if (levels.length === 0) throw new InvalidOptionError('NatsKv key', key, 'at least one text');
  const written = levels.map(encodeNatsToken).join('.');
  if (written.length > LONGEST_KEY) {
    throw new InvalidOptionError('NatsKv key', written, `at most ${LONGEST_KEY} characters`);
  }
  return written;
}

/** The filter of all keys below some levels. */
export function filterOf(below: NatsKey): string {
  const levels = typeof below === 'string' ? [below] : below;
  return [...levels.map(encodeNatsToken), '>'].join('.');
}

/** The levels of a key of the server; `undefined` when this room has not written it. */
export function levelsOf(key: string): readonly string[] | undefined {
  const levels = key.split('.').map(decodeNatsToken);
  return levels.every((level) => level !== undefined) ? levels : undefined;
}
