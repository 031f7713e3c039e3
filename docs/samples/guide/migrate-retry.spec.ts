import { HttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { see } from '../cookbook/spec-support/see';
import { retryingProviders } from './migrate-retry';

function setUp() {
  TestBed.configureTestingModule({
    providers: [retryingProviders, provideHttpClientTesting(), provideRxMeshTesting()],
  });
  return {
    backend: TestBed.inject(HttpTestingController),
    clock: TestBed.inject(ManualClock),
    http: TestBed.inject(HttpClient),
  };
}

describe('What was a retry interceptor', () => {
  it('tries a GET again, within what a budget allows, and waits as the service asks', () => {
    const { backend, clock, http } = setUp();
    const seen = see(http.get('/api/orders'));
    backend
      .expectOne('/api/orders')
      .flush('', { status: 503, statusText: 'Busy', headers: { 'Retry-After': '3' } });
    clock.advance(2900);
    backend.expectNone('/api/orders');
    clock.advance(1000);
    backend.expectOne('/api/orders').flush([]);
    expect(seen.completed).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('sends a POST once, and what is not the fault of the moment too', () => {
    const { backend, clock, http } = setUp();
    const posted = see(http.post('/api/orders', {}));
    backend.expectOne('/api/orders').flush('', { status: 503, statusText: 'Busy' });
    const missing = see(http.get('/api/orders/0'));
    backend.expectOne('/api/orders/0').flush('', { status: 404, statusText: 'Not Found' });
    const other = see(http.get('/assets/a.json'));
    backend.expectOne('/assets/a.json').flush('', { status: 503, statusText: 'Busy' });
    clock.advance(60_000);
    backend.verify();
    for (const { errors } of [posted, missing, other]) expect(errors).toHaveLength(1);
  });
});
