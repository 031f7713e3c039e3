import { inject, provideEnvironmentInitializer } from '@angular/core';
import { type RxMeshFeature, isServer, ɵmakeFeature } from 'rx-mesh/kernel';
import { parseBaseUrl } from '../../base-url';
import { ServiceRegistry } from '../../service-registry';
import { provideRegistrySource } from '../registry/provide-registry-source';
import { EUREKA, type EurekaOptions } from './eureka-options';
import { EurekaService } from './eureka-service';

/**
 * Takes the instances of the services from Netflix Eureka.
 *
 * Eureka sends no CORS headers: a browser reaches it through a route of your own gateway, which also adds the
 * authorization and lets nothing but reading pass. Map the instances to routes of the gateway with `instanceUrl`, since
 * their addresses are seldom those that a browser can reach.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * provideRxMesh(
 *   withEureka({
 *     url: '/registry/eureka',
 *     services: { orders: 'ORDER-SERVICE', users: 'USERS' },
 *     instanceUrl: ({ service, id }) => `/mesh/${service}/${encodeURIComponent(id)}`,
 *   }),
 * );
 * ```
 */
export function withEureka(options: EurekaOptions): RxMeshFeature<'eureka'> {
  parseBaseUrl('EurekaOptions.url', options.url);
  const values = EUREKA.resolve(options);
  return ɵmakeFeature('eureka', [
    EUREKA.provide(options),
    // In the injector of the feature, be it one of a lazy route: the options are there.
    EurekaService,
    provideRegistrySource(EurekaService, values, 'authorization'),
    ...(values.eager
      ? [
          provideEnvironmentInitializer(() => {
            // It ends with the application. A page that is rendered asks when somebody calls.
            if (!isServer()) inject(ServiceRegistry).services$.subscribe();
          }),
        ]
      : []),
  ]);
}
