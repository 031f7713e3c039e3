import { type EnvironmentInjector, createEnvironmentInjector } from '@angular/core';
import { provideRxMesh } from 'rx-mesh';
import {
  REGISTRY_SOURCES,
  type RegistrySource,
  withConsul,
  withEureka,
  withKubernetes,
} from 'rx-mesh/mesh';
import { KNOWN, REGISTRY_URLS, instanceUrl } from '../backends/addresses';

/** The clients of the three registries. They end with the injector above. */
export function registrySources(parent: EnvironmentInjector): readonly RegistrySource[] {
  const clients = provideRxMesh(
    withConsul({
      url: REGISTRY_URLS.consul,
      services: [...KNOWN.consul],
      instanceUrl,
      eager: false,
    }),
    withEureka({
      url: REGISTRY_URLS.eureka,
      services: [...KNOWN.eureka],
      instanceUrl,
      fetchPeriod: 2000,
      eager: false,
    }),
    withKubernetes({
      url: REGISTRY_URLS.kubernetes,
      services: [...KNOWN.kubernetes],
      instanceUrl,
      watchTimeout: 60_000,
      eager: false,
    }),
  );
  return createEnvironmentInjector([clients], parent).get(REGISTRY_SOURCES);
}
