import type { Observable } from 'rxjs';
import type { EventEnvelope } from '../event-envelope';

/** Something that was made of events, and is kept: one record of a read model. */
export interface ReadModelRecord<T = unknown> {
  /** Of which read model it is, not empty. Those that begin with `$` are of rx-mesh itself. */
  readonly model: string;
  /** Which record of it; any text. */
  readonly id: string;
  /** The value, as plain JSON. It must not be changed. */
  readonly value: T;
  /** How often it was written: 1 at first, one more each time. A record that was deleted begins again with 1. */
  readonly version: number;
  /** The position of the last event in it; 0 when it was made of none. */
  readonly position: number;
  /** When it was written: wall time in milliseconds since the epoch. */
  readonly timestamp: number;
}

/** What is to be written of one record. */
export interface ReadModelWrite<T = unknown> {
  /** The read model. */
  readonly model: string;
  /** The record. */
  readonly id: string;
  /** The new value, as plain JSON; `undefined` deletes the record. */
  readonly value: T | undefined;
  /** The position of the last event in it; 0 when it was made of none. */
  readonly position: number;
}

/** How far somebody has got in the log. */
export interface Checkpoint {
  /** Whose it is, not empty. */
  readonly name: string;
  /** The position up to which everything is done. */
  readonly position: number;
  /** How often it was written: 1 at first, one more with each commit, also one that leaves the position as it is. */
  readonly version: number;
  /** When it was written: wall time in milliseconds since the epoch. */
  readonly timestamp: number;
}

/** Why an event could not be handled, as plain data. */
export interface ParkedReason {
  /** The name of the error. */
  readonly name: string;
  /** What it says, at most 1000 characters. */
  readonly message: string;
  /** Its code, when it is an error of rx-mesh. */
  readonly code?: string | undefined;
}

/** An event that could not be handled, and waits to be handled again. */
export interface ParkedEvent {
  /** Who could not handle it: the name of a checkpoint. */
  readonly handler: string;
  /** The position of the event; with the handler it is the key. */
  readonly position: number;
  /** For which record it was; `undefined` when not even that could be told. */
  readonly id?: string | undefined;
  /** The event, in the shape in which it was handled. */
  readonly event: EventEnvelope;
  /** Why it could not be handled; `undefined` when it only waits behind another event of the same record. */
  readonly reason?: ParkedReason | undefined;
  /** How often it was tried, 0 when it only waits. */
  readonly attempts: number;
  /** Whether it was of the past when it was parked. */
  readonly isReplay: boolean;
  /** When it was parked: wall time in milliseconds since the epoch. */
  readonly timestamp: number;
}

/** A record that must not have changed for a commit to be stored. */
export interface RecordGuard {
  /** The read model. */
  readonly model: string;
  /** The record. */
  readonly id: string;
  /** The version at which it has to be, 0 for one that is not there. */
  readonly version: number;
}

/** A checkpoint that must not have moved for a commit to be stored. */
export interface CheckpointGuard {
  /** The name of the checkpoint. */
  readonly checkpoint: string;
  /** The version at which it has to be, 0 for one that is not there. */
  readonly version: number;
}

/** Something that must not have changed for a commit to be stored. */
export type CommitGuard = RecordGuard | CheckpointGuard;

/** What is stored or not stored as one. */
export interface ReadModelCommit {
  /** The name of the checkpoint. */
  readonly checkpoint: string;
  /** The version at which the checkpoint has to be, 0 when there is none: nobody else has moved it meanwhile. */
  readonly expected: number;
  /** The new position of the checkpoint. */
  readonly position: number;
  /** When that is: wall time in milliseconds since the epoch. */
  readonly timestamp: number;
  /** The records, each at most once. @default none */
  readonly writes?: readonly ReadModelWrite[] | undefined;
  /** What else must be as it was. @default nothing */
  readonly guards?: readonly CommitGuard[] | undefined;
  /** Events that are parked, or whose parking changes. Their handler is the checkpoint. @default none */
  readonly parked?: readonly ParkedEvent[] | undefined;
  /** Positions of events that are not parked any more. @default none */
  readonly unpark?: readonly number[] | undefined;
}

