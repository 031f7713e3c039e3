import type { TruncateRange } from '../log/event-log';
import { headOf, headOfAll, keysOf } from './commit-reads';
import type { EventTransaction } from './event-database';
import { readCommit, withoutFirst } from './stored-commit';

const MOST_COMMITS = 200;

/** Removes some of the oldest events of a stream that have to go, and says whether there may be more. */
export async function truncateSome(
  transaction: EventTransaction<'commits' | 'heads'>,
  stream: string,
  { before = 0, olderThan = -Infinity }: TruncateRange,
): Promise<{ readonly removed: number; readonly more: boolean }> {
  const commits = transaction.objectStore('commits');
  const [all, head] = await Promise.all([headOfAll(transaction), headOf(transaction, stream)]);
  let [removed, looked] = [0, 0];
  let cursor = await commits.index('stream').openCursor(keysOf(stream, 0));
  while (cursor && looked++ < MOST_COMMITS) {
    const commit = readCommit(cursor.value);
    const first = cursor.key[1];
    // A broken record counts as one event, whose time is not known.
    const { count, at } = commit ?? { count: 1, at: Infinity };
    const isOver = first + count <= before || at < olderThan;
    if (!isOver && first >= before) break;
    await commits.delete(cursor.primaryKey);
    const gone = isOver ? count : before - first;
    removed += commit ? gone : 0;
    if (!isOver && commit) {
      await commits.add(withoutFirst(commit, gone));
      break;
    }
    cursor = await cursor.continue();
  }
  if (head && removed > 0) {
    const heads = transaction.objectStore('heads');
    await heads.put({ ...head, count: Math.max(0, head.count - removed) });
    await heads.put({ ...all, count: Math.max(0, all.count - removed) });
  }
  return { removed, more: cursor !== null && looked > MOST_COMMITS };
}
