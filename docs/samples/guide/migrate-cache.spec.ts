import { HttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { see } from '../cookbook/spec-support/see';
import { Countries, USER_ID, cacheProviders } from './migrate-cache';

function setUp() {
  const user = signal('anna');
  TestBed.configureTestingModule({
    providers: [
      cacheProviders,
      provideHttpClientTesting(),
      provideRxMeshTesting(),
      { provide: USER_ID, useValue: user },
    ],
  });
  return {
    backend: TestBed.inject(HttpTestingController),
    clock: TestBed.inject(ManualClock),
    countries: TestBed.inject(Countries),
    http: TestBed.inject(HttpClient),
    user,
  };
}

describe('What was a cache interceptor', () => {
  it('asks once for all, for an hour, and for each user', () => {
    const { backend, clock, countries, user } = setUp();
    const both = [see(countries.all()), see(countries.all())];
    backend.expectOne('/api/countries').flush(['fr']);
    expect(both.every(({ completed }) => completed)).toBe(true);
    expect(see(countries.all()).values).toEqual([['fr']]);
    user.set('ben');
    TestBed.tick();
    see(countries.all());
    backend.expectOne('/api/countries').flush(['fr']);
    clock.advance(3_700_000);
    see(countries.all());
    backend.expectOne('/api/countries').flush(['fr']);
  });

  it('keeps nothing of which the server says no, and goes by what a write makes void', () => {
    const { backend, http } = setUp();
    const get = () => see(http.get('/api/orders/7'));
    const fresh = { headers: { 'Cache-Control': 'max-age=60' } };
    get();
    backend.expectOne('/api/orders/7').flush({}, { headers: { 'Cache-Control': 'no-store' } });
    get();
    backend.expectOne('/api/orders/7').flush({}, fresh);
    get();
    backend.verify();
    see(http.put('/api/orders/7', {}));
    backend.expectOne({ method: 'PUT' }).flush({});
    const again = get();
    expect(again.values).toEqual([]);
    backend.expectOne('/api/orders/7').flush({}, fresh);
  });
});
