import { HttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { see } from '../cookbook/spec-support/see';
import { Session, tokenProviders } from './migrate-token';

function setUp() {
  TestBed.configureTestingModule({
    providers: [tokenProviders, provideHttpClientTesting(), provideRxMeshTesting()],
  });
  const backend = TestBed.inject(HttpTestingController);
  TestBed.inject(Session).signIn('old');
  return {
    backend,
    clock: TestBed.inject(ManualClock),
    http: TestBed.inject(HttpClient),
    sent: () => backend.match(({ url }) => url.startsWith('/backend')),
  };
}

const REFUSED = { status: 401, statusText: 'Unauthorized' };

describe('What was a token interceptor', () => {
  it('renews once for all who were refused, and sends each once more', () => {
    const { backend, clock, http, sent } = setUp();
    const all = [1, 2, 3].map((id) => see(http.get(`/api/orders/${id}`)));
    const first = sent();
    expect(first.map(({ request }) => request.headers.get('Authorization'))).toEqual(
      Array.from({ length: 3 }, () => 'Bearer old'),
    );
    for (const request of first) request.flush('', REFUSED);
    backend.expectOne('/session/refresh').flush({ token: 'new' });
    const second = sent();
    expect(second.map(({ request }) => request.headers.get('Authorization'))).toEqual(
      Array.from({ length: 3 }, () => 'Bearer new'),
    );
    for (const request of second) request.flush({});
    expect(all.every(({ completed }) => completed)).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('signs nobody out because of an outage', () => {
    const { backend, http, sent } = setUp();
    const seen = see(http.get('/api/orders/1'));
    sent()[0]?.flush('', REFUSED);
    backend.expectOne('/session/refresh').flush('', { status: 503, statusText: 'Busy' });
    expect(seen.errors).toMatchObject([{ status: 503 }]);
    expect(TestBed.inject(Session).current()).toBe('old');
  });

  it('is 401 where the renewal was refused', () => {
    const { backend, http, sent } = setUp();
    const seen = see(http.get('/api/orders/1'));
    sent()[0]?.flush('', REFUSED);
    backend.expectOne('/session/refresh').flush('', REFUSED);
    expect(seen.errors).toMatchObject([{ status: 401 }]);
  });
});
