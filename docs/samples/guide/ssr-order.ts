import { Injectable, TransferState, inject, makeStateKey } from '@angular/core';
import { MicroservicesCommunicationService, isServer } from 'rx-mesh';
import { type Observable, of, tap } from 'rxjs';

export interface Order {
  readonly id: string;
}

@Injectable({ providedIn: 'root' })
export class RenderedOrders {
  private readonly services = inject(MicroservicesCommunicationService);
  private readonly state = inject(TransferState);

  /** In the browser the first time what the server was given, whichever instance that was. */
  find(id: string): Observable<Order> {
    const key = makeStateKey<Order>(`order ${id}`);
    const rendered = this.state.get(key, null);
    if (rendered) {
      this.state.remove(key);
      return of(rendered);
    }
    return this.services
      .callService<Order>({ service: 'orders', path: `/orders/${id}`, route: '/orders/:id' })
      .pipe(
        tap((order) => {
          if (isServer()) this.state.set(key, order);
        }),
      );
  }
}
