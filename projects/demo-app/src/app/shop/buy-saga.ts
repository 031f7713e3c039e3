import { HttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { defineCommand } from 'rx-mesh/cqrs';
import { createSaga } from 'rx-mesh/event-sourcing';
import { constantBackoff } from 'rx-mesh/kernel';
import { inTrace, type TraceContext } from 'rx-mesh/tracing';
import { EMPTY, type Observable, defer } from 'rxjs';
import { ORDERS } from '../events/order-events';
import { BASE_PATH } from './shop-routes';

/** What is bought. */
export interface Purchase {
  readonly id: string;
  readonly sku: string;
  readonly name: string;
  /** In cents. */
  readonly price: number;
}

/** To buy something. Its aggregate is the order. */
export const buy = defineCommand<Purchase, string>('BuyProduct');

const RETRY = { retries: 1, backoff: constantBackoff(400) };
const CUSTOMER = 4;

/** The steps of a purchase: each is a request through the gateway. */
@Injectable()
export class BuySaga {
  private readonly client = inject(HttpClient);

  /** What the purchase that is under way is a part of. */
  span: TraceContext | undefined;

  readonly definition = createSaga<Purchase>('buy-product')
    .step('place-order', {
      run: ({ name, price }, _results, { append, sagaId }) =>
        append(`${ORDERS}-${sagaId}`, {
          type: 'OrderPlaced',
          data: { item: name, amount: price / 100 },
        }),
      compensate: (_placed, { append, sagaId }) =>
        append(`${ORDERS}-${sagaId}`, { type: 'OrderCancelled' }),
    })
    .step('reserve-stock', {
      run: ({ sku }, _results, { idempotencyKey }) =>
        this.post<{ readonly id: number }>('/reservations', { sku, quantity: 1 }, idempotencyKey),
      // Without an answer nobody knows whether anything was reserved.
      compensate: (made, { idempotencyKey }) =>
        made ? this.post(`/reservations/${made.id}/release`, {}, idempotencyKey) : EMPTY,
      // Not again: the warehouse knows no keys, and might reserve twice.
    })
    .step('take-payment', {
      run: ({ price }, results, { idempotencyKey }) =>
        this.post(
          '/payments',
          { orderId: results['reserve-stock'].id, amount: price, method: 'card' },
          idempotencyKey,
        ),
      retry: RETRY,
    })
    .step('confirm-order', {
      run: ({ sku }, _results, { idempotencyKey }) =>
        this.post(
          '/orders',
          { customerId: CUSTOMER, lines: [{ sku, quantity: 1 }] },
          idempotencyKey,
        ),
      retry: RETRY,
    })
    .step('record-payment', {
      run: (_input, _results, { append, sagaId }) =>
        append(`${ORDERS}-${sagaId}`, { type: 'OrderPaid' }),
    })
    .build();

  private post<T>(path: string, body: unknown, key: string): Observable<T> {
    return defer(() => {
      const context = this.span && inTrace(this.span);
      const headers = { 'Idempotency-Key': key };
      return this.client.post<T>(`${BASE_PATH}${path}`, body, {
        headers,
        ...(context && { context }),
      });
    });
  }
}