/** Which part of an ordered list is wanted. */
export interface PageRange<K> {
  /** The key behind which it begins. @default the beginning */
  readonly after?: K | undefined;
  /** The most entries, at least 1. @default 500 */
  readonly max?: number | undefined;
}

/** What a storage can do. */
export interface ReadModelCapabilities {
  /** Whether all tabs of the origin share it. */
  readonly crossTab: boolean;
  /** Whether all clients share it. */
  readonly crossClient: boolean;
  /**
   * Whether {@link ReadModelStorage.commit} is one transaction. Without it a commit writes the parked events first, then the
   * records, each only when the one that is there has a lower position, and the checkpoint last; and a deleted record is
   * answered as a record whose value is `undefined` for as long as the checkpoint may have to be repeated from before it. So
   * a commit that broke off can be repeated: whoever folds leaves out events up to the position of a record.
   */
  readonly atomicMany: boolean;
}

/** Something may be new. What it does not say may have changed as well when it says nothing at all. */
export interface ReadModelChange {
  /** Read models of which records may have changed. */
  readonly models?: readonly string[] | undefined;
  /** A checkpoint that may have moved. */
  readonly checkpoint?: string | undefined;
}

/**
 * Where read models, checkpoints and parked events are kept. Every method rejects with an error of rx-mesh, and then nothing
 * has happened, except where {@link ReadModelStorage.commit} says otherwise. Every answer is bounded. Records that somebody
 * else has written, and that are none, are left out of lists.
 */
export interface ReadModelStorage {
  /** For messages and diagnostics, not empty. */
  readonly name: string;
  /** What it can do. */
  readonly capabilities: ReadModelCapabilities;
  /**
   * A record; `undefined` when there is none. Rejects with `BrokenReadModelError` when what is there is no record.
   */
  read(model: string, id: string): Promise<ReadModelRecord | undefined>;
  /** Several records of a model at once, each in the place of its id, as {@link ReadModelStorage.read} gives it. */
  readMany(
    model: string,
    ids: readonly string[],
  ): Promise<readonly (ReadModelRecord | undefined)[]>;
  /** The records of a model by id (in the order of UTF-16 code units), those after `after`. */
  list(model: string, range?: PageRange<string>): Promise<readonly ReadModelRecord[]>;
  /**
   * Writes or deletes a record that is still at the version that was read, and resolves with it; with `undefined` when it
   * was deleted. Rejects with `ReadModelConflictError`.
   *
   * @param expected The version of the record, 0 when it is not there.
   * @param timestamp Wall time in milliseconds since the epoch.
   */
  compareAndSet<T>(
    write: ReadModelWrite<T>,
    expected: number,
    timestamp: number,
  ): Promise<ReadModelRecord<T> | undefined>;
  /**
   * Stores records, parked events and the checkpoint together, and resolves with the checkpoint. Rejects with
   * `CheckpointMovedError` when the checkpoint is at another version, with `ReadModelConflictError` or
   * `CheckpointMovedError` when a guard does not hold; then nothing is stored. After another rejection nobody knows: read
   * the checkpoint.
   */
  commit(commit: ReadModelCommit): Promise<Checkpoint>;
  /** How far somebody has got; `undefined` when that is not known. */
  checkpoint(name: string): Promise<Checkpoint | undefined>;
  /** Removes all records of a model. */
  drop(model: string): Promise<void>;
  /** Removes a checkpoint and the events that are parked for it. */
  dropCheckpoint(name: string): Promise<void>;
  /** Events that are parked for a handler by position, those behind `after`. */
  parked(handler: string, range?: PageRange<number>): Promise<readonly ParkedEvent[]>;
  /** Tells that there may be something new, by whomever. Cold; never errors, never completes. */
  readonly changes$: Observable<ReadModelChange>;
}
