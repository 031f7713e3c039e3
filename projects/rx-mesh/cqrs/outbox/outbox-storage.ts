import { InjectionToken, inject } from '@angular/core';
import {
  READ_MODEL_STORAGE,
  type ReadModelStorage,
  memoryReadModels,
} from 'rx-mesh/event-sourcing';
import { DIAGNOSTICS } from 'rx-mesh/kernel';
import { tellOutbox } from './book-ports';

declare const ngDevMode: boolean;

/**
 * Where the outbox keeps its commands. It must be of this user alone: whoever shares it sees them, and sends them as if they
 * were his own.
 *
 * @default `READ_MODEL_STORAGE`, unless all clients share that one: then memory, which a reload loses, and a diagnostic
 *   RXM548 says so once
 * @usageNotes
 * ```ts
 * // The read models are on a server; the outbox is in an IndexedDB of this user.
 * const local = () =>
 *   createEnvironmentInjector(
 *     [provideRxMesh(withIndexedDb({ name: `outbox-${userId}` }))],
 *     inject(EnvironmentInjector),
 *   ).get(READ_MODEL_STORAGE);
 * export const providers = [{ provide: OUTBOX_STORAGE, useFactory: local }];
 * ```
 */
export const OUTBOX_STORAGE = new InjectionToken<ReadModelStorage>(
  ngDevMode ? 'rx-mesh OUTBOX_STORAGE' : '',
  {
    providedIn: 'root',
    factory: () => {
      const storage = inject(READ_MODEL_STORAGE);
      if (!storage.capabilities.crossClient) return storage;
      tellOutbox(
        { diagnostics: inject(DIAGNOSTICS) },
        'All clients share READ_MODEL_STORAGE, so the command outbox is kept in memory, and a reload loses it. Provide OUTBOX_STORAGE.',
      );
      return memoryReadModels();
    },
  },
);
