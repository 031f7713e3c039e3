import { inject } from '@angular/core';
import { DIAGNOSTICS, type RxMeshFeature, ɵmakeFeature } from 'rx-mesh/kernel';
import { SERVICE_MESH } from '../../service-mesh-options';
import { sharedAcrossTabs } from './shared-source';
import { SHARE_SOURCE, type ShareSource } from './share-source';
import { TAB_PORTS } from './tab-ports';

/**
 * Lets the tabs of the application share one watch of each registry: one of them asks, and tells the others, by Web Locks
 * and `BroadcastChannel`. Tabs share a source when all its options are equal but its token; each sees what that of the
 * asking tab lets it see. Where a browser has no locks or no channels, and on a server, each page asks by itself; so does
 * who watches `ConsulService` and the like directly.
 *
 * @usageNotes
 * ```ts
 * provideRxMesh(withConsul({ url: '/registry/consul' }), withTabSharing());
 * ```
 */
export function withTabSharing(): RxMeshFeature<'tab-sharing'> {
  return ɵmakeFeature('tab-sharing', [
    {
      provide: SHARE_SOURCE,
      useFactory: (): ShareSource => {
        const tabs = inject(TAB_PORTS);
        const ports = tabs && { ...tabs, diagnostics: inject(DIAGNOSTICS) };
        const limit = inject(SERVICE_MESH.token).maxInstances;
        return (source, scope) => sharedAcrossTabs(source, ports, { scope, limit });
      },
    },
  ]);
}
