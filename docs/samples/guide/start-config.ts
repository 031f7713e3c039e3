import { provideHttpClient } from '@angular/common/http';
import type { ApplicationConfig } from '@angular/core';
import { provideRxMesh, withRxMeshInterceptors, withStaticServices, withTracing } from 'rx-mesh';

const instances = ['http://localhost:4001', 'http://localhost:4002'];

export const appConfig: ApplicationConfig = {
  providers: [
    provideHttpClient(withRxMeshInterceptors()),
    provideRxMesh(
      withStaticServices([{ name: 'orders', instances }]),
      withTracing({ serviceName: 'shop', allowedOrigins: instances }),
    ),
  ],
};
