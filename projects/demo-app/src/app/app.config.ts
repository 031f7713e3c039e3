import { provideHttpClient } from '@angular/common/http';
import { type ApplicationConfig, inject, provideBrowserGlobalErrorListeners } from '@angular/core';
import { Router, provideRouter, withInMemoryScrolling } from '@angular/router';
import {
  PROPAGATOR,
  RANDOM,
  alertmanagerChannel,
  baggagePropagator,
  compositePropagator,
  jaegerExporter,
  longTaskSpans,
  navigationSpans,
  provideRxMesh,
  w3cPropagator,
  withAlerting,
  withCommunication,
  withEventSourcing,
  withHealthChecks,
  withMessageTracing,
  withMetrics,
  withMetricsDashboard,
  withResilience,
  withRxMeshInterceptors,
  withServiceMesh,
  withSlos,
  withStaticServices,
  withTracing,
  withTrafficPolicy,
  zipkinExporter,
} from 'rx-mesh';
import { routes } from './app.routes';
import { ALERTMANAGER_URL, TELEMETRY_URLS } from './backends/addresses';
import { CATALOG, INSTANCES } from './backends/catalog';
import { provideMockBackends } from './backends/provide-mock-backends';
import { seededChance } from './backends/seed';
import { provideWorld, worldFeatures } from './backends/world';
import { provideCallHistory } from './calls/call-history';
import { provideShopWork } from './events/provide-shop-work';
import { provideRegistries } from './mesh/lazy-registries';
import { MeshRules } from './mesh/mesh-rules';
import { provideMetricsWatch } from './metrics/metrics-watch';
import { ALERT_RULES, OBJECTIVES } from './metrics/objectives';
import { provideColorScheme } from './theme/color-scheme';

/** Our own machines see trace headers; the partner, who offers `rates`, does not. */
const OWN_ORIGINS = INSTANCES.filter(({ service }) => service !== 'rates').map(({ url }) => url);

export const appConfig: ApplicationConfig = {
  providers: [
    provideBrowserGlobalErrorListeners(),
    provideRouter(routes, withInMemoryScrolling({ scrollPositionRestoration: 'top' })),
    provideHttpClient(withRxMeshInterceptors()),
    // Believed before the list. The page of the mesh watches them: nobody else asks.
    provideRegistries(),
    provideRxMesh(
      withStaticServices(CATALOG),
      withServiceMesh({ name: 'shop' }),
      withHealthChecks({ period: 3000, eager: false }),
      withTrafficPolicy(() => inject(MeshRules).policy),
      withTracing(
        { serviceName: 'shop', allowedOrigins: OWN_ORIGINS },
        jaegerExporter({ url: TELEMETRY_URLS.jaeger }),
        zipkinExporter({ url: TELEMETRY_URLS.zipkin }),
        // Visitors come for as long as a page is open: each call is a trace of its own, not a part of the page.
        navigationSpans(() => inject(Router), { asPageContext: false }),
        longTaskSpans(),
      ),
      withMetrics({ maxSeriesPerMetric: 200 }),
      // Short waits: what a person watches must not take minutes.
      withMetricsDashboard({ dashboardPeriod: 2000, history: 61, resourcePeriod: 5000 }),
      withSlos({ slos: OBJECTIVES, lookPeriod: 1000 }),
      withAlerting({
        rules: ALERT_RULES,
        evaluationPeriod: 1000,
        channels: [alertmanagerChannel({ url: ALERTMANAGER_URL, resendDelay: 10_000 })],
      }),
      withResilience({
        breaker: { windowLength: 15_000, openWait: 4000, maxOpenWait: 16_000 },
        // Of two instances one may be killed: then every second call needs a retry, and the budget has to pay for it.
        budget: { initial: 10, ratio: 1 },
      }),
      withCommunication({ timeout: 4000, deadline: 12_000 }),
      withEventSourcing({ serviceId: 'shop' }),
      // Where events are kept and messages go.
      ...worldFeatures(),
      withMessageTracing(),
    ),
    { provide: RANDOM, useFactory: seededChance },
    {
      provide: PROPAGATOR,
      useFactory: () => compositePropagator(w3cPropagator, baggagePropagator()),
    },
    provideMockBackends(),
    provideWorld(),
    provideCallHistory(),
    provideMetricsWatch(),
    provideShopWork(),
    provideColorScheme(),
  ],
};
