import { Injectable, inject } from '@angular/core';
import {
  type DomainEvent,
  EventDrivenMicroservicesService,
  provideRxMesh,
  withEventSharing,
  withMessageTracing,
  withMessaging,
  withTracing,
} from 'rx-mesh';
import { type Observable, switchMap } from 'rxjs';

export const eventProviders = provideRxMesh(
  withTracing({ serviceName: 'shop' }),
  withMessaging(),
  withEventSharing(),
  withMessageTracing(),
);

@Injectable({ providedIn: 'root' })
export class OpenOrders {
  private readonly events = inject(EventDrivenMicroservicesService);

  /** How many are open: the same after a reload, for it is made of the log alone. */
  readonly count$ = this.events.buildProjection('orders', {
    empty: () => 0,
    apply: (open: number, { type }) =>
      type === 'OrderPlaced' ? open + 1 : type === 'OrderShipped' ? open - 1 : open,
  });

  record(event: DomainEvent): Observable<unknown> {
    return this.events.getEventStream('orders').pipe(switchMap(({ publish }) => publish(event)));
  }
}
