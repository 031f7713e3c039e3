import { provideHttpClient } from '@angular/common/http';
import { type ApplicationConfig, inject, provideBrowserGlobalErrorListeners } from '@angular/core';
import { provideRouter, withInMemoryScrolling } from '@angular/router';
import {
  RANDOM,
  provideRxMesh,
  withCommunication,
  withConsul,
  withEureka,
  withHealthChecks,
  withKubernetes,
  withMetrics,
  withResilience,
  withRxMeshInterceptors,
  withServiceMesh,
  withStaticServices,
  withTracing,
  withTrafficPolicy,
} from 'rx-mesh';
import { routes } from './app.routes';
import { CATALOG, INSTANCES } from './backends/catalog';
import { KNOWN, REGISTRY_URLS, instanceUrl } from './backends/mesh-registries';
import { provideMockBackends } from './backends/provide-mock-backends';
import { seededChance } from './backends/seed';
import { provideCallHistory } from './calls/call-history';
import { MeshRules } from './mesh/mesh-rules';
import { provideColorScheme } from './theme/color-scheme';

/** Our own machines see trace headers; the partner, who offers `rates`, does not. */
const OWN_ORIGINS = INSTANCES.filter(({ service }) => service !== 'rates').map(({ url }) => url);

export const appConfig: ApplicationConfig = {
  providers: [
    provideBrowserGlobalErrorListeners(),
    provideRouter(routes, withInMemoryScrolling({ scrollPositionRestoration: 'top' })),
    provideHttpClient(withRxMeshInterceptors()),
    provideRxMesh(
      // Believed in this order. The page of the mesh watches them: nobody else asks.
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
      withStaticServices(CATALOG),
      withServiceMesh({ name: 'shop' }),
      withHealthChecks({ period: 3000, eager: false }),
      withTrafficPolicy(() => inject(MeshRules).policy),
      withTracing({ serviceName: 'shop', allowedOrigins: OWN_ORIGINS }),
      withMetrics({ maxSeriesPerMetric: 200 }),
      // Short waits: what a person watches must not take minutes.
      withResilience({
        breaker: { windowLength: 15_000, openWait: 4000, maxOpenWait: 16_000 },
        // Of two instances one may be killed: then every second call needs a retry, and the budget has to pay for it.
        budget: { initial: 10, ratio: 1 },
      }),
      withCommunication({ timeout: 4000, deadline: 12_000 }),
    ),
    { provide: RANDOM, useFactory: seededChance },
    provideMockBackends(),
    provideCallHistory(),
    provideColorScheme(),
  ],
};
