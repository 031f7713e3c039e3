import { deserialize, serialize } from 'node:v8';
import {
  IDBCursor,
  IDBDatabase,
  IDBFactory,
  IDBIndex,
  IDBKeyRange,
  IDBObjectStore,
  IDBRequest,
  IDBTransaction,
} from 'fake-indexeddb';

/**
 * A fresh world of databases in memory, which any number of tabs may share. `idb` and `fake-indexeddb` look for the classes
 * of the platform, and jsdom has none of them; `indexedDB` itself is not set.
 */
export function fakeDatabases(): IDBFactory {
  Object.assign(globalThis, {
    IDBCursor,
    IDBDatabase,
    IDBIndex,
    IDBKeyRange,
    IDBObjectStore,
    IDBRequest,
    IDBTransaction,
    structuredClone: (value: unknown): unknown => deserialize(serialize(value)),
  });
  return new IDBFactory();
}
