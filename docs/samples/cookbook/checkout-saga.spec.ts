import { ApplicationInitStatus } from '@angular/core';
import {
  HttpTestingController,
  type TestRequest,
  provideHttpClientTesting,
} from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import {
  EVENT_LOG,
  SNAPSHOT_STORE,
  memoryEventLog,
  memorySnapshotStore,
} from 'rx-mesh/event-sourcing';
import { ID_GENERATOR, cryptoIdGenerator } from 'rx-mesh/kernel';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { Checkout, type Order, shopProviders } from './checkout-saga';
import { see, settled } from './spec-support/see';

const ORDER: Order = { id: '7', sku: 'tea' };

/** A browser: its storage outlives its pages. */
function browser() {
  const storages = [
    { provide: EVENT_LOG, useValue: memoryEventLog() },
    { provide: SNAPSHOT_STORE, useValue: memorySnapshotStore() },
    // Counted ids would begin anew in each page.
    { provide: ID_GENERATOR, useValue: cryptoIdGenerator() },
  ];
  return async () => {
    TestBed.resetTestingModule().configureTestingModule({
      providers: [shopProviders, provideHttpClientTesting(), provideRxMeshTesting(), storages],
    });
    await TestBed.inject(ApplicationInitStatus).donePromise;
    const clock = TestBed.inject(ManualClock);
    const backend = TestBed.inject(HttpTestingController);
    const advance = async (ms = 0) => {
      for (let turn = 0; turn < 4; turn++) {
        await settled();
        clock.advance(turn === 0 ? ms : 0);
      }
    };
    await advance();
    /** The only request that is open. */
    const next = async (): Promise<TestRequest> => {
      await advance();
      return backend.expectOne(() => true);
    };
    return { advance, backend, checkout: TestBed.inject(Checkout), next };
  };
}

const keyOf = ({ request }: TestRequest) => request.headers.get('Idempotency-Key');
const called = ({ request }: TestRequest) => `${request.method} ${request.urlWithParams}`;

describe('Recipe: checkout as a saga with compensation', () => {
  it('goes through its steps, each with the result before it', async () => {
    const { advance, checkout, next } = await browser()();
    const seen = see(checkout.place(ORDER));
    (await next()).flush({ price: 5 });
    const payment = await next();
    expect(payment.request.body).toEqual({ order: '7', amount: 5 });
    payment.flush({ receipt: 'r-1' });
    (await next()).flush(null);
    await advance();
    expect(seen.values.at(-1)).toMatchObject({ state: 'completed' });
  });

  it('gives the stock back when the payment is declined', async () => {
    const { advance, backend, checkout, next } = await browser()();
    const seen = see(checkout.place(ORDER));
    (await next()).flush({ price: 5 });
    (await next()).flush('declined', { status: 402, statusText: 'Payment Required' });
    const undo = await next();
    expect(called(undo)).toBe('DELETE /api/stock?key=7/reserve');
    undo.flush(null);
    await advance();
    expect(seen.values.at(-1)).toMatchObject({ state: 'compensated' });
    expect(seen.completed).toBe(true);
    backend.verify();
  });

  it('undoes the last first when a later step fails for good', async () => {
    const { advance, checkout, next } = await browser()();
    const seen = see(checkout.place(ORDER));
    (await next()).flush({ price: 5 });
    (await next()).flush({ receipt: 'r-1' });
    (await next()).flush('no parcels to there', { status: 422, statusText: 'Unprocessable' });
    const undone: string[] = [];
    for (let step = 0; step < 2; step++) {
      const undo = await next();
      undone.push(called(undo));
      undo.flush(null);
    }
    await advance();
    expect(undone).toEqual(['DELETE /api/payments?key=7/pay', 'DELETE /api/stock?key=7/reserve']);
    expect(seen.values.at(-1)).toMatchObject({ state: 'compensated' });
  });

  it('goes on after a reload in the middle of the payment, under the same key', async () => {
    const open = browser();
    const before = await open();
    const left = see(before.checkout.place(ORDER));
    (await before.next()).flush({ price: 5 });
    const first = await before.next();
    left.leave(); // the tab is closed: nobody knows whether it was paid

    const { advance, checkout, next } = await open();
    const second = await next();
    expect([called(second), keyOf(second)]).toEqual(['POST /api/payments', keyOf(first)]);
    second.flush({ receipt: 'r-1' }); // the same receipt: the service has kept the key
    (await next()).flush(null);
    await advance();
    // Who comes back to the page follows the same saga: nothing is started again.
    const seen = see(checkout.place(ORDER));
    await advance();
    expect(seen.values.at(-1)).toMatchObject({ state: 'completed' });
  });
});
