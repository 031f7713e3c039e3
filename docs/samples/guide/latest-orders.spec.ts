import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { OfflineError, isRxMeshError } from 'rx-mesh';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { see } from '../cookbook/spec-support/see';
import { LatestOrders, explain } from './latest-orders';
import { appConfig } from './start-config';

function setUp() {
  TestBed.configureTestingModule({
    providers: [...appConfig.providers, provideHttpClientTesting(), provideRxMeshTesting()],
  });
  return {
    clock: TestBed.inject(ManualClock),
    http: TestBed.inject(HttpTestingController),
    orders: TestBed.inject(LatestOrders),
  };
}

describe(LatestOrders.name, () => {
  it('answers with nothing when the service hangs, after a second at most', () => {
    const { clock, http, orders } = setUp();
    const seen = see(orders.latest());
    clock.advance(999);
    expect(seen.completed).toBe(false);
    clock.advance(1);
    expect(seen).toMatchObject({ values: [[]], errors: [], completed: true });
    const requests = http.match(() => true);
    expect(requests.every(({ cancelled }) => cancelled)).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('sends an order once more with the same key', () => {
    const { clock, http, orders } = setUp();
    const seen = see(orders.place(['tea'], 'key-1'));
    http.expectOne({ method: 'POST' }).flush('', { status: 503, statusText: 'Busy' });
    clock.advance(1000);
    const again = http.expectOne({ method: 'POST' });
    expect(again.request.headers.get('Idempotency-Key')).toBe('key-1');
    again.flush({ id: 'order-1' });
    expect(seen.values).toEqual([{ id: 'order-1' }]);
  });

  it('explains failures by their numbers', () => {
    expect(isRxMeshError(new OfflineError('orders', 0))).toBe(true);
    expect(explain(new OfflineError('orders', 0))).toBe('You are offline.');
    expect(explain(new Error('422'))).toBe('The order was refused.');
  });
});
