import { DOCUMENT, DestroyRef, InjectionToken, inject } from '@angular/core';
import {
  DIAGNOSTICS,
  type RxMeshFeature,
  createOptions,
  isServer,
  ɵmakeFeature,
} from 'rx-mesh/kernel';
import { EVENT_LOG } from '../log/event-log-token';
import { memoryEventLog } from '../log/memory-event-log';
import { memoryReadModels } from '../projections/memory-read-models';
import { READ_MODEL_STORAGE } from '../projections/read-model-storage-token';
import { SNAPSHOT_STORE, memorySnapshotStore } from '../store/snapshots';
import { EventDatabase } from './event-database';
import { EVENT_HINTS } from './event-hints';
import { IndexedDbEventLog } from './indexed-db-event-log';
import { IndexedDbReadModels } from './indexed-db-read-models';
import { indexedDbSnapshots } from './indexed-db-snapshots';

declare const ngDevMode: boolean;

/** Options of {@link withIndexedDb}. */
export interface IndexedDbOptions {
  /** The name of the database, not empty. Applications of one origin that have the same share it. @default 'rx-mesh-events' */
  readonly name?: string | undefined;
}

interface IndexedDbValues {
  readonly name: string;
}

const INDEXED_DB = /* @__PURE__ */ createOptions<IndexedDbValues>(
  'IndexedDbOptions',
  { name: 'rx-mesh-events' },
  {
    name: (name) =>
      typeof name === 'string' && name !== '' ? undefined : 'a text that is not empty',
  },
);

/** The database of the log, for what has to be stored together with it; `undefined` without one. */
export const EVENT_DATABASE = new InjectionToken<EventDatabase | undefined>(
  ngDevMode ? 'rx-mesh EVENT_DATABASE' : '',
  { providedIn: 'root', factory: () => undefined },
);

/**
 * Keeps events, snapshots and read models in an IndexedDB of the origin, shared by all its tabs. What was acknowledged
 * survives the end of the tab and of the browser. A browser may still clear what a site stores when space is short, unless
 * `navigator.storage.persist()` was granted: what must never be lost belongs on a server as well. On a server the memory is
 * used, and nothing is opened.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * provideRxMesh(withEventSourcing({ serviceId: 'shop' }), withIndexedDb({ name: 'shop-events' }));
 * ```
 */
export function withIndexedDb(options: IndexedDbOptions = {}): RxMeshFeature<'event-database'> {
  return ɵmakeFeature('event-database', [
    INDEXED_DB.provide(options),
    { provide: EVENT_DATABASE, useFactory: openDatabase },
    {
      provide: EVENT_LOG,
      useFactory: () => {
        const database = inject(EVENT_DATABASE);
        return database
          ? new IndexedDbEventLog(database, inject(EVENT_HINTS), inject(DIAGNOSTICS))
          : memoryEventLog();
      },
    },
    {
      provide: SNAPSHOT_STORE,
      useFactory: () => {
        const database = inject(EVENT_DATABASE);
        return database ? indexedDbSnapshots(database) : memorySnapshotStore();
      },
    },
    {
      provide: READ_MODEL_STORAGE,
      useFactory: () => {
        const database = inject(EVENT_DATABASE);
        return database
          ? new IndexedDbReadModels(database, inject(EVENT_HINTS))
          : memoryReadModels();
      },
    },
  ]);
}

function openDatabase(): EventDatabase | undefined {
  if (isServer()) return undefined;
  const view = inject(DOCUMENT).defaultView;
  const database = new EventDatabase(inject(INDEXED_DB.token).name, () => {
    if (view) return view.indexedDB;
    throw new Error('There is no window.');
  });
  inject(DestroyRef).onDestroy(() => database.close());
  return database;
}
