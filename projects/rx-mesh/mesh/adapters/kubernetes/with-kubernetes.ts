import { inject, provideEnvironmentInitializer } from '@angular/core';
import { type RxMeshFeature, isServer, ɵmakeFeature } from 'rx-mesh/kernel';
import { parseBaseUrl } from '../../base-url';
import { ServiceRegistry } from '../../service-registry';
import { provideRegistrySource } from '../registry/provide-registry-source';
import { KUBERNETES, type KubernetesOptions } from './kubernetes-options';
import { KubernetesRequests } from './kubernetes-requests';
import { KubernetesService } from './kubernetes-service';

/**
 * Lets the registry know what Kubernetes knows. The page needs a way to the API server: a route of your gateway that adds
 * the token of a service account which may get, list and watch endpointslices of one namespace and nothing else; for
 * development, `kubectl proxy`. The route must not buffer (`proxy_buffering off`), else changes come minutes late.
 *
 * Addresses of pods can seldom be reached from a browser: map them to routes of your gateway by `instanceUrl`.
 *
 * Unless `eager` is false, the registry is watched from the start until the application ends; not on the server.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * provideRxMesh(
 *   withKubernetes({
 *     url: '/k8s',
 *     namespace: 'shop',
 *     services: ['orders', 'users'],
 *     instanceUrl: ({ service, id }) => '/mesh/' + service + '/' + encodeURIComponent(id),
 *   }),
 * );
 * ```
 */
export function withKubernetes(options: KubernetesOptions): RxMeshFeature<'kubernetes'> {
  parseBaseUrl('KubernetesOptions.url', options.url);
  return ɵmakeFeature('kubernetes', [
    KUBERNETES.provide(options),
    // In the injector of the feature, be it one of a lazy route: the options are there.
    KubernetesRequests,
    KubernetesService,
    provideRegistrySource(KubernetesService, KUBERNETES.resolve(options), 'token'),
    provideEnvironmentInitializer(() => {
      // Ends with the application: so does `services$`.
      if (inject(KUBERNETES.token).eager && !isServer()) {
        inject(ServiceRegistry).services$.subscribe();
      }
    }),
  ]);
}
