import { HttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { ProductPage, shopProviders } from './slow-back-end';
import { see } from './spec-support/see';

function setUp() {
  TestBed.configureTestingModule({
    providers: [shopProviders, provideHttpClientTesting(), provideRxMeshTesting()],
  });
  const http = TestBed.inject(HttpTestingController);
  return {
    client: TestBed.inject(HttpClient),
    clock: TestBed.inject(ManualClock),
    page: TestBed.inject(ProductPage),
    at: (path: string) => http.match(({ url }) => url === path),
  };
}

describe('Recipe: one slow back end must not freeze the page', () => {
  it('keeps what hangs to two connections, and gives it up within its time', () => {
    const { at, clock, page } = setUp();
    const seen = Array.from({ length: 10 }, (_, n) => see(page.recommendations(`sku-${n}`)));
    expect(at('/api/recommendations').length).toBe(2);
    // Four wait, and the rest has its answer at once.
    expect(seen.filter(({ values }) => values.length > 0)).toHaveLength(4);

    clock.advance(400);
    expect(seen.filter(({ values }) => values.length > 0)).toHaveLength(8);
    clock.advance(400);
    expect(seen.map(({ values }) => values)).toEqual(Array.from({ length: 10 }, () => [[]]));
    expect(clock.pending).toBe(0);
  });

  it('lets all else through meanwhile', () => {
    const { at, client, page } = setUp();
    for (let n = 0; n < 10; n++) see(page.recommendations(`sku-${n}`));
    const orders = see(client.get('/api/orders'));
    at('/api/orders')[0]?.flush(['order-1']);
    expect(orders).toMatchObject({ values: [['order-1']], completed: true });
  });

  it('stops to ask after some time-outs, so that nobody waits for nothing', () => {
    const { at, clock, page } = setUp();
    for (let n = 0; n < 6; n++) {
      see(page.recommendations('tea'));
      clock.advance(800);
    }
    at('/api/recommendations');
    const seen = see(page.recommendations('tea'));
    expect(seen.values).toEqual([[]]);
    expect(at('/api/recommendations').length).toBe(0);
  });

  it('asks a search that hangs once more, takes the first answer and aborts the other', () => {
    const { at, client, clock } = setUp();
    const seen = see(client.get('/api/search'));
    const [first] = at('/api/search');
    clock.advance(300);
    const [second] = at('/api/search');
    second?.flush(['tea']);
    expect(seen).toMatchObject({ values: [['tea']], completed: true });
    expect(first?.cancelled).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('never hedges what changes something', () => {
    const { at, client, clock } = setUp();
    see(client.post('/api/search', 'saved search'));
    expect(at('/api/search').length).toBe(1);
    clock.advance(1999);
    expect(at('/api/search').length).toBe(0);
  });
});
