import { HttpClient, provideHttpClient, withInterceptors } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { provideRxMesh } from 'rx-mesh';
import {
  type ResiliencePorts,
  clientPolicy,
  composePolicies,
  hedgePolicy,
  resilienceInterceptor,
  thinClient,
  timeoutPolicy,
  withHttpPolicies,
} from 'rx-mesh/resilience';
import { type Observable, catchError, of } from 'rxjs';

// #region recipe
export const shopProviders = [
  provideHttpClient(withInterceptors([resilienceInterceptor])),
  provideRxMesh(
    withHttpPolicies(
      {
        // Nice to have: two at once, a short queue, one try, and gone after 800 ms.
        match: '/api/recommendations',
        name: () => 'recommendations',
        policy: clientPolicy({
          ...thinClient(),
          bulkhead: { limit: 2, queue: 4, maxWait: 400 },
          retry: false,
          timeout: 800,
        }),
      },
      // A search that hangs is asked a second time after 300 ms; whichever answers first is taken.
      { match: '/api/search', name: () => 'search', policy: searchPolicy },
      { match: '/api', name: () => 'shop', policy: clientPolicy() },
    ),
  ),
];

function searchPolicy(ports: ResiliencePorts) {
  return composePolicies(
    timeoutPolicy(ports, { limit: 3000, scope: 'call' }),
    hedgePolicy(ports, { delay: 300 }),
    timeoutPolicy(ports, { limit: 2000 }),
  );
}

@Injectable({ providedIn: 'root' })
export class ProductPage {
  private readonly http = inject(HttpClient);

  recommendations(sku: string): Observable<readonly string[]> {
    return this.http
      .get<readonly string[]>('/api/recommendations', { params: { sku } })
      .pipe(catchError(() => of([]))); // the page is whole without them
  }
}
// #endregion
