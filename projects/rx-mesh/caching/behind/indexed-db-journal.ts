import { DOCUMENT, DestroyRef, inject } from '@angular/core';
import type { DBSchema, IDBPDatabase, IDBPObjectStore } from 'idb';
import { type RxMeshFeature, createOptions, isServer, ɵmakeFeature } from 'rx-mesh/kernel';
import { type JournalEntry, WRITE_JOURNAL, type WriteJournal, isWritten, memoryJournal, slotOf } from './write-journal'; // prettier-ignore

/** Options of {@link withDurableWrites}. */
export interface DurableWritesOptions {
  /** The name of the database, not empty. Applications of one origin that have the same share it. @default 'rx-mesh-writes' */
  readonly name?: string | undefined;
}

const DURABLE_WRITES = /* @__PURE__ */ createOptions<{ name: string }>(
  'DurableWritesOptions',
  { name: 'rx-mesh-writes' },
  {
    name: (name) =>
      typeof name === 'string' && name !== '' ? undefined : 'a text that is not empty',
  },
);

interface Row {
  readonly place: number;
  readonly entry: JournalEntry;
}
interface Schema extends DBSchema {
  // By slot.
  writes: { key: string; value: Row };
}
type Rows = IDBPObjectStore<Schema, ['writes'], 'writes', 'readwrite'>;

/** A journal in an IndexedDB of the origin. The code of `idb` comes at the first call. */
export interface IndexedDbJournal extends WriteJournal {
  /** Lets go of the connection. A later call opens it anew. */
  close(): void;
}

/**
 * Makes a journal in an IndexedDB.
 *
 * @param name The name of the database.
 * @param factory Where databases are. What it throws rejects each call: some pages may not even look.
 */
export function indexedDbJournal(name: string, factory: () => IDBFactory): IndexedDbJournal {
  const current: { opened?: Promise<IDBPDatabase<Schema>> | undefined } = {};
  const close = (): void => {
    current.opened?.then((database) => database.close()).catch(() => undefined);
    current.opened = undefined;
  };
  const open = async (): Promise<IDBPDatabase<Schema>> => {
    // Not at the top: it has side effects, so every application with a cache would carry it.
    const { wrap } = await import('idb');
    const request = factory().open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore('writes');
    const database = await (wrap(request) as Promise<IDBPDatabase<Schema>>);
    database.addEventListener('versionchange', close);
    database.addEventListener('close', close);
    return database;
  };
  const within = async <T>(
    mode: IDBTransactionMode,
    work: (rows: Rows) => Promise<T>,
  ): Promise<T> => {
    try {
      const database = await (current.opened ??= open());
      // Strict: what was acknowledged also survives a machine that goes down.
      const transaction = database.transaction(['writes'], mode, { durability: 'strict' });
      // Reading only takes no more than a type that can write as well.
      const rows = transaction.objectStore('writes') as unknown as Rows;
      const [result] = await Promise.all([work(rows), transaction.done]);
      return result;
    } catch (error) {
      // The connection may be dead, as it is in Safari after a while.
      close();
      throw error;
    }
  };
  return {
    durable: true,
    close,
    list: async () =>
      within('readonly', async (rows) =>
        (await rows.getAll())
          .sort((one, other) => one.place - other.place)
          .map(({ entry }) => entry),
      ),
    write: async (change, entries) =>
      within('readwrite', async (rows) => {
        for (const entry of entries) {
          const slot = slotOf(entry);
          const old = await rows.get(slot);
          if (!isWritten(change, entry, old?.entry)) continue;
          if (change === 'remove') await rows.delete(slot);
          else await rows.put({ place: old?.place ?? entry.at, entry }, slot);
        }
      }),
  };
}

/**
 * Keeps what is written behind in an IndexedDB of the origin, so that it survives a reload, and is stored by one tab at a time. On a
 * server it is kept in memory. Values lie there as they are, until they are stored: also when the user has left.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * provideRxMesh(withDurableWrites({ name: 'shop-writes' }));
 * ```
 */
export function withDurableWrites(
  options: DurableWritesOptions = {},
): RxMeshFeature<'durable-writes'> {
  const { name } = DURABLE_WRITES.resolve(options);
  return ɵmakeFeature('durable-writes', [
    {
      provide: WRITE_JOURNAL,
      useFactory: () => {
        if (isServer()) return memoryJournal();
        const view = inject(DOCUMENT).defaultView;
        const journal = indexedDbJournal(name, () => {
          if (view) return view.indexedDB;
          throw new Error('There is no window.');
        });
        inject(DestroyRef).onDestroy(() => journal.close());
        return journal;
      },
    },
  ]);
}
