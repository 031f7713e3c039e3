import { provideHttpClient, withInterceptors } from '@angular/common/http';
import {
  gatewayInterceptor,
  provideRxMesh,
  withGateway,
  withRxMeshInterceptors,
  withStaticServices,
} from 'rx-mesh';

// #region recipe
export const shopProviders = [
  provideHttpClient(withInterceptors([gatewayInterceptor]), withRxMeshInterceptors()),
  provideRxMesh(
    withStaticServices([{ name: 'search', instances: ['/services/search'] }]),
    withGateway({
      basePath: '/api',
      routes: [
        {
          path: '/search',
          method: 'GET',
          targetService: 'search',
          targetPath: '/search',
          // The quota of the service is 10 a second for each user. The page keeps a little below it:
          // four at once, then one each 125 ms. Who would wait longer than half a second is told at once.
          rateLimit: { limit: 8, period: 1000, burst: 4, maxWait: 500 },
          // What is remembered costs nothing of the quota. Results are the same for all users.
          cache: { ttl: 5000, perUser: false },
        },
      ],
    }),
  ),
];
// #endregion
