import type {
  EventFilter,
  ExpectedVersion,
  NewCommit,
  PreparedEvent,
} from 'rx-mesh/event-sourcing';

/** A request that breaks the protocol, and how. */
export class BadRequest extends Error {}

/** What is asked for by an append. */
export interface AskedAppend {
  readonly commit: NewCommit;
  readonly expected: ExpectedVersion;
  readonly durability: 'relaxed' | 'strict';
  readonly skipTo: number | undefined;
}

/** Reads an append. Throws {@link BadRequest}. */
export function appendOf(body: unknown): AskedAppend {
  const fields = objectOf(body, 'the body');
  const { expected, durability, timestamp } = fields;
  if (!isExpected(expected)) throw new BadRequest('expected is no expected version');
  if (durability !== undefined && durability !== 'relaxed' && durability !== 'strict') {
    throw new BadRequest('durability is neither relaxed nor strict');
  }
  if (typeof timestamp !== 'number') throw new BadRequest('timestamp is no number');
  const { events } = fields;
  if (!Array.isArray(events) || events.length > 1024) {
    throw new BadRequest('events is no list of at most 1024');
  }
  return {
    commit: { stream: nameOf(fields['stream']), timestamp, events: events.map(eventOf) },
    expected,
    durability: durability ?? 'relaxed',
    skipTo: numberOf(fields['skipTo'], 'skipTo', 1),
  };
}

/** Reads which events of a stream have to go. Throws {@link BadRequest}. */
export function truncateOf(body: unknown) {
  const fields = objectOf(body, 'the body');
  const { olderThan } = fields;
  if (olderThan !== undefined && typeof olderThan !== 'number') {
    throw new BadRequest('olderThan is no number');
  }
  return {
    stream: nameOf(fields['stream']),
    range: { before: numberOf(fields['before'], 'before', 0), olderThan },
  };
}

/** Reads a whole number of a query; `undefined` when it is not there. Throws {@link BadRequest}. */
export function countOf(params: URLSearchParams, name: string, least: number): number | undefined {
  const text = params.get(name);
  if (text === null) return undefined;
  if (!/^\d+$/.test(text)) throw new BadRequest(`${name} is no whole number`);
  return numberOf(Number(text), name, least);
}

/** Reads the name of a stream. Throws {@link BadRequest}. */
export function nameOf(name: unknown): string {
  if (typeof name !== 'string' || name === '') throw new BadRequest('stream is no name');
  return name;
}

/** Reads which events are wanted. Throws {@link BadRequest}. */
export function filterOf(text: string | null): EventFilter {
  if (text === null) return {};
  const { stream, category, types } = objectOf(jsonOf(text), 'filter');
  const isOne =
    isTextOrNone(stream) &&
    isTextOrNone(category) &&
    (types === undefined || (Array.isArray(types) && types.every((t) => typeof t === 'string')));
  if (!isOne) throw new BadRequest('filter is none');
  return { stream, category, types };
}

/** Reads JSON. Throws {@link BadRequest}. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new BadRequest('this is no JSON');
  }
}

function eventOf(found: unknown, at: number): PreparedEvent {
  const event = objectOf(found, `events[${at}]`);
  for (const field of ['id', 'type', 'aggregateId', 'aggregateType']) {
    if (typeof event[field] !== 'string') throw new BadRequest(`events[${at}].${field} is no text`);
  }
  if (event['data'] === undefined) throw new BadRequest(`events[${at}].data is missing`);
  numberOf(event['schemaVersion'], `events[${at}].schemaVersion`, 1);
  const { serviceId } = objectOf(event['metadata'], `events[${at}].metadata`);
  if (typeof serviceId !== 'string') {
    throw new BadRequest(`events[${at}].metadata.serviceId is no text`);
  }
  const { id, type, schemaVersion, aggregateId, aggregateType, data, metadata } =
    event as unknown as PreparedEvent;
  return { id, type, schemaVersion, aggregateId, aggregateType, data, metadata };
}

function objectOf(found: unknown, name: string): Readonly<Record<string, unknown>> {
  if (typeof found === 'object' && found !== null && !Array.isArray(found)) {
    return found as Readonly<Record<string, unknown>>;
  }
  throw new BadRequest(`${name} is no object`);
}

function numberOf(found: unknown, name: string, least: number): number | undefined {
  if (found === undefined) return undefined;
  if (typeof found === 'number' && Number.isSafeInteger(found) && found >= least) return found;
  throw new BadRequest(`${name} is no whole number of at least ${least}`);
}

function isExpected(found: unknown): found is ExpectedVersion {
  return typeof found === 'number'
    ? Number.isSafeInteger(found) && found >= 0
    : found === 'any' || found === 'no-stream' || found === 'stream-exists';
}

function isTextOrNone(found: unknown): found is string | undefined {
  return found === undefined || typeof found === 'string';
}
