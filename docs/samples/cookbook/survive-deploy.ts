import { HttpClient, provideHttpClient } from '@angular/common/http';
import { inject } from '@angular/core';
import {
  CLOCK,
  polling,
  provideRxMesh,
  withConsul,
  withRxMeshInterceptors,
  withTrafficPolicy,
} from 'rx-mesh';

// #region recipe
export const shopProviders = [
  provideHttpClient(withRxMeshInterceptors()),
  provideRxMesh(
    // Who is there: instances that end say so here, before they end.
    withConsul({
      url: '/registry/consul',
      services: ['orders'],
      instanceUrl: ({ service, id }) => `/mesh/${service}/${encodeURIComponent(id)}`,
    }),
    // Who gets how much: looked at each half minute, for pages stay open for days.
    withTrafficPolicy(() => {
      const http = inject(HttpClient);
      return polling({ period: 30_000, clock: inject(CLOCK), onError: () => undefined }, () =>
        http.get('/mesh-policy.json'),
      );
    }),
  ),
];
// #endregion

// #region policy
/** What `/mesh-policy.json` says while version 2 is tried out. */
export const canary = {
  services: {
    orders: {
      retry: { retries: 2 },
      balancing: { slowStart: 30_000 },
      split: [
        { version: '1', weight: 95 },
        { version: '2', weight: 5 },
      ],
    },
  },
};
// #endregion
