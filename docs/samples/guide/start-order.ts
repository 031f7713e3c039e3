import { Component, Injectable, inject, input } from '@angular/core';
import { rxResource } from '@angular/core/rxjs-interop';
import { MicroservicesCommunicationService } from 'rx-mesh';
import type { Observable } from 'rxjs';

export interface Order {
  readonly id: number;
  readonly item: string;
}

@Injectable({ providedIn: 'root' })
export class Orders {
  private readonly services = inject(MicroservicesCommunicationService);

  find(id: number): Observable<Order> {
    return this.services.callService<Order>({
      service: 'orders',
      path: `/orders/${id}`,
      route: '/orders/:id',
    });
  }
}

@Component({
  selector: 'app-order',
  template: `
    @if (order.error()) {
      <p role="alert">We cannot reach our orders at the moment.</p>
      <button type="button" (click)="order.reload()">Try again</button>
    } @else if (order.hasValue()) {
      <p>{{ order.value().item }}</p>
    } @else {
      <p>One moment …</p>
    }
  `,
})
export class OrderPage {
  private readonly orders = inject(Orders);

  readonly id = input.required<number>();

  protected readonly order = rxResource({
    params: () => this.id(),
    stream: ({ params }) => this.orders.find(params),
  });
}
