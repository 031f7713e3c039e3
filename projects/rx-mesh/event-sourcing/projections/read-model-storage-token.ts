import { InjectionToken } from '@angular/core';
import { memoryReadModels } from './memory-read-models';
import type { ReadModelStorage } from './read-model-storage';

declare const ngDevMode: boolean;

/** Where projections keep what they make. @default the memory of the page; IndexedDB with `withIndexedDb` */
export const READ_MODEL_STORAGE = new InjectionToken<ReadModelStorage>(
  ngDevMode ? 'rx-mesh READ_MODEL_STORAGE' : '',
  { providedIn: 'root', factory: () => memoryReadModels() },
);
