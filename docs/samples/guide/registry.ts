import { provideRxMesh, withConsul, withServiceMesh, withTrafficPolicy } from 'rx-mesh';

export const meshProviders = provideRxMesh(
  withServiceMesh({ zone: 'eu-1', discoveryTimeout: 1000 }),
  withConsul({
    url: '/registry/consul',
    services: ['orders'],
    // A page reaches no address of the cluster: nginx has a path for each instance.
    instanceUrl: ({ service, id }) => `/mesh/${service}/${encodeURIComponent(id)}`,
  }),
  withTrafficPolicy({
    defaults: { timeout: 2000 },
    services: { orders: { timeout: 800, balancing: { slowStart: 30_000 } } },
  }),
);
