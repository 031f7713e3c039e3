import type { EventTransaction } from './event-database';
import { ALL, MOST_EVENTS, type StoredHead, readCommit, readHead } from './stored-commit';

type Reading = EventTransaction<'commits'>;

/** The highest number that can be a key here: whatever comes after it, such as a text, is none of ours. */
export const LAST = 9_007_199_254_740_991;

/** All keys of a stream between two versions. */
export function keysOf(stream: string, from: number, to = LAST): IDBKeyRange {
  return IDBKeyRange.bound([stream, from], [stream, to]);
}

/** At which version the commit begins in which a version is, or at the version itself. */
export async function startOf(
  transaction: Reading,
  stream: string,
  version: number,
): Promise<number> {
  const index = transaction.objectStore('commits').index('stream');
  const cursor = await index.openKeyCursor(keysOf(stream, 0, version), 'prev');
  return cursor ? cursor.key[1] : version;
}

/** At which position the commit begins in which a position is, or at the position itself. */
export async function startAt(transaction: Reading, position: number): Promise<number> {
  const range = IDBKeyRange.bound(0, position);
  const cursor = await transaction.objectStore('commits').openKeyCursor(range, 'prev');
  return cursor ? cursor.key : position;
}

/** How many wanted events a commit had of late: what is read beyond a page is read again with the next one. */
export interface ReadPace {
  average: number;
}

/**
 * Reads commits chunk after chunk, so that a transaction is never idle and never reads much more than is wanted.
 *
 * @param read Reads at most so many, behind those before.
 * @param pace What is known of reads before; what is learnt is noted there.
 * @param take Takes a commit, and says how many more events are wanted.
 * @returns Whether nothing is left.
 */
export async function eachCommit(
  read: (count: number) => Promise<readonly unknown[]>,
  wanted: number,
  pace: ReadPace,
  take: (found: unknown) => number,
): Promise<boolean> {
  let [left, looked] = [wanted, 0];
  while (left > 0 && looked < MOST_COMMITS) {
    const size = Math.min(MOST_CHUNK, Math.max(1, Math.ceil(left / Math.max(1, pace.average))));
    const chunk = await read(size);
    for (const found of chunk) {
      // The rest of the chunk is read again with the next page.
      if (left <= 0) return false;
      looked++;
      left = take(found);
    }
    if (looked > 0) pace.average = (wanted - left) / looked;
    // Of the last one there may be more.
    if (left <= 0) return false;
    if (chunk.length < size) return true;
  }
  return false;
}

const MOST_CHUNK = 256;
const MOST_COMMITS = 1000;

/** The head of a stream, from its record; when that is broken or missing, from the newest commit. */
export async function headOf(
  transaction: EventTransaction<'commits' | 'heads'>,
  stream: string,
): Promise<StoredHead | undefined> {
  const head = readHead(await transaction.objectStore('heads').get(stream));
  if (head) return head;
  const index = transaction.objectStore('commits').index('stream');
  const cursor = await index.openCursor(keysOf(stream, 0), 'prev');
  if (!cursor) return undefined;
  // Of a broken record only the keys are sure.
  const { count, at } = readCommit(cursor.value) ?? { count: 1, at: 0 };
  const version = cursor.key[1] + count - 1;
  return { stream, version, count: version, position: cursor.primaryKey + count - 1, at };
}

/** The head of the log, from its record; when that is broken or missing, from the newest commit. */
export async function headOfAll(
  transaction: EventTransaction<'commits' | 'heads'>,
): Promise<StoredHead> {
  const head = readHead(await transaction.objectStore('heads').get(ALL));
  if (head) return head;
  const cursor = await transaction
    .objectStore('commits')
    .openCursor(IDBKeyRange.bound(0, LAST), 'prev');
  // Behind a broken record there is room for the largest commit.
  const count = cursor ? (readCommit(cursor.value)?.count ?? MOST_EVENTS) : 0;
  const position = cursor ? cursor.key + count - 1 : 0;
  return { stream: ALL, version: 0, count: position, position, at: 0 };
}
