import { provideHttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { provideRxMesh, withRxMeshInterceptors, withStaticServices } from 'rx-mesh';
import { MicroservicesCommunicationService } from 'rx-mesh/communication';
import type { Observable } from 'rxjs';

export const shopProviders = [
  provideHttpClient(withRxMeshInterceptors()),
  provideRxMesh(
    withStaticServices([
      { name: 'orders', instances: ['https://a.shop.example', 'https://b.shop.example'] },
    ]),
  ),
];

// #region recipe
export interface Cart {
  /** Made once, when the check-out page opens, and kept with the cart: `crypto.randomUUID()`. */
  readonly checkoutId: string;
  readonly lines: readonly { readonly sku: string; readonly amount: number }[];
}

@Injectable({ providedIn: 'root' })
export class Checkout {
  private readonly services = inject(MicroservicesCommunicationService);

  place({ checkoutId, lines }: Cart): Observable<{ readonly id: string }> {
    return this.services.callService<{ readonly id: string }>({
      service: 'orders',
      method: 'POST',
      path: '/orders',
      payload: { lines },
      idempotencyKey: checkoutId,
    });
  }
}
// #endregion

// #region by-hand
/** The same call without a key: it is sent once, whatever goes wrong. */
export function placeOnce(
  services: MicroservicesCommunicationService,
  { lines }: Cart,
): Observable<{ readonly id: string }> {
  return services.callService({
    service: 'orders',
    method: 'POST',
    path: '/orders',
    payload: { lines },
  });
}
// #endregion
