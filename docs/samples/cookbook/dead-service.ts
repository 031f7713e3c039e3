import { provideHttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import {
  MicroservicesCommunicationService,
  provideRxMesh,
  withResilience,
  withRxMeshInterceptors,
  withStaticServices,
} from 'rx-mesh';
import { type Observable, of } from 'rxjs';

// #region recipe
export const shopProviders = [
  provideHttpClient(withRxMeshInterceptors()),
  provideRxMesh(
    withStaticServices([{ name: 'rates', instances: ['https://rates.shop.example'] }]),
    // Three failures in a row open the circuit; after 5 s, then 10 s, ... one call asks whether it is well again.
    withResilience({ breaker: { consecutiveFailures: 3, openWait: 5000 } }),
  ),
];

export interface Rates {
  readonly euro: number | undefined;
}

@Injectable({ providedIn: 'root' })
export class RatesService {
  private readonly services = inject(MicroservicesCommunicationService);

  load(): Observable<Rates> {
    return this.services.callService<Rates>({
      service: 'rates',
      path: '/rates',
      timeout: 2000,
      // First choice: the answer of before, if it is not older than two minutes. It is the same for all.
      stale: { maxAge: 120_000, scope: 'public' },
      // Second choice: say that nobody knows. Never a number that is made up.
      fallback: () => of({ euro: undefined }),
    });
  }
}
// #endregion
