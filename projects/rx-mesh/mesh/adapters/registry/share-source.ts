import { InjectionToken } from '@angular/core';
import type { RegistrySource } from '../registry-source';

declare const ngDevMode: boolean;

/** Makes a source that pages share, if they do. `scope` says what is the same source. */
export type ShareSource = (source: RegistrySource, scope: string) => RegistrySource;

/** How pages share the watches of registries. @default not at all */
export const SHARE_SOURCE = new InjectionToken<ShareSource>(
  ngDevMode ? 'rx-mesh SHARE_SOURCE' : '',
  { providedIn: 'root', factory: () => (source) => source },
);
