import { provideHttpClient } from '@angular/common/http';
import {
  PROPAGATOR,
  compositePropagator,
  provideRxMesh,
  traceIdHeaders,
  w3cPropagator,
  withRxMeshInterceptors,
  withTracing,
} from 'rx-mesh';

export const correlatedProviders = [
  provideHttpClient(withRxMeshInterceptors()),
  provideRxMesh(withTracing({ serviceName: 'shop', allowedOrigins: ['https://api.shop.example'] })),
  // Only for back ends that know no traceparent yet: X-Trace-ID and its kin beside it.
  {
    provide: PROPAGATOR,
    useFactory: () => compositePropagator(w3cPropagator, traceIdHeaders()),
  },
];
