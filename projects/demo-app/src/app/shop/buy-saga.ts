import { HttpClient } from '@angular/common/http';
import { Injectable, Injector, inject } from '@angular/core';
import { toObservable } from '@angular/core/rxjs-interop';
import { defineCommand } from 'rx-mesh/cqrs';
import { createSaga } from 'rx-mesh/event-sourcing';
import { constantBackoff } from 'rx-mesh/kernel';
import { inTrace, type TraceContext } from 'rx-mesh/tracing';
import { EMPTY, type Observable, defer, filter, mergeMap, of, take } from 'rxjs';
import { ORDERS } from '../events/order-events';
import { ShopSession } from '../gateway/shop-session';
import { BASE_PATH } from './shop-routes';

/** What is bought. */
export interface Purchase {
  readonly id: string;
  readonly sku: string;
  readonly name: string;
  /** In cents. */
  readonly price: number;
  /** Who buys. */
  readonly buyer: Buyer;
}

/** Somebody who buys. */
export interface Buyer {
  /** As the orders know him. */
  readonly customerId: number;
  readonly name: string;
}

/** To buy something. Its aggregate is the order. */
export const buy = defineCommand<Purchase, string>('BuyProduct');

/** How long a step may wait for its buyer, in milliseconds. */
const PATIENCE = 900_000;
const RETRY = { retries: 1, backoff: constantBackoff(400) };
/** As what its sagas are recorded. */
export const BUY_PRODUCT = 'buy-product';

/** The steps of a purchase: each is a request through the gateway. */
@Injectable()
export class BuySaga {
  private readonly client = inject(HttpClient);
  private readonly session = inject(ShopSession);
  private readonly injector = inject(Injector);

  /** What the purchase that is under way is a part of. */
  span: TraceContext | undefined;

  readonly definition = createSaga<Purchase>(BUY_PRODUCT)
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
      run: ({ buyer, sku }, _results, { idempotencyKey }) =>
        this.post<{ readonly id: number }>(
          buyer,
          '/reservations',
          { sku, quantity: 1 },
          idempotencyKey,
        ),
      // Without an answer nobody knows whether anything was reserved.
      compensate: (made, { idempotencyKey, input: { buyer } }) =>
        made ? this.post(buyer, `/reservations/${made.id}/release`, {}, idempotencyKey) : EMPTY,
      retry: RETRY,
      timeout: PATIENCE,
    })
    .step('place-at-orders', {
      run: ({ buyer, sku }, _results, { idempotencyKey }) =>
        this.post<{ readonly id: number }>(
          buyer,
          '/orders',
          { customerId: buyer.customerId, lines: [{ sku, quantity: 1 }] },
          idempotencyKey,
        ),
      compensate: (made, { idempotencyKey, input: { buyer } }) =>
        made ? this.post(buyer, `/orders/${made.id}/cancel`, {}, idempotencyKey) : EMPTY,
      retry: RETRY,
      timeout: PATIENCE,
    })
    // The point of no return comes last: what can fail has been done by then, so no money has to be given back.
    .step('take-payment', {
      run: ({ buyer, price }, results, { idempotencyKey }) =>
        this.post(
          buyer,
          '/payments',
          { orderId: results['place-at-orders'].id, amount: price, method: 'card' },
          idempotencyKey,
        ),
      retry: RETRY,
      timeout: PATIENCE,
    })
    .step('record-payment', {
      run: (_input, _results, { append, sagaId }) =>
        append(`${ORDERS}-${sagaId}`, { type: 'OrderPaid' }),
    })
    .build();

  /** As the buyer: who reloads the page in the middle of it has to sign in again before it goes on. */
  private post<T>({ name }: Buyer, path: string, body: unknown, key: string): Observable<T> {
    return this.signedIn(name).pipe(mergeMap(() => this.send<T>(path, body, key)));
  }

  private signedIn(name: string): Observable<unknown> {
    return defer(() =>
      this.session.person()?.name === name
        ? of(name)
        : toObservable(this.session.person, { injector: this.injector }).pipe(
            filter((person) => person?.name === name),
            take(1),
          ),
    );
  }

  private send<T>(path: string, body: unknown, key: string): Observable<T> {
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
