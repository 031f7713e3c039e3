import { provideHttpClient, withInterceptors } from '@angular/common/http';
import { InjectionToken, type Signal, inject, signal } from '@angular/core';
import {
  gatewayInterceptor,
  otlpExporter,
  provideRxMesh,
  withCaching,
  withGateway,
  withMetrics,
  withRxMeshInterceptors,
  withTracing,
} from 'rx-mesh';

export const USER_ID = new InjectionToken<Signal<string>>('USER_ID', {
  providedIn: 'root',
  factory: () => signal('nobody'),
});

const API = 'https://api.shop.example';

export const carefulProviders = [
  provideHttpClient(withInterceptors([gatewayInterceptor]), withRxMeshInterceptors()),
  provideRxMesh(
    // Who is told of traces, and who gets tokens: whole origins, each by its name.
    withTracing(
      { serviceName: 'shop', allowedOrigins: [API] },
      otlpExporter({ url: '/v1/traces' }),
    ),
    withGateway({ basePath: '/api', routes: [], allowedOrigins: [API] }),
    // Whose answers these are.
    withCaching({ scope: () => inject(USER_ID) }),
    // What is not for the metrics of others goes before it is kept.
    withMetrics({ views: [{ match: /orders\..*/, tags: { drop: ['customer'] } }] }),
  ),
];
