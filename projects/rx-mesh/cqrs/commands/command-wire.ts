import type { Command } from '../message-types';

// A later version that says the same in another way would have another number.
const VERSION = 1;

/** What is known of something that came from outside: perhaps nothing. */
type Found<K extends string> = Partial<Record<K, unknown>>;

/** A command as plain JSON. */
export function encodeCommand({ id, type, aggregateId, payload, metadata }: Command): object {
  const { timestamp, ...facts } = metadata;
  return {
    v: VERSION,
    id,
    type,
    aggregateId,
    payload,
    metadata: { ...facts, timestamp: timestamp.getTime() },
  };
}

/** The command that came; `undefined` when it is none. Its parts are looked at by the bus. */
export function decodeCommand(found: unknown): Command | undefined {
  if (!isObject<'v' | 'id' | 'type' | 'aggregateId' | 'payload' | 'metadata'>(found)) {
    return undefined;
  }
  const { v, id, type, aggregateId, payload, metadata } = found;
  if (v !== VERSION || !isObject<'timestamp'>(metadata)) return undefined;
  if (typeof id !== 'string' || typeof type !== 'string' || typeof aggregateId !== 'string') {
    return undefined;
  }
  const { timestamp, ...facts } = metadata;
  const time = new Date(typeof timestamp === 'number' ? timestamp : NaN);
  const { userId, correlationId } = facts as Found<'userId' | 'correlationId'>;
  const isOne = Number.isFinite(time.getTime()) && isName(userId) && isName(correlationId);
  return isOne
    ? { id, type, aggregateId, payload, metadata: { ...facts, timestamp: time } }
    : undefined;
}

/** What became of a command, as it is answered. */
export type CommandAnswer =
  | { readonly v: 1; readonly ok: true; readonly result: unknown }
  | { readonly v: 1; readonly ok: false; readonly again: boolean; readonly failure: unknown };

/** The answer that came; `undefined` when it is none. */
export function decodeAnswer(found: unknown): CommandAnswer | undefined {
  if (!isObject<'v' | 'ok' | 'result' | 'again' | 'failure'>(found) || found.v !== VERSION) {
    return undefined;
  }
  const { ok, result, again, failure } = found;
  if (ok === true) return { v: VERSION, ok, result };
  return ok === false ? { v: VERSION, ok, again: again === true, failure } : undefined;
}

function isName(value: unknown): boolean {
  return value === undefined || (typeof value === 'string' && value.length <= 256);
}

function isObject<K extends string>(found: unknown): found is Found<K> {
  return typeof found === 'object' && found !== null && !Array.isArray(found);
}
