import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { see } from '../cookbook/spec-support/see';
import { Catalog, USER_ID, cachingProviders } from './cached-catalog';

function setUp() {
  const user = signal('anna');
  TestBed.configureTestingModule({
    providers: [
      cachingProviders,
      provideHttpClientTesting(),
      provideRxMeshTesting(),
      { provide: USER_ID, useValue: user },
    ],
  });
  const http = TestBed.inject(HttpTestingController);
  return { catalog: TestBed.inject(Catalog), clock: TestBed.inject(ManualClock), http, user };
}

describe(Catalog.name, () => {
  it('asks once for all, and again when it was made void', () => {
    const { catalog, http } = setUp();
    const both = [see(catalog.product('tea')), see(catalog.product('tea'))];
    http.expectOne('/api/products/tea').flush({ price: 3 });
    expect(both.map(({ values }) => values)).toEqual([[{ price: 3 }], [{ price: 3 }]]);
    expect(see(catalog.product('tea')).values).toEqual([{ price: 3 }]);
    http.verify();
    see(catalog.changed());
    see(catalog.product('tea'));
    http.expectOne('/api/products/tea').flush({ price: 4 });
  });

  it('gives an old answer before an error, for an hour', () => {
    const { catalog, clock, http } = setUp();
    see(catalog.product('tea'));
    http.expectOne('/api/products/tea').flush({ price: 3 });
    clock.advance(600_000);
    const stale = see(catalog.product('tea'));
    http.expectOne('/api/products/tea').error(new ProgressEvent('error'));
    expect(stale.values).toEqual([{ price: 3 }]);
    clock.advance(4_000_000);
    const failed = see(catalog.product('tea'));
    http.expectOne('/api/products/tea').error(new ProgressEvent('error'));
    expect(failed.errors).toHaveLength(1);
  });

  it('gives nothing of one user to the next', () => {
    const { catalog, http, user } = setUp();
    see(catalog.product('tea'));
    http.expectOne('/api/products/tea').flush({ price: 3 });
    user.set('ben');
    TestBed.tick();
    const other = see(catalog.product('tea'));
    expect(other.values).toEqual([]);
    http.expectOne('/api/products/tea').flush({ price: 5 });
    expect(other.values).toEqual([{ price: 5 }]);
  });
});
