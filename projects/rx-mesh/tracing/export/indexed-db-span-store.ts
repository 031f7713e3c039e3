import type { DBSchema, IDBPDatabase, IDBPTransaction } from 'idb';
import { type FoundHead, type SpanStore, type StoredBatch, headOf } from './span-store';

interface Schema extends DBSchema {
  // What somebody else wrote is not known: whoever reads it has to check it.
  heads: { key: number; value: unknown };
  batches: { key: number; value: unknown };
}
type Transaction = IDBPTransaction<Schema, ['heads', 'batches'], 'readwrite'>;

const VERSION = 1;

/**
 * Batches in an IndexedDB of the origin: heads apart from texts, so that a look at what is there reads no megabytes. The
 * code of `idb` comes at the first call. A connection stays open until somebody wants to change the database, the
 * platform ends it, or a call fails; the next call opens it again.
 */
export class IndexedDbSpanStore implements SpanStore {
  readonly #name: string;
  readonly #factory: () => IDBFactory;
  #opened: Promise<IDBPDatabase<Schema>> | undefined;
  #busy = 0;
  #closing = false;

  /**
   * @param name The name of the database.
   * @param factory Where databases are. What it throws rejects the calls: some pages may not even look.
   */
  constructor(name: string, factory: () => IDBFactory) {
    this.#name = name;
    this.#factory = factory;
  }

  async put(batch: StoredBatch, id?: number): Promise<number> {
    return this.#within('readwrite', async (transaction) => {
      // Both count alike, for they are only written together. All is said at once: a page that ends says no more.
      const added = Promise.all([
        transaction.objectStore('heads').add(headOf(batch), id),
        transaction.objectStore('batches').add(batch, id),
      ]);
      transaction.commit();
      const [place] = await added;
      return place;
    });
  }

  async list(): Promise<readonly FoundHead[]> {
    return this.#within('readonly', async (transaction) => {
      const heads = transaction.objectStore('heads');
      const [ids, found] = await Promise.all([heads.getAllKeys(), heads.getAll()]);
      return ids.map((id, at) => ({ id, head: found[at] }));
    });
  }

  async read(id: number): Promise<unknown> {
    return this.#within('readonly', async (transaction) =>
      transaction.objectStore('batches').get(id),
    );
  }

  async take(id: number): Promise<unknown> {
    return this.#within('readwrite', async (transaction) => {
      const batches = transaction.objectStore('batches');
      const [batch] = await Promise.all([
        batches.get(id),
        batches.delete(id),
        transaction.objectStore('heads').delete(id),
      ]);
      return batch;
    });
  }

  async remove(ids: readonly number[]): Promise<readonly number[]> {
    if (ids.length === 0) return [];
    return this.#within('readwrite', async (transaction) => {
      const heads = transaction.objectStore('heads');
      const keys = await Promise.all(ids.map(async (id) => heads.getKey(id)));
      const there = keys.filter((key) => key !== undefined);
      const stores = [heads, transaction.objectStore('batches')];
      await Promise.all(there.flatMap((id) => stores.map(async (store) => store.delete(id))));
      return there;
    });
  }

  close(): void {
    this.#closing = true;
    if (this.#busy === 0) this.#letGo();
  }

  async #within<T>(
    mode: 'readonly' | 'readwrite',
    work: (transaction: Transaction) => Promise<T>,
  ): Promise<T> {
    this.#busy++;
    try {
      const database = await (this.#opened ?? this.#connect());
      // Reading only takes no more than a type that can write as well.
      const transaction = database.transaction(['heads', 'batches'], mode) as Transaction;
      // What the transaction says, it says of the work as well, often with the better reason.
      const [result] = await Promise.all([work(transaction), transaction.done]);
      return result;
    } catch (error) {
      // The connection may be dead, as it is in Safari after a while.
      this.#letGo();
      throw error;
    } finally {
      this.#busy--;
      if (this.#busy === 0 && this.#closing) this.#letGo();
    }
  }

  #letGo(): void {
    this.#opened?.then((database) => database.close()).catch(() => undefined);
    this.#opened = undefined;
  }

  async #connect(): Promise<IDBPDatabase<Schema>> {
    const opened = this.#open();
    this.#opened = opened;
    const database = await opened;
    const forget = (): void => {
      database.close();
      if (this.#opened === opened) this.#opened = undefined;
    };
    database.addEventListener('versionchange', forget);
    database.addEventListener('close', forget);
    return database;
  }

  async #open(): Promise<IDBPDatabase<Schema>> {
    // Not at the top: it has side effects, so every application with tracing would carry it.
    const { wrap } = await import('idb');
    const request = this.#factory().open(this.#name, VERSION);
    request.onupgradeneeded = () => {
      for (const store of ['heads', 'batches']) {
        request.result.createObjectStore(store, { autoIncrement: true });
      }
    };
    const database = wrap(request) as Promise<IDBPDatabase<Schema>>;
    const blocked = new Promise<never>((_resolve, reject) => {
      request.onblocked = () => {
        reject(new Error('Another tab blocks the database.'));
        // It may still open, once nobody waits for it.
        database.then((late) => late.close()).catch(() => undefined);
      };
    });
    return Promise.race([database, blocked]);
  }
}
