import type { Message } from './message';
import { InvalidMessageError } from './messaging-errors';
import { isTopic } from './topic-pattern';

const LONGEST_TEXT = 256; // characters of an id or a key
const MOST_HEADERS = 64;
const LONGEST_HEADER = 8192; // characters: as much as the W3C allows for baggage

/**
 * Reads the envelope of a message from data that came from outside, part by part; what is not known is left out. The
 * payload is handed on as it is.
 *
 * @param version What the field `v` must be; left out: there is none.
 * @throws InvalidMessageError when it is none.
 */
export function readMessage(value: unknown, version?: number): Message {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InvalidMessageError('malformed', 'it is no object');
  }
  const field = (name: string): unknown =>
    Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
  if (version !== undefined && field('v') !== version) {
    throw new InvalidMessageError('version', `its version is not ${version}`);
  }
  const timestamp = field('timestamp');
  if (typeof timestamp !== 'number' || !Number.isFinite(timestamp)) wrong('timestamp');
  const replyTo = field('replyTo');
  return Object.freeze({
    id: textOf('id', field('id')) ?? wrong('id'),
    topic: topicOf('topic', field('topic')),
    headers: headersOf(field('headers')),
    payload: field('payload'),
    timestamp,
    key: textOf('key', field('key')),
    source: textOf('source', field('source')),
    replyTo: replyTo === undefined ? undefined : topicOf('replyTo', replyTo),
    correlationId: textOf('correlationId', field('correlationId')),
  });
}

/**
 * Checks the parts of a message that an application sets.
 *
 * @throws InvalidMessageError when one is not what it must be.
 */
export function checkParts(id: unknown, key: unknown, headers: unknown): void {
  textOf('id', id);
  textOf('key', key);
  headersOf(headers);
}

function textOf(name: string, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const sound = typeof value === 'string' && value !== '' && value.length <= LONGEST_TEXT;
  return sound ? value : wrong(name);
}

function topicOf(name: string, value: unknown): string {
  return isTopic(value) ? value : wrong(name);
}

function headersOf(value: unknown): Readonly<Record<string, string>> {
  if (value === undefined) return Object.freeze({});
  if (typeof value !== 'object' || value === null || Array.isArray(value)) wrong('headers');
  const entries = Object.entries(value as Readonly<Record<string, unknown>>);
  const sound =
    entries.length <= MOST_HEADERS &&
    entries.every(
      ([name, text]) =>
        name !== '__proto__' &&
        name.length <= LONGEST_TEXT &&
        typeof text === 'string' &&
        text.length <= LONGEST_HEADER,
    );
  return sound
    ? Object.freeze(Object.fromEntries(entries) as Record<string, string>)
    : wrong('headers');
}

function wrong(name: string): never {
  throw new InvalidMessageError('field', `its ${name} is missing, or not what it must be`);
}
