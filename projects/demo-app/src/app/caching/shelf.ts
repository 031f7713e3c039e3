import {
  DestroyRef,
  EnvironmentInjector,
  InjectionToken,
  createEnvironmentInjector,
  inject,
} from '@angular/core';
import { provideRxMesh } from 'rx-mesh';
import {
  InMemoryRemoteCache,
  REMOTE_CACHE,
  type RemoteCache,
  withIndexedDbCache,
} from 'rx-mesh/caching';
import { SwitchableRemote } from './switchable-remote';

/** Where the second level keeps its texts. @default an IndexedDB of the browser */
export const SHELF = new InjectionToken<RemoteCache>('demo SHELF', {
  providedIn: 'root',
  factory: () => {
    const shelf = createEnvironmentInjector(
      [provideRxMesh(withIndexedDbCache({ name: 'rx-mesh-demo-cache' }))],
      inject(EnvironmentInjector),
    );
    inject(DestroyRef).onDestroy(() => shelf.destroy());
    // On a server there is no IndexedDB.
    return shelf.get(REMOTE_CACHE) ?? new InMemoryRemoteCache();
  },
});

/** The second level, with its switch. */
export const SWITCH = new InjectionToken<SwitchableRemote>('demo SWITCH', {
  providedIn: 'root',
  factory: () => new SwitchableRemote(inject(SHELF)),
});
