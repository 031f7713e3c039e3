import {
  type Checkpoint,
  CheckpointMovedError,
  type CommitGuard,
  type PageRange,
  type ParkedEvent,
  type ReadModelChange,
  type ReadModelCommit,
  ReadModelConflictError,
  type ReadModelRecord,
  type ReadModelStorage,
  type ReadModelWrite,
} from 'rx-mesh/event-sourcing';
import type { Observable } from 'rxjs';
import { isNatsConflictError } from './nats-errors';
import type { NatsKv } from './nats-kv';
import type { NatsReadModelHints } from './nats-read-model-hints';
import {
  type StoredCheckpoint,
  checkpointKey,
  parkedKey,
  readCheckpoint,
  readParked,
  readStored,
  recordKey,
} from './nats-read-model-keys';
import { RecordBook, end, inTurns, recordAfter } from './nats-record-book';

const PAGE = 500;
/** Read models in a bucket of NATS, shared by all clients. Made by {@link natsReadModels}. */
export class NatsReadModels implements ReadModelStorage {
  readonly name: string;
  readonly capabilities = { crossTab: true, crossClient: true, atomicMany: false };
  readonly changes$: Observable<ReadModelChange>;
  readonly #kv: NatsKv;
  readonly #book: RecordBook;
  readonly #hints: NatsReadModelHints;
  readonly #word: () => string;

  /** @param word A new word that nobody else has. */
  constructor(kv: NatsKv, hints: NatsReadModelHints, word: () => string) {
    this.name = kv.bucket;
    this.changes$ = hints.changes$;
    this.#kv = kv;
    this.#book = new RecordBook(kv);
    this.#hints = hints;
    this.#word = word;
  }

  async read(model: string, id: string): Promise<ReadModelRecord | undefined> {
    const { record, tombstone } = await this.#book.find(model, id);
    if (!tombstone) return record;
    const checkpoint = await this.checkpoint(tombstone.deleted);
    if ((checkpoint?.position ?? 0) >= tombstone.position) return undefined;
    const { position } = tombstone;
    return { model, id, value: undefined, version: 0, position, timestamp: 0 };
  }

  async readMany(
    model: string,
    ids: readonly string[],
  ): Promise<readonly (ReadModelRecord | undefined)[]> {
    return inTurns(ids, async (id) => this.read(model, id));
  }

  async list(
    model: string,
    { after, max = PAGE }: PageRange<string> = {},
  ): Promise<readonly ReadModelRecord[]> {
    return this.#book.page(['r', model], after, max, (entry) => {
      const stored = readStored(entry);
      return stored && 'version' in stored ? stored : undefined;
    });
  }

  async compareAndSet<T>(
    write: ReadModelWrite<T>,
    expected: number,
    timestamp: number,
  ): Promise<ReadModelRecord<T> | undefined> {
    const { model, id } = write;
    const next = await recordAfter(write, expected, timestamp);
    const found = await this.#book.found(model, id);
    const refused = (actual: number) => new ReadModelConflictError(model, id, expected, actual);
    const version = found.record?.version ?? 0;
    if (version !== expected) throw refused(version);
    try {
      if (next) await end(this.#kv.update(recordKey(model, id), next, found.revision));
      else if (found.record) await end(this.#kv.delete(recordKey(model, id), found.revision));
    } catch (error) {
      if (!isNatsConflictError(error)) throw error;
      throw refused((await this.#book.found(model, id)).record?.version ?? 0);
    }
    this.#hints.tell({ models: [model] });
    return next;
  }

  async commit(commit: ReadModelCommit): Promise<Checkpoint> {
    const { checkpoint: name, expected, position, timestamp, writes = [] } = commit;
    const { guards = [], parked = [], unpark = [] } = commit;
    const next = await inTurns(writes, async (write) => recordAfter(write, 0, timestamp));
    const revision = await this.#begin(name, expected);
    await inTurns(guards, async (guard) => this.#check(guard));
    // Once more, by a write: of two who begin at once one is refused before it has written a record.
    const reserved = await this.#move(name, expected, revision, {
      ...(await this.#before(name)),
      by: this.#word(),
    });
    await inTurns(parked, async (event) =>
      end(this.#kv.put(parkedKey(name, event.position), event)),
    );
    const marks = await inTurns(writes, async (write, at) =>
      this.#book.write(name, write, next[at]),
    );
    await inTurns(unpark, async (at) => end(this.#kv.delete(parkedKey(name, at))));
    const done = { name, position, version: expected + 1, timestamp };
    await this.#move(name, expected, reserved, done);
    await inTurns(writes, async (write, at) => this.#sweep(write, marks[at]));
    this.#hints.tell({ models: [...new Set(writes.map(({ model }) => model))], checkpoint: name });
    return done;
  }

  async checkpoint(name: string): Promise<Checkpoint | undefined> {
    const found = readCheckpoint(await this.#book.get(checkpointKey(name)));
    if (!found || found.version === 0) return undefined;
    const { position, version, timestamp } = found;
    return { name, position, version, timestamp };
  }

  async drop(model: string): Promise<void> {
    await this.#book.remove(['r', model]);
    this.#hints.tell({ models: [model] });
  }

  async dropCheckpoint(name: string): Promise<void> {
    await end(this.#kv.delete(checkpointKey(name)));
    await this.#book.remove(['p', name]);
    this.#hints.tell({ checkpoint: name });
  }

  async parked(
    handler: string,
    { after, max = PAGE }: PageRange<number> = {},
  ): Promise<readonly ParkedEvent[]> {
    const from = after === undefined ? undefined : (parkedKey(handler, after)[2] ?? '');
    return this.#book.page(['p', handler], from, max, readParked);
  }

  // The version of a checkpoint that a commit begins with, by the revision of its key.
  async #begin(name: string, expected: number): Promise<number> {
    const entry = await this.#book.get(checkpointKey(name));
    const actual = readCheckpoint(entry)?.version ?? 0;
    if (actual !== expected) throw new CheckpointMovedError(name, expected, actual);
    return entry?.revision ?? 0;
  }

  // The mark of a deleted record is not needed any more. One that stays does no harm.
  async #sweep({ model, id }: ReadModelWrite, revision: number | undefined): Promise<void> {
    if (revision === undefined) return;
    await end(this.#kv.delete(recordKey(model, id), revision)).catch(() => undefined);
  }

  async #before(name: string): Promise<StoredCheckpoint> {
    return (await this.checkpoint(name)) ?? { name, position: 0, version: 0, timestamp: 0 };
  }

  async #move(
    name: string,
    expected: number,
    revision: number,
    to: StoredCheckpoint,
  ): Promise<number> {
    try {
      return await end(this.#kv.update(checkpointKey(name), to, revision));
    } catch (error) {
      if (!isNatsConflictError(error)) throw error;
      // Somebody else has begun or ended a commit; what it comes to will be one more.
      const actual = readCheckpoint(await this.#book.get(checkpointKey(name)))?.version ?? 0;
      throw new CheckpointMovedError(name, expected, Math.max(actual, expected + 1));
    }
  }

  async #check(guard: CommitGuard): Promise<void> {
    if ('checkpoint' in guard) {
      const actual = (await this.checkpoint(guard.checkpoint))?.version ?? 0;
      if (actual === guard.version) return;
      throw new CheckpointMovedError(guard.checkpoint, guard.version, actual);
    }
    const { model, id, version } = guard;
    const actual = (await this.#book.found(model, id)).record?.version ?? 0;
    if (actual !== version) throw new ReadModelConflictError(model, id, version, actual);
  }
}
