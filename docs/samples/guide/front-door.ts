import { provideHttpClient, withInterceptors } from '@angular/common/http';
import {
  type RouteConfig,
  gatewayInterceptor,
  provideRxMesh,
  withGateway,
  withRxMeshInterceptors,
  withStaticServices,
} from 'rx-mesh';

const routes: readonly RouteConfig[] = [
  {
    path: '/orders/:id',
    method: 'GET',
    targetService: 'orders',
    targetPath: '/v2/orders/:id',
    rateLimit: { limit: 5, period: 1000 },
    cache: { ttl: 10_000, perUser: false },
  },
  {
    path: '/orders',
    method: 'POST',
    targetService: 'orders',
    targetPath: '/v2/orders',
    maxBodySize: 10_000,
  },
];

export const gatewayProviders = [
  // The gateway first: what it sends goes through those behind it.
  provideHttpClient(withInterceptors([gatewayInterceptor]), withRxMeshInterceptors()),
  provideRxMesh(
    withStaticServices([{ name: 'orders', instances: ['https://orders-1.shop.example'] }]),
    withGateway({ basePath: '/api', routes }),
  ),
];
