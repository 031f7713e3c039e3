import { DOCUMENT, DestroyRef, inject } from '@angular/core';
import type { DBSchema, IDBPDatabase, IDBPObjectStore, IDBPTransaction } from 'idb';
import {
  CLOCK,
  type Clock,
  type RxMeshFeature,
  createOptions,
  isServer,
  positiveInteger,
  ɵmakeFeature,
} from 'rx-mesh/kernel';
import { EMPTY, Observable, ignoreElements, of } from 'rxjs';
import { RemoteCacheError } from '../cache-errors';
import { REMOTE_CACHE, type RemoteCache, type RemoteWrite } from '../remote-cache';

/** Options of {@link withIndexedDbCache}. */
export interface IndexedDbCacheOptions {
  /** The name of the database, not empty. Applications of one origin that have the same share it. @default 'rx-mesh-cache' */
  readonly name?: string | undefined;
  /** How many texts are kept at most, at least 1; what ends soonest goes first. @default 1000 */
  readonly maxEntries?: number | undefined;
}

const INDEXED_DB_CACHE = /* @__PURE__ */ createOptions<{ name: string; maxEntries: number }>(
  'IndexedDbCacheOptions',
  { name: 'rx-mesh-cache', maxEntries: 1000 },
  {
    name: (name) =>
      typeof name === 'string' && name !== '' ? undefined : 'a text that is not empty',
    maxEntries: positiveInteger,
  },
);

interface Schema extends DBSchema {
  // What somebody else wrote is not known. `until` is a reading of the wall: it outlives the page.
  texts: { key: string; value: { key: string; text: unknown; until: unknown }; indexes: { until: number } }; // prettier-ignore
}
type Transaction = IDBPTransaction<Schema, ['texts'], 'readwrite'>;
type Store = IDBPObjectStore<Schema, ['texts'], 'texts', 'readwrite'>;

// How many records one write drops at most, beside as many as it has written.
const SWEEP = 32;

/**
 * A second level in an IndexedDB of the origin: it survives a reload, and all tabs have it. The code of `idb` comes at the
 * first call. What is outdated or too much is dropped in small steps, along with writes.
 */
export class IndexedDbRemoteCache implements RemoteCache {
  readonly name = 'indexed-db';
  readonly capabilities = { shared: false, durable: true };
  #opened: Promise<IDBPDatabase<Schema>> | undefined;

  /**
   * @param database The name of the database.
   * @param maxEntries How many texts it keeps at most.
   * @param clock By what times are over.
   * @param factory Where databases are. What it throws is an error of each call: some pages may not even look.
   */
  constructor(
    private readonly database: string,
    private readonly maxEntries: number,
    private readonly clock: Clock,
    private readonly factory: () => IDBFactory,
  ) {}

