import { Subject, map, merge, share } from 'rxjs';
import {
  checkCheckpoint,
  checkGuard,
  checkVersion,
  checkpointAfter,
  recordAfter,
} from '../projections/commit-check';
import { BrokenReadModelError } from '../projections/projection-errors';
import type {
  Checkpoint,
  CommitGuard,
  PageRange,
  ParkedEvent,
  ReadModelChange,
  ReadModelCommit,
  ReadModelRecord,
  ReadModelStorage,
  ReadModelWrite,
} from '../projections/read-model-storage';
import { readCheckpoint, readParked, readRecord } from '../projections/stored-read-models';
import { LAST } from './commit-reads';
import type { EventDatabase, EventTransaction } from './event-database';
import type { EventHints } from './event-hints';

const PAGE = 500;
const MOST_REMOVED = 2000;
const STORES = ['checkpoints', 'readModels', 'parked'] as const;

/** Read models in the IndexedDB of the event log, shared by the tabs of the origin. */
export class IndexedDbReadModels implements ReadModelStorage {
  readonly name: string;
  readonly capabilities = { crossTab: true, crossClient: false, atomicMany: true };
  readonly changes$;
  readonly #database: EventDatabase;
  readonly #tell: (change: ReadModelChange) => void;

  constructor(database: EventDatabase, hints: EventHints) {
    const own = new Subject<ReadModelChange>();
    // Not the channel of the log: that wakes whoever reads events.
    const channel = `${database.name}.models`;
    this.name = database.name;
    this.#database = database;
    this.changes$ = merge(own, hints.heard(channel).pipe(map(changeOf), share()));
    this.#tell = (change) => {
      own.next(change);
      hints.tell(channel, change);
    };
  }

  async read(model: string, id: string): Promise<ReadModelRecord | undefined> {
    const [record] = await this.readMany(model, [id]);
    return record;
  }

  async readMany(
    model: string,
    ids: readonly string[],
  ): Promise<readonly (ReadModelRecord | undefined)[]> {
    return this.#database.within(['readModels'], {}, async (transaction) => {
      const records = transaction.objectStore('readModels');
      const found = await Promise.all(ids.map(async (id) => records.get([model, id])));
      return found.map((record, at) => recordIn(record, model, ids[at] ?? ''));
    });
  }

  async list(
    model: string,
    { after, max = PAGE }: PageRange<string> = {},
  ): Promise<readonly ReadModelRecord[]> {
    return this.#database.within(['readModels'], {}, async (transaction) => {
      const records = transaction.objectStore('readModels');
      const read = async (from: string | undefined): Promise<readonly unknown[]> =>
        records.getAll(idsOf(model, from), max);
      return readPage(read, readRecord, ({ id }) => id, after, max);
    });
  }

  async compareAndSet<T>(
    write: ReadModelWrite<T>,
    expected: number,
    timestamp: number,
  ): Promise<ReadModelRecord<T> | undefined> {
    const { model, id } = write;
    const record = recordAfter(write, expected, timestamp);
    await this.#database.within(['readModels'], { mode: 'readwrite' }, async (transaction) => {
      const records = transaction.objectStore('readModels');
      // One that is broken is as good as none: it may be written over.
      checkVersion(write, expected, readRecord(await records.get([model, id]))?.version);
      await (record ? records.put(record) : records.delete([model, id]));
    });
    this.#tell({ models: [model] });
    return record;
  }

  async commit(commit: ReadModelCommit): Promise<Checkpoint> {
    const { checkpoint, expected, writes = [], guards = [] } = commit;
    const done = await this.#database.within(STORES, { mode: 'readwrite' }, async (transaction) => {
      const [moved, ...versions] = await Promise.all(
        [{ checkpoint, version: expected }, ...guards, ...writes].map(async (what) =>
          versionOf(transaction, what),
        ),
      );
      checkCheckpoint(checkpoint, expected, moved);
      guards.forEach((guard, at) => checkGuard(guard, versions[at]));
      return store(transaction, commit, versions.slice(guards.length));
    });
    this.#tell({ models: [...new Set(writes.map(({ model }) => model))], checkpoint });
    return done;
  }

  async checkpoint(name: string): Promise<Checkpoint | undefined> {
    return this.#database.within(['checkpoints'], {}, async (transaction) =>
      readCheckpoint(await transaction.objectStore('checkpoints').get(name)),
    );
  }

  async drop(model: string): Promise<void> {
    let more = true;
    while (more) {
      // Not all in one: other writes of all tabs have to wait.
      more = await this.#database.within(
        ['readModels'],
        { mode: 'readwrite' },
        async (transaction) => {
          const records = transaction.objectStore('readModels');
          const keys = await records.getAllKeys(idsOf(model), MOST_REMOVED);
          const [first, last] = [keys[0], keys.at(-1)];
          if (first && last) await records.delete(IDBKeyRange.bound(first, last));
          return keys.length === MOST_REMOVED;
        },
      );
    }
    this.#tell({ models: [model] });
  }

  async dropCheckpoint(name: string): Promise<void> {
    await this.#database.within(
      ['checkpoints', 'parked'],
      { mode: 'readwrite' },
      async (transaction) => {
        await transaction.objectStore('checkpoints').delete(name);
        await transaction.objectStore('parked').delete(positionsOf(name));
      },
    );
    this.#tell({ checkpoint: name });
  }

  async parked(
    handler: string,
    { after, max = PAGE }: PageRange<number> = {},
  ): Promise<readonly ParkedEvent[]> {
    return this.#database.within(['parked'], {}, async (transaction) => {
      const parked = transaction.objectStore('parked');
      const read = async (from: number | undefined): Promise<readonly unknown[]> =>
        parked.getAll(positionsOf(handler, from), max);
      return readPage(read, readParked, ({ position }) => position, after, max);
    });
  }
}

