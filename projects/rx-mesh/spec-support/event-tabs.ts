import { type IDBPDatabase, wrap } from 'idb';
import { RecordingDiagnostics } from 'rx-mesh/testing';
import { Subject } from 'rxjs';
import { fakeDatabases } from './fake-indexed-db';

/** What a tab makes its log of. */
export interface EventTabParts {
  readonly name: string;
  readonly factory: () => IDBFactory;
  readonly hints: {
    readonly heard: () => Subject<unknown>;
    readonly tell: (log: string, message: unknown) => void;
  };
  readonly diagnostics: RecordingDiagnostics;
}

/** An origin with one database of events, and any number of tabs. */
export class EventOrigin {
  readonly databases = fakeDatabases();
  readonly #channel = new Subject<unknown>();
  readonly diagnostics = new RecordingDiagnostics();
  readonly connections: IDBDatabase[] = [];

  /** What a further tab makes its log of. */
  tab(): EventTabParts {
    const open = (name: string, version?: number) => {
      const request = this.databases.open(name, version);
      request.addEventListener('success', () => this.connections.push(request.result));
      return request;
    };
    return {
      name: 'events',
      factory: () => ({ open }) as IDBFactory,
      hints: { heard: () => this.#channel, tell: (_log, message) => this.say(message) },
      diagnostics: this.diagnostics,
    };
  }

  /** Says something on the channel of the tabs. */
  say(message: unknown): void {
    this.#channel.next(message);
  }

  /** Writes to the database behind the back of the log. */
  async tamper(work: (database: IDBPDatabase) => Promise<unknown>): Promise<void> {
    const database = await openRaw(this.databases);
    await work(database);
    database.close();
  }
}

/** Opens the database of events as somebody else would. */
export async function openRaw(databases: IDBFactory, version?: number): Promise<IDBPDatabase> {
  return wrap(databases.open('events', version)) as Promise<IDBPDatabase>;
}

/** Lets writes of a store fail with a full disk, once they are asked for; gives back what ends that. */
export function fullDisk(fails: (value: unknown) => boolean = () => true): () => void {
  // As Chromium does it: the request succeeds, and the transaction fails in the end.
  const original = Object.getOwnPropertyDescriptor(IDBObjectStore.prototype, 'add');
  const add = original?.value as (this: IDBObjectStore, value: unknown) => IDBRequest<IDBValidKey>;
  IDBObjectStore.prototype.add = function (this: IDBObjectStore, value: unknown) {
    const { transaction } = this;
    if (fails(value)) {
      const error = new DOMException('no room', 'QuotaExceededError');
      Object.defineProperty(transaction, 'error', { configurable: true, get: () => error });
      transaction.commit = () => transaction.abort();
    }
    return add.call(this, value);
  };
  return () => {
    IDBObjectStore.prototype.add = add;
  };
}

/** Lets every read fail that comes across a record, as Chromium does when it has lost a file; gives back what ends that. */
export function lostRecord(position: number): () => void {
  const { structuredClone } = globalThis;
  // The fake copies what it gives.
  globalThis.structuredClone = <T>(value: T): T => {
    if ((value as { position?: unknown } | null)?.position !== position)
      return structuredClone(value);
    throw new DOMException('Failed to read large IndexedDB value', 'UnknownError');
  };
  return () => {
    globalThis.structuredClone = structuredClone;
  };
}
