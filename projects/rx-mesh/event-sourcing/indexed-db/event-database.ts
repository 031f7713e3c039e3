import { isRxMeshError } from 'rx-mesh/kernel';
import type { DBSchema, IDBPDatabase, IDBPTransaction } from 'idb';
import {
  EventLogBlockedError,
  EventLogFullError,
  EventLogUnavailableError,
} from '../event-sourcing-errors';
import type { Durability } from '../log/event-log';

/** What is in the database. What somebody else wrote is not known: whoever reads it has to check it. */
export interface EventSchema extends DBSchema {
  /** One record a commit, by the position of its first event. */
  commits: { key: number; value: unknown; indexes: { stream: [string, number]; ids: string } };
  /** What is known of each stream, and of the log as `$all`. */
  heads: { key: string; value: unknown };
  /** The newest snapshot of each state, by its key. */
  snapshots: { key: string; value: unknown };
  /** How far somebody has got, by name. */
  checkpoints: { key: string; value: unknown };
  /** What was made of events, by model and id. */
  readModels: { key: [string, string]; value: unknown };
  /** Events that could not be handled, by handler and position. */
  parked: { key: [string, number]; value: unknown };
}

/** A store of the database. */
export type EventStoreName =
  'commits' | 'heads' | 'snapshots' | 'checkpoints' | 'readModels' | 'parked';

/** A transaction over some of the stores. */
export type EventTransaction<S extends EventStoreName> = IDBPTransaction<
  EventSchema,
  S[],
  'readwrite'
>;

/** How a transaction is run. */
export interface TransactionOptions {
  /** Whether it writes. @default 'readonly' */
  readonly mode?: 'readonly' | 'readwrite' | undefined;
  /** How sure a write is. @default 'relaxed' */
  readonly durability?: Durability | undefined;
}

const VERSION = 1;

/**
 * The IndexedDB of one log, shared with what stands beside it. The code of `idb` comes at the first call. A connection
 * stays open until somebody wants to change the database, the platform ends it, or a call fails; the next call opens it
 * again. Everything rejects with errors of rx-mesh.
 */
export class EventDatabase {
  readonly name: string;
  readonly #factory: () => IDBFactory;
  #opened: Promise<IDBPDatabase<EventSchema>> | undefined;
  #busy = 0;
  #closing = false;

  /**
   * @param name The name of the database.
   * @param factory Where databases are. What it throws rejects the calls: some pages may not even look.
   */
  constructor(name: string, factory: () => IDBFactory) {
    this.name = name;
    this.#factory = factory;
  }

  /**
   * Runs some work in one transaction, and resolves once that is complete. The work must wait for nothing but the
   * database. When it throws, or the transaction fails, nothing has happened.
   */
  async within<S extends EventStoreName, T>(
    stores: readonly S[],
    options: TransactionOptions,
    work: (transaction: EventTransaction<S>) => Promise<T>,
  ): Promise<T> {
    this.#busy++;
    try {
      const transaction = await this.#begin(stores, options);
      return await outcomeOf(transaction, work);
    } catch (error) {
      if (!isOfPlatform(error)) throw error;
      // The connection may be dead, as it is in Safari after a while; but not when it was what was to be stored.
      if (!isOfWork(error)) this.#letGo();
      throw this.#told(error);
    } finally {
      this.#busy--;
      if (this.#busy === 0 && this.#closing) this.#letGo();
    }
  }

  /** Lets go of the connection, once all calls are over. A later call opens it anew. */
  close(): void {
    this.#closing = true;
    if (this.#busy === 0) this.#letGo();
  }

  async #begin<S extends EventStoreName>(
    stores: readonly S[],
    { mode = 'readonly', durability = 'relaxed' }: TransactionOptions,
  ): Promise<EventTransaction<S>> {
    const begin = async (): Promise<EventTransaction<S>> => {
      const database = await (this.#opened ?? this.#connect());
      // Reading only takes no more than a type that can write as well.
      return database.transaction([...stores], mode, { durability }) as EventTransaction<S>;
    };
    try {
      return await begin().catch(async (error: unknown) => {
        if (!(error instanceof Error) || error.name !== 'InvalidStateError') throw error;
        // It was closed behind our back, and nothing has begun yet.
        this.#letGo();
        return begin();
      });
    } catch (error) {
      // Whatever it is, such as code that could not be loaded.
      throw isRxMeshError(error) ? error : this.#told(error);
    }
  }

  #told(error: unknown): unknown {
    const { name } = error as { readonly name?: unknown };
    const options = { cause: error };
    if (name === 'QuotaExceededError') return new EventLogFullError(this.name, options);
    if (name === 'VersionError')
      return new EventLogBlockedError(this.name, 'newer-version', options);
    return new EventLogUnavailableError(this.name, options);
  }

  #letGo(): void {
    this.#opened?.then((database) => database.close()).catch(() => undefined);
    this.#opened = undefined;
  }

