import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { see } from '../cookbook/spec-support/see';
import { Search } from './guarded-search';

function setUp() {
  TestBed.configureTestingModule({
    providers: [provideHttpClient(), provideHttpClientTesting(), provideRxMeshTesting()],
  });
  const http = TestBed.inject(HttpTestingController);
  return {
    clock: TestBed.inject(ManualClock),
    http,
    fail: () =>
      http
        .match(() => true)
        .map((request) => {
          request.flush('', { status: 503, statusText: 'Busy' });
          return request;
        }).length,
    search: TestBed.inject(Search),
  };
}

describe(Search.name, () => {
  it('tries once more, and answers', () => {
    const { clock, fail, http, search } = setUp();
    const seen = see(search.find('tea'));
    expect(fail()).toBe(1);
    clock.advance(1000);
    http.expectOne('/api/search?text=tea').flush(['teapot']);
    expect(seen).toMatchObject({ values: [['teapot']], completed: true });
    expect(clock.pending).toBe(0);
  });

  it('sends nothing to a search that is down, and asks it again after a while', () => {
    const { clock, fail, http, search } = setUp();
    for (let call = 0; call < 3; call++) {
      see(search.find('tea'));
      fail();
      clock.advance(1000);
      fail();
    }
    const refused = see(search.find('tea'));
    expect(refused.errors).toMatchObject([{ code: 'RXM201' }]);
    http.verify();
    clock.advance(10_000);
    const seen = see(search.find('tea'));
    http.expectOne('/api/search?text=tea').flush([]);
    expect(seen.completed).toBe(true);
  });
});
