import { isEventLogUnavailableError } from '../event-sourcing-errors';
import { LAST, keysOf, startAt, startOf } from './commit-reads';
import type { EventDatabase, EventTransaction } from './event-database';

/** Reads commits one after the other: of the log by position, of a stream by version. */
export interface CommitReader {
  /** Where the commit begins in which a place is, or the place itself. */
  start(place: number): Promise<number>;
  /** The commits from a place on, as they were found: nobody has checked them. */
  read(from: number, count: number): Promise<readonly unknown[]>;
}

/** What of the database is read, and in which direction. */
export type CommitOrder =
  | { readonly of: 'log' }
  | { readonly of: 'stream'; readonly stream: string; readonly direction: 'forward' | 'backward' };

/** Reads within a transaction. */
export function readerOf(
  transaction: EventTransaction<'commits'>,
  order: CommitOrder,
): CommitReader {
  const commits = transaction.objectStore('commits');
  if (order.of === 'log') {
    return {
      start: async (place) => startAt(transaction, place),
      read: async (from, count) => commits.getAll(IDBKeyRange.bound(from, LAST), count),
    };
  }
  const { stream, direction } = order;
  const index = commits.index('stream');
  if (direction === 'forward') {
    return {
      start: async (place) => startOf(transaction, stream, place),
      read: async (from, count) => index.getAll(keysOf(stream, from), count),
    };
  }
  return {
    start: async (place) => Promise.resolve(place),
    read: async (from, count) => {
      const found: unknown[] = [];
      let cursor = from < 0 ? null : await index.openCursor(keysOf(stream, 0, from), 'prev');
      while (cursor) {
        found.push(cursor.value);
        cursor = found.length < count ? await cursor.continue() : null;
      }
      return found;
    },
  };
}

/**
 * Reads each commit by itself, after a read of many has failed: a browser may have lost one, and then says so of all. What
 * cannot be read is found as a record that has nothing but its keys.
 */
export function carefulReaderOf(database: EventDatabase, order: CommitOrder): CommitReader {
  const within = async <T>(work: (reader: CommitReader) => Promise<T>): Promise<T> =>
    database.within(['commits'], {}, async (transaction) => work(readerOf(transaction, order)));
  const found = async (keys: CommitKeys): Promise<unknown> => {
    try {
      return await database.within(['commits'], {}, async (transaction) =>
        transaction.objectStore('commits').get(keys.position),
      );
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      return keys;
    }
  };
  return {
    start: async (place) => within(async (reader) => reader.start(place)),
    read: async (from, count) => {
      const keys = await database.within(['commits'], {}, async (transaction) =>
        commitKeys(transaction, order, from, count),
      );
      const commits: unknown[] = [];
      for (const key of keys) commits.push(await found(key));
      return commits;
    },
  };
}

/** Whether a read has failed because of what is stored, not because of the database. */
export function isUnreadable(error: unknown): boolean {
  if (!isEventLogUnavailableError(error)) return false;
  const { name } = error.cause as { readonly name?: unknown };
  return name === 'UnknownError' || name === 'NotReadableError' || name === 'DataError';
}

interface CommitKeys {
  readonly position: number;
  readonly first: number;
}

async function commitKeys(
  transaction: EventTransaction<'commits'>,
  order: CommitOrder,
  from: number,
  count: number,
): Promise<readonly CommitKeys[]> {
  const commits = transaction.objectStore('commits');
  if (order.of === 'log') {
    const keys = await commits.getAllKeys(IDBKeyRange.bound(from, LAST), count);
    return keys.map((position) => ({ position, first: 0 }));
  }
  const { stream, direction } = order;
  const isForward = direction === 'forward';
  const range = isForward ? keysOf(stream, from) : keysOf(stream, 0, Math.max(0, from));
  const keys: CommitKeys[] = [];
  let cursor = await commits.index('stream').openKeyCursor(range, isForward ? 'next' : 'prev');
  while (cursor) {
    keys.push({ position: cursor.primaryKey, first: cursor.key[1] });
    cursor = keys.length < count ? await cursor.continue() : null;
  }
  return keys;
}
