import { Injectable, inject } from '@angular/core';
import { MicroservicesCommunicationService, isRxMeshError } from 'rx-mesh';
import { type Observable, of } from 'rxjs';

export interface Order {
  readonly id: string;
}

@Injectable({ providedIn: 'root' })
export class LatestOrders {
  private readonly services = inject(MicroservicesCommunicationService);

  /** Decoration: answers within a second, and with nothing rather than with an error. */
  latest(): Observable<readonly Order[]> {
    return this.services.callService<readonly Order[]>({
      service: 'orders',
      path: '/orders',
      query: { limit: 10 },
      timeout: 500,
      deadline: 1000,
      fallback: () => of([]),
    });
  }

  /** With a key the service can tell a repeat from a second order, so a failed attempt is sent again. */
  place(lines: readonly string[], key: string): Observable<Order> {
    return this.services.callService<Order>({
      service: 'orders',
      method: 'POST',
      path: '/orders',
      payload: { lines },
      idempotencyKey: key,
    });
  }
}

/** What to tell the user, by the number of the error. */
export function explain(error: unknown): string {
  if (!isRxMeshError(error)) return 'The order was refused.';
  return error.code === 'RXM207' ? 'You are offline.' : 'Busy at the moment, please try again.';
}
