import { provideHttpClient } from '@angular/common/http';
import type { ApplicationConfig } from '@angular/core';
import { provideClientHydration, withHttpTransferCacheOptions } from '@angular/platform-browser';
import {
  provideRxMesh,
  withCommunication,
  withRxMeshInterceptors,
  withStaticServices,
} from 'rx-mesh';

export const appConfig: ApplicationConfig = {
  providers: [
    // What a cache in the page has to know of an answer that the server was given.
    provideClientHydration(withHttpTransferCacheOptions({ includeHeaders: ['cache-control'] })),
    provideHttpClient(withRxMeshInterceptors()),
    provideRxMesh(
      withStaticServices([{ name: 'orders', instances: ['https://shop.example/mesh/orders-1'] }]),
      // A page waits for its calls: rather soon and without them than late.
      withCommunication({ timeout: 800, deadline: 2000 }),
    ),
  ],
};
