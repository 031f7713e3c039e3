import type { Checkpoint, ParkedEvent, ReadModelRecord } from './read-model-storage';

/** What was found as a record; `undefined` when it is none. */
export function readRecord(found: unknown): ReadModelRecord | undefined {
  const record = fieldsOf<ReadModelRecord>(found);
  const isOne =
    typeof record?.model === 'string' &&
    typeof record.id === 'string' &&
    record.value !== undefined &&
    isWhole(record.version) &&
    record.version > 0 &&
    isWhole(record.position) &&
    Number.isFinite(record.timestamp);
  return isOne ? (found as ReadModelRecord) : undefined;
}

/** What was found as a checkpoint; `undefined` when it is none. */
export function readCheckpoint(found: unknown): Checkpoint | undefined {
  const checkpoint = fieldsOf<Checkpoint>(found);
  const isOne =
    typeof checkpoint?.name === 'string' &&
    isWhole(checkpoint.position) &&
    isWhole(checkpoint.version) &&
    checkpoint.version > 0 &&
    Number.isFinite(checkpoint.timestamp);
  return isOne ? (found as Checkpoint) : undefined;
}

/** What was found as a parked event; `undefined` when it is none. */
export function readParked(found: unknown): ParkedEvent | undefined {
  const parked = fieldsOf<ParkedEvent>(found);
  const event = fieldsOf<ParkedEvent['event']>(parked?.event);
  const isOne =
    typeof parked?.handler === 'string' &&
    isWhole(parked.position) &&
    (parked.id === undefined || typeof parked.id === 'string') &&
    isWhole(parked.attempts) &&
    typeof parked.isReplay === 'boolean' &&
    (parked.reason === undefined || isReason(parked.reason)) &&
    Number.isFinite(parked.timestamp) &&
    typeof event?.type === 'string' &&
    typeof event.stream === 'string' &&
    typeof event.id === 'string' &&
    event.position === parked.position;
  return isOne ? (found as ParkedEvent) : undefined;
}

function isReason(found: unknown): boolean {
  const reason = fieldsOf<NonNullable<ParkedEvent['reason']>>(found);
  return typeof reason?.name === 'string' && typeof reason.message === 'string';
}

// What comes out of a structured clone has no getters, and its prototype is that of the platform.
function fieldsOf<T>(found: unknown): Partial<Record<keyof T, unknown>> | undefined {
  return typeof found === 'object' && found !== null ? found : undefined;
}

function isWhole(found: unknown): found is number {
  return Number.isSafeInteger(found) && (found as number) >= 0;
}