  /** The texts of some keys. */
  read(keys: readonly string[]): Observable<readonly (string | undefined)[]> {
    if (keys.length === 0) return of([]);
    return this.#within('readonly', async (texts) => {
      const found = await Promise.all(keys.map(async (key) => texts.get(key)));
      const now = this.clock.now();
      return found.map((record) =>
        typeof record?.text === 'string' && typeof record.until === 'number' && record.until > now
          ? record.text
          : undefined,
      );
    });
  }

  /** Writes texts, all or none. */
  write(writes: readonly RemoteWrite[]): Observable<void> {
    if (writes.length === 0) return EMPTY;
    return this.#within('readwrite', async (texts) => {
      const now = this.clock.now();
      await Promise.all(
        writes.map(async ({ key, text, ttl }) => texts.put({ key, text, until: now + ttl })),
      );
      let surplus = (await texts.count()) - this.maxEntries;
      let cursor = await texts.index('until').openKeyCursor();
      for (let steps = SWEEP + writes.length; cursor && steps > 0; steps--) {
        if (surplus-- <= 0 && cursor.key > now) break;
        await texts.delete(cursor.primaryKey);
        cursor = await cursor.continue();
      }
    }).pipe(ignoreElements());
  }

  /** Drops keys. */
  delete(keys: readonly string[]): Observable<void> {
    if (keys.length === 0) return EMPTY;
    return this.#within('readwrite', async (texts) =>
      Promise.all(keys.map(async (key) => texts.delete(key))),
    ).pipe(ignoreElements());
  }

  /** Drops all keys that begin with a text. */
  deleteAll(prefix: string): Observable<void> {
    // No key has more characters.
    const range = (): IDBKeyRange => IDBKeyRange.bound(prefix, prefix + '\uffff'.repeat(1024));
    return this.#within('readwrite', async (texts) => texts.delete(range())).pipe(ignoreElements());
  }

  /** Lets go of the connection. A later call opens it anew. */
  close(): void {
    this.#opened?.then((database) => database.close()).catch(() => undefined);
    this.#opened = undefined;
  }

  #within<T>(mode: 'readonly' | 'readwrite', work: (texts: Store) => Promise<T>): Observable<T> {
    return new Observable<T>((subscriber) => {
      let transaction: Transaction | undefined;
      const run = async (): Promise<T> => {
        const database = await (this.#opened ??= this.#open());
        if (subscriber.closed) throw new Error('Nobody waits.');
        // Reading only takes no more than a type that can write as well.
        const begun = database.transaction(['texts'], mode, { durability: 'relaxed' }) as Transaction; // prettier-ignore
        transaction = begun;
        const [result] = await Promise.all([work(begun.objectStore('texts')), begun.done]);
        return result;
      };
      run()
        .finally(() => (transaction = undefined))
        .then(
          (result) => {
            subscriber.next(result);
            subscriber.complete();
          },
          (error: unknown) => {
            // The connection may be dead, as it is in Safari after a while.
            if (!subscriber.closed) this.close();
            subscriber.error(told(error));
          },
        );
      return () => {
        try {
          transaction?.abort();
        } catch {
          // It has ended already.
        }
      };
    });
  }

  async #open(): Promise<IDBPDatabase<Schema>> {
    // Not at the top: it has side effects, so every application with a cache would carry it.
    const { wrap } = await import('idb');
    const request = this.factory().open(this.database, 1);
    request.onupgradeneeded = () =>
      request.result.createObjectStore('texts', { keyPath: 'key' }).createIndex('until', 'until');
    const opened = wrap(request) as Promise<IDBPDatabase<Schema>>;
    const blocked = new Promise<never>((_resolve, reject) => {
      request.onblocked = () => {
        reject(new Error('Another tab blocks the database.'));
        // It may still open, once nobody waits for it.
        opened.then((late) => late.close()).catch(() => undefined);
      };
    });
    const database = await Promise.race([opened, blocked]);
    const forget = (): void => this.close();
    database.addEventListener('versionchange', forget);
    database.addEventListener('close', forget);
    return database;
  }
}

function told(error: unknown): RemoteCacheError {
  const isFull = (Object(error) as { readonly name?: unknown }).name === 'QuotaExceededError';
  return isFull
    ? new RemoteCacheError('indexed-db', 'full', 'there is no room on the disk', error)
    : new RemoteCacheError('indexed-db', 'unreachable', 'the database cannot be used', error);
}

/**
 * Keeps the second level in an IndexedDB of the origin, so that values survive a reload. On a server there is none.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * provideRxMesh(withIndexedDbCache({ name: 'shop-cache', maxEntries: 500 }));
 * ```
 */
export function withIndexedDbCache(
  options: IndexedDbCacheOptions = {},
): RxMeshFeature<'remote-cache'> {
  const { name, maxEntries } = INDEXED_DB_CACHE.resolve(options);
  return ɵmakeFeature('remote-cache', [
    {
      provide: REMOTE_CACHE,
      useFactory: () => {
        if (isServer()) return undefined;
        const view = inject(DOCUMENT).defaultView;
        const cache = new IndexedDbRemoteCache(name, maxEntries, inject(CLOCK), () => {
          if (view) return view.indexedDB;
          throw new Error('There is no window.');
        });
        inject(DestroyRef).onDestroy(() => cache.close());
        return cache;
      },
    },
  ]);
}
