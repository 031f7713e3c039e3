import { HttpClient, provideHttpClient } from '@angular/common/http';
import { Injectable, computed, inject, provideAppInitializer } from '@angular/core';
import { takeUntilDestroyed, toSignal } from '@angular/core/rxjs-interop';
import {
  CommandBusService,
  CommandOutboxService,
  type OutboxEntry,
  ProjectionService,
  QueryBusService,
  createProjection,
  defineCommand,
  defineQuery,
  provideRxMesh,
  withCommandOutbox,
  withCommands,
  withIndexedDb,
} from 'rx-mesh';
import { type Observable, map, switchMap } from 'rxjs';

// #region model
export interface Order {
  readonly id: string;
  readonly sku: string;
}

export const placeOrder = defineCommand<{ readonly sku: string }, string>('PlaceOrder');
export const listOrders = defineQuery<null, readonly Order[]>('ListOrders');

/** The list that is shown: one record an order. */
const orders = createProjection<Order, { OrderPlaced: { readonly sku: string } }>({
  name: 'orders',
  initial: () => ({ id: '', sku: '' }),
  when: { OrderPlaced: (_none, { aggregateId, data }) => ({ id: aggregateId, sku: data.sku }) },
  idOf: ({ aggregateId }) => aggregateId,
});
// #endregion

// #region providers
export const shopProviders = [
  provideHttpClient(),
  provideRxMesh(
    withIndexedDb({ name: 'shop' }), // events, lists and waiting commands survive a reload
    withCommands({ keepResults: true }), // what was done is known after a reload, too
    withCommandOutbox(), // sends what waits, while there is a network
  ),
  provideAppInitializer(() => {
    const [commands, queries] = [inject(CommandBusService), inject(QueryBusService)];
    const [http, projections] = [inject(HttpClient), inject(ProjectionService)];
    projections.run(orders).pipe(takeUntilDestroyed()).subscribe();
    commands.register(
      placeOrder,
      ({ aggregateId, payload }, { append, idempotencyKey }) =>
        http.post('/api/orders', payload, { headers: { 'Idempotency-Key': idempotencyKey } }).pipe(
          switchMap(() => append(`order-${aggregateId}`, { type: 'OrderPlaced', data: payload })),
          map(() => aggregateId),
        ),
      { idempotent: true }, // the service honours the key, and append stores nothing twice
    );
    queries.register(
      listOrders,
      () => projections.records(orders).pipe(map((records) => records.map(({ value }) => value))),
      { reads: [orders] },
    );
  }),
];
// #endregion

// #region list
@Injectable({ providedIn: 'root' })
export class OrderList {
  private readonly outbox = inject(CommandOutboxService);

  /** What has happened, and follows. */
  readonly placed = toSignal(inject(QueryBusService).live(listOrders({ parameters: null })), {
    initialValue: [],
  });
  /** What waits for the network, or was refused: shown below, in grey, with its state. */
  readonly waiting = computed(() =>
    this.outbox.entries().filter(({ type }) => type === 'PlaceOrder'),
  );

  place(id: string, sku: string): Observable<OutboxEntry<string>> {
    return this.outbox.enqueue(placeOrder({ aggregateId: id, payload: { sku } }));
  }
}
// #endregion
