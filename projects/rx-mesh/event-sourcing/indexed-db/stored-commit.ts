import type { EventEnvelope, EventMetadata } from '../event-envelope';
import type { NewCommit } from '../log/event-log';

/** The key of the head of the whole log. No stream has it: names with `$` at the front are refused. */
export const ALL = '$all';

/** The most events of one commit. */
export const MOST_EVENTS = 1024;

/** The record of a commit. The ids stand apart from the events, for the index that keeps them unique. */
export interface StoredCommit {
  readonly position: number;
  readonly stream: string;
  readonly first: number;
  readonly count: number;
  readonly at: number;
  readonly ids: readonly string[];
  readonly events: readonly StoredEvent[];
}

interface StoredEvent {
  readonly type: string;
  readonly schemaVersion: number;
  readonly aggregateId: string;
  readonly aggregateType: string;
  readonly data: unknown;
  readonly metadata: EventMetadata;
}

/** The record of what is known of a stream, or of the log. */
export interface StoredHead {
  readonly stream: string;
  readonly version: number;
  readonly count: number;
  readonly position: number;
  readonly at: number;
}

/** The record of a new commit. */
export function recordOf(commit: NewCommit, position: number, first: number): StoredCommit {
  const { stream, events, timestamp } = commit;
  return {
    position,
    stream,
    first,
    count: events.length,
    at: timestamp,
    ids: events.map(({ id }) => id),
    events: events.map(
      ({ type, schemaVersion, aggregateId, aggregateType, data, metadata }): StoredEvent => ({
        type,
        schemaVersion,
        aggregateId,
        aggregateType,
        data,
        metadata,
      }),
    ),
  };
}

/** What is left of a commit without its first events. */
export function withoutFirst(commit: StoredCommit, gone: number): StoredCommit {
  return {
    ...commit,
    position: commit.position + gone,
    first: commit.first + gone,
    count: commit.count - gone,
    ids: commit.ids.slice(gone),
    events: commit.events.slice(gone),
  };
}

/** The events of a commit. */
export function envelopesOf(commit: StoredCommit): EventEnvelope[] {
  const { stream, first, position, at, ids } = commit;
  // Field by field: half as much work as a spread, and nothing that somebody else wrote beside them comes along.
  return commit.events.map((event, index) => ({
    id: ids[index] ?? '',
    type: event.type,
    schemaVersion: event.schemaVersion,
    aggregateId: event.aggregateId,
    aggregateType: event.aggregateType,
    data: event.data,
    metadata: event.metadata,
    stream,
    version: first + index,
    position: position + index,
    timestamp: at,
  }));
}

/** What was found as a commit; `undefined` when it is none. */
export function readCommit(found: unknown): StoredCommit | undefined {
  const commit = fieldsOf<StoredCommit>(found);
  const isOne =
    isCount(commit?.position) &&
    isCount(commit.first) &&
    isCount(commit.count) &&
    typeof commit.stream === 'string' &&
    Number.isFinite(commit.at) &&
    isListOf(commit.ids, commit.count, (id) => typeof id === 'string') &&
    isListOf(commit.events, commit.count, isEvent);
  return isOne ? (commit as StoredCommit) : undefined;
}

/** What was found as a head; `undefined` when it is none. */
export function readHead(found: unknown): StoredHead | undefined {
  const head = fieldsOf<StoredHead>(found);
  const isOne =
    typeof head?.stream === 'string' &&
    isWhole(head.version) &&
    isWhole(head.count) &&
    isWhole(head.position) &&
    Number.isFinite(head.at);
  return isOne ? (head as StoredHead) : undefined;
}

function isEvent(found: unknown): boolean {
  const event = fieldsOf<StoredEvent>(found);
  return (
    typeof event?.type === 'string' &&
    isCount(event.schemaVersion) &&
    typeof event.aggregateId === 'string' &&
    typeof event.aggregateType === 'string' &&
    event.data !== undefined &&
    typeof fieldsOf<{ readonly serviceId: string }>(event.metadata)?.serviceId === 'string'
  );
}

// What comes out of a structured clone has no getters, and its prototype is that of the platform.
function fieldsOf<T>(found: unknown): Partial<Record<keyof T, unknown>> | undefined {
  return typeof found === 'object' && found !== null ? found : undefined;
}

function isListOf(found: unknown, length: unknown, is: (item: unknown) => boolean): boolean {
  return Array.isArray(found) && found.length === length && found.every(is);
}

function isWhole(found: unknown): found is number {
  return Number.isSafeInteger(found) && (found as number) >= 0;
}

function isCount(found: unknown): found is number {
  return isWhole(found) && found > 0;
}
