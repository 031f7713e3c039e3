import type { EventEnvelope, EventMetadata, PreparedEvent } from 'rx-mesh/event-sourcing';

/** The most events of one commit: a position is the sequence of its message times this, plus the place in it. */
export const MOST_EVENTS = 1024;

/** The header that says how many events a message has. */
export const COUNT_HEADER = 'Rx-Mesh-Events';

const DEEPEST = 64;

/** A commit as it is stored: one message. One without events is what is left of a stream that was truncated. */
export interface StoredCommit {
  /** The sequence of the message. */
  readonly seq: number;
  readonly stream: string;
  /** The version of the first event; that of the next one, when there are none. */
  readonly first: number;
  /** How many events the stream was ever given, these included. */
  readonly total: number;
  readonly at: number;
  readonly events: readonly PreparedEvent[];
}

/** The body of the message of a commit. */
export function bodyOf({ stream, first, total, at, events }: Omit<StoredCommit, 'seq'>): string {
  return JSON.stringify({ v: 1, stream, first, total, at, events });
}

/** The version of the stream after a commit. */
export function versionOf({ first, events }: StoredCommit): number {
  return first + events.length - 1;
}

/** The position of an event by its place in a commit. */
export function positionOf(seq: number, index: number): number {
  return seq * MOST_EVENTS + index;
}

/** The position of the last event of a commit. */
export function endOf({ seq, events }: StoredCommit): number {
  return positionOf(seq, Math.max(0, events.length - 1));
}

/** The events of a commit, each with its place. */
export function envelopesOf({ seq, stream, first, at, events }: StoredCommit): EventEnvelope[] {
  return events.map((event, index) => ({
    ...event,
    stream,
    version: first + index,
    position: positionOf(seq, index),
    timestamp: at,
  }));
}

/** What was found as a message, as the commit of a stream; `undefined` when it is none. */
export function readCommit(
  seq: number,
  stream: string | undefined,
  body: string,
): StoredCommit | undefined {
  const found = parsed(body);
  const [first, total] = [field(found, 'first'), field(found, 'total')];
  const at = field(found, 'at');
  const list = field(found, 'events');
  if (
    field(found, 'v') !== 1 ||
    stream === undefined ||
    field(found, 'stream') !== stream ||
    !isCount(first) ||
    first < 1 ||
    !isCount(total) ||
    typeof at !== 'number' ||
    !Array.isArray(list) ||
    list.length > MOST_EVENTS ||
    total < list.length
  ) {
    return undefined;
  }
  const events = list.map(eventOf);
  return events.every((event) => event !== undefined)
    ? { seq, stream, first, total, at, events }
    : undefined;
}

function eventOf(found: unknown): PreparedEvent | undefined {
  const id = field(found, 'id');
  const type = field(found, 'type');
  const schemaVersion = field(found, 'schemaVersion');
  const aggregateId = field(found, 'aggregateId');
  const aggregateType = field(found, 'aggregateType');
  const data = field(found, 'data');
  const metadata = field(found, 'metadata');
  const isOne =
    typeof id === 'string' &&
    typeof type === 'string' &&
    isCount(schemaVersion) &&
    schemaVersion > 0 &&
    typeof aggregateId === 'string' &&
    typeof aggregateType === 'string' &&
    data !== undefined &&
    typeof field(metadata, 'serviceId') === 'string' &&
    isPlain(data, 0) &&
    isPlain(metadata, 0);
  return isOne
    ? { id, type, schemaVersion, aggregateId, aggregateType, data, metadata: metadata as EventMetadata } // prettier-ignore
    : undefined;
}

// What JSON can hold and a careless merge can be hurt by: a field `__proto__`, and more levels than a stack has.
function isPlain(value: unknown, level: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (level >= DEEPEST) return false;
  if (Array.isArray(value)) return value.every((item) => isPlain(item, level + 1));
  return Object.entries(value).every(
    ([key, item]) => key !== '__proto__' && isPlain(item, level + 1),
  );
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}

function field(object: unknown, key: string): unknown {
  return typeof object === 'object' && object !== null && Object.hasOwn(object, key)
    ? (object as Readonly<Record<string, unknown>>)[key]
    : undefined;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
