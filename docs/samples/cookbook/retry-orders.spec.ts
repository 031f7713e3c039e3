import {
  HttpTestingController,
  type TestRequest,
  provideHttpClientTesting,
} from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { MicroservicesCommunicationService } from 'rx-mesh/communication';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { type Cart, Checkout, placeOnce, shopProviders } from './retry-orders';
import { see } from './spec-support/see';

const CART: Cart = { checkoutId: 'checkout-7', lines: [{ sku: 'tea', amount: 2 }] };

/** A service that keeps keys, as the recipe asks of it. All instances share what it knows. */
class OrderService {
  readonly orders: unknown[] = [];
  private readonly answers = new Map<string, { id: string }>();

  handle({ request }: TestRequest): { id: string } {
    const key = request.headers.get('Idempotency-Key');
    const known = key === null ? undefined : this.answers.get(key);
    if (known) return known;
    const answer = { id: `order-${this.orders.push(request.body)}` };
    if (key !== null) this.answers.set(key, answer);
    return answer;
  }
}

function setUp() {
  TestBed.configureTestingModule({
    providers: [shopProviders, provideHttpClientTesting(), provideRxMeshTesting()],
  });
  const http = TestBed.inject(HttpTestingController);
  return {
    checkout: TestBed.inject(Checkout),
    clock: TestBed.inject(ManualClock),
    http,
    service: new OrderService(),
    next: () => http.expectOne({ method: 'POST' }),
  };
}

describe('Recipe: retry without double orders', () => {
  it('places one order though the first answer was lost', () => {
    const { checkout, clock, http, next, service } = setUp();
    const placed = see(checkout.place(CART));

    const first = next();
    service.handle(first); // stored, but then the connection breaks
    first.error(new ProgressEvent('error'));
    clock.advance(1000);
    const second = next();
    expect(new URL(second.request.url).host).not.toBe(new URL(first.request.url).host);
    second.flush(service.handle(second));

    expect(placed).toMatchObject({ values: [{ id: 'order-1' }], errors: [], completed: true });
    expect(service.orders).toHaveLength(1);
    http.verify();
    expect(clock.pending).toBe(0);
  });

  it('places one order though the gateway in front gave up on the first', () => {
    const { checkout, clock, next, service } = setUp();
    const placed = see(checkout.place(CART));
    const first = next();
    service.handle(first);
    first.flush('time is over', { status: 504, statusText: 'Gateway Timeout' });
    clock.advance(1000);
    const second = next();
    second.flush(service.handle(second));
    expect(placed.values).toEqual([{ id: 'order-1' }]);
    expect(service.orders).toHaveLength(1);
  });

  it('places one order for a user who clicks twice, or comes back after a failure', () => {
    const { checkout, clock, next, service } = setUp();
    const failed = see(checkout.place(CART));
    for (let attempt = 0; attempt < 3; attempt++) {
      const request = next();
      service.handle(request);
      request.error(new ProgressEvent('error'));
      clock.advance(2000);
    }
    expect(failed.errors).toMatchObject([{ code: 'RXM203' }]);

    const again = see(checkout.place(CART));
    const request = next();
    request.flush(service.handle(request));
    expect(again.values).toEqual([{ id: 'order-1' }]);
    expect(service.orders).toHaveLength(1);
  });

  it('sends an order without a key once only', () => {
    const { clock, http, next } = setUp();
    const placed = see(placeOnce(TestBed.inject(MicroservicesCommunicationService), CART));
    next().error(new ProgressEvent('error'));
    clock.advance(60_000);
    http.verify(); // nothing was sent again
    expect(placed.errors).toMatchObject([{ name: 'HttpErrorResponse', status: 0 }]);
  });
});
