import { createOptions, positiveInteger } from 'rx-mesh/kernel';
import { Subject } from 'rxjs';
import { EventLogFullError } from '../event-sourcing-errors';
import {
  checkCheckpoint,
  checkGuard,
  checkVersion,
  checkpointAfter,
  recordAfter,
} from './commit-check';
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
} from './read-model-storage';

/** Options of {@link memoryReadModels}. */
export interface MemoryReadModelsOptions {
  /** The name, not empty. @default 'memory' */
  readonly name?: string | undefined;
  /** The most records and parked events that it keeps, at least 1; beyond it is an `EventLogFullError`. @default 1000000 */
  readonly maxRecords?: number | undefined;
}

interface MemoryValues {
  readonly name: string;
  readonly maxRecords: number;
}

const MEMORY = /* @__PURE__ */ createOptions<MemoryValues>(
  'MemoryReadModelsOptions',
  { name: 'memory', maxRecords: 1_000_000 },
  {
    name: (name) =>
      typeof name === 'string' && name !== '' ? undefined : 'a text that is not empty',
    maxRecords: positiveInteger,
  },
);

const PAGE = 500;

/**
 * Read models in memory, for servers and tests: hand the same one to several applications, and they are tabs of one origin.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * const storage = memoryReadModels();
 * TestBed.configureTestingModule({ providers: [{ provide: READ_MODEL_STORAGE, useValue: storage }] });
 * ```
 */
export function memoryReadModels(options: MemoryReadModelsOptions = {}): ReadModelStorage {
  return new MemoryReadModels(MEMORY.resolve(options));
}

/** Entries by key, which can be read in the order of the keys. */
class Ordered<K extends string | number, V> {
  readonly #entries = new Map<K, V>();
  #keys: readonly K[] | undefined;

  get size(): number {
    return this.#entries.size;
  }

  get(key: K): V | undefined {
    return this.#entries.get(key);
  }

  set(key: K, value: V | undefined): void {
    if (this.#entries.has(key) !== (value !== undefined)) this.#keys = undefined;
    if (value === undefined) this.#entries.delete(key);
    else this.#entries.set(key, value);
  }

  page({ after, max = PAGE }: PageRange<K>): readonly V[] {
    this.#keys ??= [...this.#entries.keys()].sort((a, b) => (a < b ? -1 : 1));
    const start = after === undefined ? 0 : placeBehind(this.#keys, after);
    return this.#keys
      .slice(start, start + max)
      .map((key) => this.#entries.get(key))
      .filter((entry) => entry !== undefined);
  }
}

class MemoryReadModels implements ReadModelStorage {
  readonly name: string;
  readonly capabilities = { crossTab: false, crossClient: false, atomicMany: true };
  readonly #changes = new Subject<ReadModelChange>();
  readonly changes$ = this.#changes.asObservable();
  readonly #maxRecords: number;
  readonly #models = new Map<string, Ordered<string, ReadModelRecord>>();
  readonly #checkpoints = new Map<string, Checkpoint>();
  readonly #parked = new Map<string, Ordered<number, ParkedEvent>>();

  constructor({ name, maxRecords }: MemoryValues) {
    this.name = name;
    this.#maxRecords = maxRecords;
  }

  async read(model: string, id: string): Promise<ReadModelRecord | undefined> {
    return Promise.resolve(this.#models.get(model)?.get(id));
  }

  async readMany(model: string, ids: readonly string[]) {
    return Promise.resolve(ids.map((id) => this.#models.get(model)?.get(id)));
  }

  async list(model: string, range: PageRange<string> = {}): Promise<readonly ReadModelRecord[]> {
    return Promise.resolve(this.#models.get(model)?.page(range) ?? []);
  }

  // What is async here for its rejections does all its work at once, so nobody comes in between.
  async compareAndSet<T>(
    write: ReadModelWrite<T>,
    expected: number,
    timestamp: number,
  ): Promise<ReadModelRecord<T> | undefined> {
    checkVersion(write, expected, this.#versionOf(write));
    const record = recordAfter(write, expected, timestamp);
    this.#makeRoom(record && expected === 0 ? 1 : 0);
    this.#put(write, record);
    this.#changes.next({ models: [write.model] });
    return Promise.resolve(record);
  }

  async commit(commit: ReadModelCommit): Promise<Checkpoint> {
    const { checkpoint: name, expected, timestamp, writes = [], parked = [], unpark = [] } = commit;
    checkCheckpoint(name, expected, this.#checkpoints.get(name)?.version);
    for (const guard of commit.guards ?? []) checkGuard(guard, this.#versionOf(guard));
    const records = writes.map((write) =>
      recordAfter(write, this.#versionOf(write) ?? 0, timestamp),
    );
    this.#makeRoom(records.filter((record) => record?.version === 1).length + parked.length);
    writes.forEach((write, at) => this.#put(write, records[at]));
    const waiting = entryOf(this.#parked, name);
    for (const event of parked) waiting.set(event.position, Object.freeze({ ...event }));
    for (const position of unpark) waiting.set(position, undefined);
    if (waiting.size === 0) this.#parked.delete(name);
    const done = checkpointAfter(commit);
    this.#checkpoints.set(name, done);
    const models = [...new Set(writes.map(({ model }) => model))];
    this.#changes.next({ models, checkpoint: name });
    return Promise.resolve(done);
  }

  async checkpoint(name: string): Promise<Checkpoint | undefined> {
    return Promise.resolve(this.#checkpoints.get(name));
  }

  async drop(model: string): Promise<void> {
    this.#models.delete(model);
    this.#changes.next({ models: [model] });
    return Promise.resolve();
  }

  async dropCheckpoint(name: string): Promise<void> {
    this.#checkpoints.delete(name);
    this.#parked.delete(name);
    this.#changes.next({ checkpoint: name });
    return Promise.resolve();
  }

  async parked(handler: string, range: PageRange<number> = {}): Promise<readonly ParkedEvent[]> {
    return Promise.resolve(this.#parked.get(handler)?.page(range) ?? []);
  }

  #versionOf(what: CommitGuard | ReadModelWrite): number | undefined {
    if ('checkpoint' in what) return this.#checkpoints.get(what.checkpoint)?.version;
    return this.#models.get(what.model)?.get(what.id)?.version;
  }

  #put({ model, id }: ReadModelWrite, record: ReadModelRecord | undefined): void {
    const records = entryOf(this.#models, model);
    records.set(id, record);
    if (records.size === 0) this.#models.delete(model);
  }

  #makeRoom(added: number): void {
    if (added === 0) return;
    let kept = added;
    for (const { size } of [...this.#models.values(), ...this.#parked.values()]) kept += size;
    if (kept > this.#maxRecords) throw new EventLogFullError(this.name);
  }
}

function entryOf<K extends string | number, V>(
  maps: Map<string, Ordered<K, V>>,
  name: string,
): Ordered<K, V> {
  const known = maps.get(name) ?? new Ordered<K, V>();
  maps.set(name, known);
  return known;
}

/** The first place whose key is behind another one. */
function placeBehind<K extends string | number>(keys: readonly K[], after: K): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const key = keys[middle];
    if (key !== undefined && key > after) high = middle;
    else low = middle + 1;
  }
  return low;
}
