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

/** How many events a commit had of late: what is read beyond a page is read again with the next one. */
export interface ReadPace {
  /** Of those that were wanted. */
  wanted: number;
  /** Of all. */
  all: number;
}

/** What a commit has brought. */
export interface CommitTaken {
  /** How many more events are wanted; none, when the page is over. */
  readonly left: number;
  /** How many events the commit has. */
  readonly count: number;
}

/**
 * Reads commits chunk after chunk, so that a transaction is never idle and never reads much more than is wanted: writers of
 * all tabs wait for it.
 *
 * @param read Reads at most so many, behind those before; it may give one more, and fewer only at the end.
 * @param pace What is known of reads before; what is learnt is noted there.
 * @returns Whether nothing is left.
 */
export async function eachCommit(
  read: (count: number) => Promise<readonly unknown[]>,
  wanted: number,
  pace: ReadPace,
  take: (found: unknown) => CommitTaken,
): Promise<boolean> {
  let [left, commits, events] = [wanted, 0, 0];
  while (left > 0 && commits < MOST_COMMITS && events < MOST_LOOKED) {
    const size = chunkOf(left, MOST_LOOKED - events, pace);
    const chunk = await read(size);
    let at = 0;
    // The rest of the chunk is read again with the next page.
    while (at < chunk.length && left > 0) {
      const taken = take(chunk[at++]);
      left = taken.left;
      events += taken.count;
    }
    commits += at;
    if (commits > 0) [pace.wanted, pace.all] = [(wanted - left) / commits, events / commits];
    // Of the last one there may be more.
    if (left <= 0) return false;
    if (chunk.length < size) return true;
  }
  return false;
}

// Neither many more than are wanted, nor so many that memory and pauses grow when hardly one of them is.
function chunkOf(left: number, unseen: number, { wanted, all }: ReadPace): number {
  const most = Math.min(MOST_AT_ONCE, unseen) / Math.max(1, all);
  return Math.ceil(Math.max(1, Math.min(MOST_CHUNK, most, left / Math.max(1, wanted))));
}

const MOST_CHUNK = 256; // commits
const MOST_COMMITS = 1000;
const MOST_AT_ONCE = 5000; // events
const MOST_LOOKED = 10_000;

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