type Writing = EventTransaction<(typeof STORES)[number]>;

async function versionOf(
  transaction: Writing,
  what: CommitGuard | ReadModelWrite,
): Promise<number | undefined> {
  if ('checkpoint' in what) {
    const found = await transaction.objectStore('checkpoints').get(what.checkpoint);
    return readCheckpoint(found)?.version;
  }
  return readRecord(await transaction.objectStore('readModels').get([what.model, what.id]))
    ?.version;
}

/** Asks for all writes at once, and waits for them. */
async function store(
  transaction: Writing,
  commit: ReadModelCommit,
  versions: readonly (number | undefined)[],
): Promise<Checkpoint> {
  const { checkpoint, timestamp, writes = [], parked = [], unpark = [] } = commit;
  const records = transaction.objectStore('readModels');
  const waiting = transaction.objectStore('parked');
  const done = checkpointAfter(commit);
  // First, for a value that is none throws.
  const written = writes.map((write, at) => recordAfter(write, versions[at] ?? 0, timestamp));
  await Promise.all([
    ...writes.map(async ({ model, id }, at) => {
      const record = written[at];
      await (record ? records.put(record) : records.delete([model, id]));
    }),
    ...parked.map(async (event) => waiting.put(event)),
    ...unpark.map(async (position) => waiting.delete([checkpoint, position])),
    transaction.objectStore('checkpoints').put(done),
  ]);
  return done;
}

/** A page without what is broken. It is read on, so that broken entries do not look like the end. */
async function readPage<K, T>(
  read: (after: K | undefined) => Promise<readonly unknown[]>,
  readOne: (found: unknown) => T | undefined,
  keyOf: (entry: never) => K,
  after: K | undefined,
  max: number,
): Promise<readonly T[]> {
  const page: T[] = [];
  let [from, isOver] = [after, false];
  while (!isOver && page.length < max) {
    const found = await read(from);
    isOver = found.length < max;
    // The key is what the database has it by, so it is sure.
    if (!isOver) from = keyOf(found.at(-1) as never);
    page.push(...found.map(readOne).filter((entry) => entry !== undefined));
  }
  return page.slice(0, max);
}

function recordIn(found: unknown, model: string, id: string): ReadModelRecord | undefined {
  if (found === undefined) return undefined;
  const record = readRecord(found);
  if (!record) throw new BrokenReadModelError(model, id);
  return record;
}

// A list is behind every text.
function idsOf(model: string, after?: string): IDBKeyRange {
  const from = after === undefined ? [model] : [model, after];
  return IDBKeyRange.bound(from, [model, []], true, true);
}

function positionsOf(handler: string, after = -1): IDBKeyRange {
  return IDBKeyRange.bound([handler, after], [handler, LAST], true);
}

// Anybody of the origin can speak on the channel; whatever is said, it is a reason to look.
function changeOf(message: unknown): ReadModelChange {
  const { models, checkpoint } = (
    typeof message === 'object' && message !== null ? message : {}
  ) as Record<keyof ReadModelChange, unknown>;
  const isOne =
    (models === undefined ||
      (Array.isArray(models) && models.every((model) => typeof model === 'string'))) &&
    (checkpoint === undefined || typeof checkpoint === 'string');
  return isOne ? { models, checkpoint } : {};
}
