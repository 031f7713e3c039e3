import { provideHttpClient } from '@angular/common/http';
import { type ApplicationConfig, provideBrowserGlobalErrorListeners } from '@angular/core';
import { provideRouter, withInMemoryScrolling } from '@angular/router';
import {
  RANDOM,
  provideRxMesh,
  withCommunication,
  withMetrics,
  withResilience,
  withRxMeshInterceptors,
  withStaticServices,
  withTracing,
} from 'rx-mesh';
import { routes } from './app.routes';
import { CATALOG, INSTANCES } from './backends/catalog';
import { provideMockBackends } from './backends/provide-mock-backends';
import { seededChance } from './backends/seed';
import { provideCallHistory } from './calls/call-history';
import { provideColorScheme } from './theme/color-scheme';

/** Our own machines see trace headers; the partner, who offers `rates`, does not. */
const OWN_ORIGINS = INSTANCES.filter(({ service }) => service !== 'rates').map(({ url }) => url);

export const appConfig: ApplicationConfig = {
  providers: [
    provideBrowserGlobalErrorListeners(),
    provideRouter(routes, withInMemoryScrolling({ scrollPositionRestoration: 'top' })),
    provideHttpClient(withRxMeshInterceptors()),
    provideRxMesh(
      withStaticServices(CATALOG),
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
