import { HttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { provideRxMeshTesting } from 'rx-mesh/testing';
import { see } from '../cookbook/spec-support/see';
import { gatewayProviders } from './front-door';

const AT = 'https://orders-1.shop.example';

function setUp() {
  TestBed.configureTestingModule({
    providers: [gatewayProviders, provideHttpClientTesting(), provideRxMeshTesting()],
  });
  return {
    backend: TestBed.inject(HttpTestingController),
    http: TestBed.inject(HttpClient),
  };
}

describe('A gateway in the page', () => {
  it('takes a plain request to its service, and keeps the answer', () => {
    const { backend, http } = setUp();
    const first = see(http.get('/api/orders/7'));
    backend.expectOne(`${AT}/v2/orders/7`).flush({ id: 7 });
    expect(first.values).toEqual([{ id: 7 }]);
    expect(see(http.get('/api/orders/7')).values).toEqual([{ id: 7 }]);
    backend.verify();
  });

  it('refuses what is above the limit or too large, before anything is sent', () => {
    const { backend, http } = setUp();
    const refused = Array.from({ length: 6 }, (_, id) => see(http.get(`/api/orders/${id}`)));
    expect(backend.match(() => true)).toHaveLength(5);
    expect(refused.at(-1)?.errors).toMatchObject([{ status: 429 }]);
    const large = see(http.post('/api/orders', { text: 'x'.repeat(20_000) }));
    expect(large.errors).toMatchObject([{ status: 413 }]);
    backend.verify();
  });

  it('leaves alone what it has no route for', () => {
    const { backend, http } = setUp();
    const seen = see(http.get('/assets/logo.json'));
    backend.expectOne('/assets/logo.json').flush({});
    expect(seen.completed).toBe(true);
  });
});
