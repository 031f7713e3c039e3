import { provideHttpClient, withInterceptors } from '@angular/common/http';
import {
  clientPolicy,
  provideRxMesh,
  resilienceInterceptor,
  withHttpPolicies,
  withRxMeshInterceptors,
} from 'rx-mesh';

export const retryingProviders = [
  // First: traces and metrics see each attempt.
  provideHttpClient(withInterceptors([resilienceInterceptor]), withRxMeshInterceptors()),
  provideRxMesh(withHttpPolicies({ match: '/api', policy: clientPolicy({ timeout: 2000 }) })),
];
