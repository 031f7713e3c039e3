import { DestroyRef, InjectionToken, inject } from '@angular/core';
import { CLOCK, DIAGNOSTICS, ID_GENERATOR, RANDOM } from 'rx-mesh/kernel';
import { CACHE_CODEC } from './codec/codec-token';
import { RemoteLevel } from './level/remote-level';
import { REMOTE_LEVEL } from './level/remote-level-options';
import { PageCache } from './page-cache';
import { REMOTE_CACHE } from './remote-cache';

declare const ngDevMode: boolean;

/** Makes the second level over the `REMOTE_CACHE` of the injector; `undefined` where it has none. */
export function secondLevel(): RemoteLevel | undefined {
  const remote = inject(REMOTE_CACHE);
  const page = inject(PageCache);
  if (!remote) return undefined;
  const level = new RemoteLevel(
    {
      remote,
      codec: inject(CACHE_CODEC),
      scope: () => page.scope,
      clock: inject(CLOCK),
      ids: inject(ID_GENERATOR),
      random: inject(RANDOM),
      diagnostics: inject(DIAGNOSTICS),
    },
    inject(REMOTE_LEVEL.token),
  );
  inject(DestroyRef).onDestroy(() => level.destroy());
  return level;
}

/** The second level of the application, over its `REMOTE_CACHE`; `undefined` where it has none. */
export const SECOND_LEVEL = new InjectionToken<RemoteLevel | undefined>(
  ngDevMode ? 'rx-mesh SECOND_LEVEL' : '',
  { providedIn: 'root', factory: secondLevel },
);
