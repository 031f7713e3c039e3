import { Injectable, inject } from '@angular/core';
import { MessageBrokerService, provideRxMesh, withBroadcastChannel, withMessaging } from 'rx-mesh';
import type { Observable } from 'rxjs';

export const messagingProviders = provideRxMesh(
  withMessaging({ consumer: { maxDeliver: 3 } }),
  withBroadcastChannel({ name: 'shop' }),
);

export interface Placed {
  readonly order: string;
}

@Injectable({ providedIn: 'root' })
export class OrderMails {
  private readonly broker = inject(MessageBrokerService);

  /** What was given up after three tries, to be looked at and replayed. */
  readonly givenUp = this.broker.deadLetters;

  tell(placed: Placed, customer: string): Observable<unknown> {
    return this.broker.publish('orders.placed', placed, { key: customer, id: placed.order });
  }

  /** Sends mails while it is subscribed; for one customer one after the other, in order. */
  send(mail: (placed: Placed) => Observable<unknown>): Observable<unknown> {
    return this.broker.consume<Placed>('orders.placed', ({ payload }) => mail(payload));
  }

  again(letter: string): boolean {
    return this.broker.replayDeadLetter(letter);
  }
}
