import { inject, provideEnvironmentInitializer } from '@angular/core';
import { type RxMeshFeature, isServer, ɵmakeFeature } from 'rx-mesh/kernel';
import { parseBaseUrl } from '../../base-url';
import { ServiceRegistry } from '../../service-registry';
import { provideRegistrySource } from '../registry/provide-registry-source';
import { ConsulClient } from './consul-client';
import { CONSUL, type ConsulOptions } from './consul-options';
import { ConsulService } from './consul-service';

/**
 * Lets the registry know what Consul knows. The page needs a way to the HTTP API of Consul: a route of your gateway that
 * allows nothing but `GET /v1/health/service/*` and adds the token by itself, never the port of an agent.
 *
 * Unless `eager` is false, the registry is watched from the start until the application ends; not on the server.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * provideRxMesh(
 *   withConsul({
 *     url: '/registry/consul',
 *     services: ['orders', 'users'],
 *     instanceUrl: ({ service, id }) => '/mesh/' + service + '/' + encodeURIComponent(id),
 *   }),
 * );
 * ```
 */
export function withConsul(options: ConsulOptions): RxMeshFeature<'consul'> {
  parseBaseUrl('ConsulOptions.url', options.url);
  return ɵmakeFeature('consul', [
    CONSUL.provide(options),
    // In the injector of the feature, be it one of a lazy route: the options are there.
    ConsulClient,
    ConsulService,
    provideRegistrySource(ConsulService, CONSUL.resolve(options), 'token'),
    provideEnvironmentInitializer(() => {
      // Ends with the application: so does `services$`.
      if (inject(CONSUL.token).eager && !isServer()) inject(ServiceRegistry).services$.subscribe();
    }),
  ]);
}
