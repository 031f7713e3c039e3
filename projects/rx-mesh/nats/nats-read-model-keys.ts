import type { Checkpoint, ParkedEvent, ReadModelRecord } from 'rx-mesh/event-sourcing';
import type { NatsKvEntry } from './nats-kv-format';

/** That a record was deleted by a commit, until its checkpoint has passed it. */
export interface Tombstone {
  readonly deleted: string;
  readonly position: number;
}

/** A checkpoint, and who is about to move it. */
export interface StoredCheckpoint extends Checkpoint {
  /** A commit that has begun, by a word of its own. */
  readonly by?: string | undefined;
}

/** Where a record is. */
export const recordKey = (model: string, id: string): readonly string[] => ['r', model, id];

/** Where a checkpoint is. */
export const checkpointKey = (name: string): readonly string[] => ['c', name];

/** Where a parked event is: its position with all digits, so that the order of texts is that of numbers. */
export const parkedKey = (handler: string, position: number): readonly string[] => [
  'p',
  handler,
  String(position).padStart(16, '0'),
];

/** What is under the key of a record; `undefined` when it is neither a record nor the mark of a deleted one. */
export function readStored({ key, value }: NatsKvEntry): ReadModelRecord | Tombstone | undefined {
  const found = fieldsOf(value);
  const { version, position, timestamp, deleted } = found;
  const [, model, id] = key;
  if (typeof deleted === 'string' && isWhole(position)) return { deleted, position };
  const sound = isWhole(version) && version > 0 && isWhole(position) && isTime(timestamp);
  if (!sound || model === undefined || id === undefined || !('value' in found)) return undefined;
  return { model, id, value: found.value, version, position, timestamp };
}

/** The checkpoint that is under a key; `undefined` when there is none. */
export function readCheckpoint(entry: NatsKvEntry | undefined): StoredCheckpoint | undefined {
  const { position, version, timestamp, by } = fieldsOf(entry?.value);
  const name = entry?.key[1];
  if (name === undefined || !isWhole(version) || !isWhole(position) || !isTime(timestamp)) {
    return undefined;
  }
  const found = { name, position, version, timestamp };
  return typeof by === 'string' ? { ...found, by } : found;
}

/** The parked event that is under a key; `undefined` when there is none. */
export function readParked({ value }: NatsKvEntry): ParkedEvent | undefined {
  const { handler, position, event, attempts, isReplay, timestamp } = fieldsOf(value);
  const sound =
    typeof handler === 'string' &&
    isWhole(position) &&
    typeof event === 'object' &&
    event !== null &&
    isWhole(attempts) &&
    typeof isReplay === 'boolean' &&
    isTime(timestamp);
  return sound ? (value as ParkedEvent) : undefined;
}

type Fields = Partial<
  Record<
    | 'value'
    | 'version'
    | 'position'
    | 'timestamp'
    | 'deleted'
    | 'by'
    | 'handler'
    | 'event'
    | 'attempts'
    | 'isReplay',
    unknown
  >
>;

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? value : {};
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
