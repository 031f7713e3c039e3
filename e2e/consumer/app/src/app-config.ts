import { provideHttpClient } from '@angular/common/http';
import type { ApplicationConfig } from '@angular/core';
import { provideRxMesh, withRxMeshInterceptors, withStaticServices, withTracing } from 'rx-mesh';

/** The quick start of the README, for a service that lives at one origin. */
export function appConfig(origin: string): ApplicationConfig {
  return {
    providers: [
      provideHttpClient(withRxMeshInterceptors()),
      provideRxMesh(
        withStaticServices([{ name: 'orders', instances: [origin] }]),
        withTracing({ allowedOrigins: [origin] }),
      ),
    ],
  };
}
