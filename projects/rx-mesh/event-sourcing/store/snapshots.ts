import { InjectionToken } from '@angular/core';

declare const ngDevMode: boolean;

/** A state as it was at a version of its stream, so that the events before need not be folded again. */
export interface Snapshot {
  /** Whose state it is: the stream, or a name that the application gives. */
  readonly key: string;
  /** The version of the last event in it, at least 1. */
  readonly version: number;
  /** The version of the shape of the state: one of another version is not used. */
  readonly schemaVersion: number;
  /** The state, as plain JSON. */
  readonly state: unknown;
  /** When it was taken: wall time in milliseconds since the epoch. */
  readonly timestamp: number;
}

/** Where snapshots are kept, one for each key. They can be lost at any time: the events are the truth. */
export interface SnapshotStore {
  /** The snapshot of a key; `undefined` when there is none, or what is there is none. */
  get(key: string): Promise<Snapshot | undefined>;
  /** Keeps a snapshot, unless there is a newer one of the same shape. */
  put(snapshot: Snapshot): Promise<void>;
}

const MOST = 1000;

/**
 * A store in memory of the thousand snapshots that were put last.
 *
 * @usageNotes
 * ```ts
 * TestBed.configureTestingModule({
 *   providers: [{ provide: SNAPSHOT_STORE, useValue: memorySnapshotStore() }],
 * });
 * ```
 */
export function memorySnapshotStore(): SnapshotStore {
  const snapshots = new Map<string, Snapshot>();
  return {
    get: async (key) => Promise.resolve(snapshots.get(key)),
    put: async (snapshot) => {
      if (isOlder(snapshot, snapshots.get(snapshot.key))) return Promise.resolve();
      snapshots.delete(snapshot.key);
      snapshots.set(snapshot.key, snapshot);
      const [oldest] = snapshots.keys();
      if (snapshots.size > MOST && oldest !== undefined) snapshots.delete(oldest);
      return Promise.resolve();
    },
  };
}

/** Whether a snapshot has to give way to the one that is there. */
export function isOlder(snapshot: Snapshot, there: Snapshot | undefined): boolean {
  return there?.schemaVersion === snapshot.schemaVersion && there.version >= snapshot.version;
}

/** Where `EventStoreService` keeps snapshots. @default the memory of the page; IndexedDB with `withIndexedDb` */
export const SNAPSHOT_STORE = new InjectionToken<SnapshotStore>(
  ngDevMode ? 'rx-mesh SNAPSHOT_STORE' : '',
  { providedIn: 'root', factory: () => memorySnapshotStore() },
);