  async #connect(): Promise<IDBPDatabase<EventSchema>> {
    this.#closing = false;
    const opened = this.#open();
    this.#opened = opened;
    const database = await opened.catch((error: unknown) => {
      if (this.#opened === opened) this.#opened = undefined;
      throw error;
    });
    const forget = (): void => {
      database.close();
      if (this.#opened === opened) this.#opened = undefined;
    };
    database.addEventListener('versionchange', forget);
    database.addEventListener('close', forget);
    return database;
  }

  async #open(): Promise<IDBPDatabase<EventSchema>> {
    // Not at the top: it has side effects, so every application with events would carry it.
    const { wrap } = await import('idb');
    const request = this.#factory().open(this.name, VERSION);
    request.onupgradeneeded = () => makeStores(request.result);
    const database = wrap(request) as Promise<IDBPDatabase<EventSchema>>;
    const blocked = new Promise<never>((_resolve, reject) => {
      request.onblocked = () => {
        reject(new EventLogBlockedError(this.name, 'older-tab'));
        // It may still open, once nobody waits for it.
        database.then((late) => late.close()).catch(() => undefined);
      };
    });
    return Promise.race([database, blocked]);
  }
}

/**
 * Waits for both, for a request can succeed and its transaction fail, as on a full disk. But not for ever: Chromium ends
 * such a transaction without a word to some of its requests, and the work may wait for one of them.
 */
async function outcomeOf<S extends EventStoreName, T>(
  transaction: EventTransaction<S>,
  work: (transaction: EventTransaction<S>) => Promise<T>,
): Promise<T> {
  const aborted = new Promise<void>((resolve) => {
    transaction.addEventListener('abort', () => resolve());
  });
  const working = work(transaction).catch((error: unknown) => {
    abort(transaction);
    throw error;
  });
  // Nobody waits for it yet.
  const worked = endOf(working);
  const failure = await endOf(transaction.done);
  if (!failure) return working;
  await aborted;
  // Whatever its requests had to say has been said.
  const reasons = [failure, await Promise.race([worked, turns()])];
  // An abort is only ever the consequence of something else.
  const told = reasons.find((reason) => reason && nameOf(reason.error) !== 'AbortError');
  throw (told ?? failure).error;
}

/** Why it has failed, if it has. */
async function endOf(work: Promise<unknown>): Promise<{ readonly error: unknown } | undefined> {
  return work.then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
}

// More than any work needs to hear of the end of its last request.
async function turns(): Promise<undefined> {
  for (let turn = 0; turn < 100; turn++) await Promise.resolve();
  return undefined;
}

function nameOf(error: unknown): unknown {
  return (Object(error) as { readonly name?: unknown }).name;
}

function abort(transaction: { abort(): void }): void {
  try {
    transaction.abort();
  } catch {
    // It has ended already.
  }
}

// A DOMException, also one of another realm. What the work has thrown itself is passed on as it is.
function isOfPlatform(error: unknown): boolean {
  return (
    typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    typeof error.code === 'number' &&
    'name' in error
  );
}

/** Whether it is the fault of what was to be stored, or of the room for it. */
export function isOfWork(error: unknown): boolean {
  const name = nameOf(error);
  return (
    typeof name === 'string' &&
    ['ConstraintError', 'QuotaExceededError', 'DataCloneError', 'DataError'].includes(name)
  );
}

function makeStores(database: IDBDatabase): void {
  const commits = database.createObjectStore('commits', { keyPath: 'position' });
  commits.createIndex('stream', ['stream', 'first'], { unique: true });
  commits.createIndex('ids', 'ids', { unique: true, multiEntry: true });
  database.createObjectStore('heads', { keyPath: 'stream' });
  database.createObjectStore('snapshots', { keyPath: 'key' });
  database.createObjectStore('checkpoints', { keyPath: 'name' });
  database.createObjectStore('readModels', { keyPath: ['model', 'id'] });
  database.createObjectStore('parked', { keyPath: ['handler', 'position'] });
}
