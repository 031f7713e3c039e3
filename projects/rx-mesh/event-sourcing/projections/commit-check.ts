import { plainCopy } from '../event-data';
import { CheckpointMovedError, ReadModelConflictError } from './projection-errors';
import type {
  Checkpoint,
  CommitGuard,
  ReadModelCommit,
  ReadModelRecord,
  ReadModelWrite,
} from './read-model-storage';

/**
 * The record that a write leads to: a frozen copy, so that what becomes of the value later does no harm.
 *
 * @param before The version of the record that is there, 0 for none.
 * @returns The record; `undefined` when it is to be deleted.
 * @throws InvalidEventError when the value is no plain JSON.
 */
export function recordAfter<T>(
  { model, id, value, position }: ReadModelWrite<T>,
  before: number,
  timestamp: number,
): ReadModelRecord<T> | undefined {
  if (value === undefined) return undefined;
  const copy = plainCopy(value, 'value', Infinity) as T;
  return Object.freeze({ model, id, value: copy, version: before + 1, position, timestamp });
}

/** @throws ReadModelConflictError when the record is at another version. */
export function checkVersion(
  { model, id }: { readonly model: string; readonly id: string },
  expected: number,
  actual = 0,
): void {
  if (actual !== expected) throw new ReadModelConflictError(model, id, expected, actual);
}

/** @throws CheckpointMovedError when the checkpoint is at another version. */
export function checkCheckpoint(name: string, expected: number, actual = 0): void {
  if (actual !== expected) throw new CheckpointMovedError(name, expected, actual);
}

/** @throws CheckpointMovedError or ReadModelConflictError when a guard does not hold. */
export function checkGuard(guard: CommitGuard, actual: number | undefined): void {
  if ('checkpoint' in guard) checkCheckpoint(guard.checkpoint, guard.version, actual);
  else checkVersion(guard, guard.version, actual);
}

/** The checkpoint that a commit leads to. */
export function checkpointAfter({
  checkpoint: name,
  expected,
  position,
  timestamp,
}: ReadModelCommit): Checkpoint {
  return Object.freeze({ name, position, version: expected + 1, timestamp });
}
