import { type Snapshot, type SnapshotStore, isOlder } from '../store/snapshots';
import type { EventDatabase } from './event-database';

/** Snapshots beside the events, in the same database. */
export function indexedDbSnapshots(database: EventDatabase): SnapshotStore {
  return {
    get: async (key) =>
      database.within(['snapshots'], {}, async (transaction) =>
        readSnapshot(await transaction.objectStore('snapshots').get(key)),
      ),
    put: async (snapshot) =>
      database.within(['snapshots'], { mode: 'readwrite' }, async (transaction) => {
        const store = transaction.objectStore('snapshots');
        if (isOlder(snapshot, readSnapshot(await store.get(snapshot.key)))) return;
        await store.put(snapshot);
      }),
  };
}

function readSnapshot(found: unknown): Snapshot | undefined {
  if (typeof found !== 'object' || found === null) return undefined;
  const { key, version, schemaVersion, state, timestamp } = found as Record<
    keyof Snapshot,
    unknown
  >;
  const isOne =
    typeof key === 'string' &&
    Number.isSafeInteger(version) &&
    Number(version) > 0 &&
    Number.isSafeInteger(schemaVersion) &&
    state !== undefined &&
    Number.isFinite(timestamp);
  return isOne ? (found as Snapshot) : undefined;
}
