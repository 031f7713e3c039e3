import { HttpClient, provideHttpClient } from '@angular/common/http';
import { Injectable, inject, provideAppInitializer } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import {
  type SagaExecution,
  SagaOrchestratorService,
  createSaga,
  provideRxMesh,
  withIndexedDb,
} from 'rx-mesh';
import type { Observable } from 'rxjs';

// #region saga
export interface Order {
  readonly id: string;
  readonly sku: string;
}

const keyed = (key: string) => ({ headers: { 'Idempotency-Key': key } });

function checkout(http: HttpClient) {
  return createSaga<Order>('checkout')
    .step('reserve', {
      run: ({ sku }, _results, { idempotencyKey }) =>
        http.post<{ readonly price: number }>('/api/stock', { sku }, keyed(idempotencyKey)),
      // Has to succeed, too, where nothing was reserved.
      compensate: (_reserved, { stepKey }) =>
        http.delete('/api/stock', { params: { key: stepKey } }),
    })
    .step('pay', {
      run: ({ id }, { reserve }, { idempotencyKey }) =>
        http.post<{ readonly receipt: string }>(
          '/api/payments',
          { order: id, amount: reserve.price },
          keyed(idempotencyKey),
        ),
      compensate: (_paid, { stepKey }) =>
        http.delete('/api/payments', { params: { key: stepKey } }),
      retry: { retries: 3 },
      timeout: 10_000,
    })
    .step('ship', {
      run: ({ id }, _results, { idempotencyKey }) =>
        http.post<null>('/api/parcels', { order: id }, keyed(idempotencyKey)),
    })
    .build();
}
// #endregion

// #region checkout
@Injectable({ providedIn: 'root' })
export class Checkout {
  private readonly sagas = inject(SagaOrchestratorService);
  private readonly saga = checkout(inject(HttpClient));

  constructor() {
    this.sagas.register(this.saga);
  }

  /** Runs what a page that was closed has left, for as long as it is subscribed. */
  readonly goingOn$ = this.sagas.supervise();

  /** The order is the id: to start it twice is to follow the first one. */
  place(order: Order): Observable<SagaExecution> {
    return this.sagas.start(this.saga, order, { id: order.id });
  }
}

export const shopProviders = [
  provideHttpClient(),
  provideRxMesh(withIndexedDb({ name: 'shop' })),
  provideAppInitializer(() => {
    inject(Checkout).goingOn$.pipe(takeUntilDestroyed()).subscribe();
  }),
];
// #endregion
