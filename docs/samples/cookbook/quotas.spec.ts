import { HttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { shopProviders } from './quotas';
import { see, settled } from './spec-support/see';

function setUp() {
  TestBed.configureTestingModule({
    providers: [shopProviders, provideHttpClientTesting(), provideRxMeshTesting()],
  });
  const backend = TestBed.inject(HttpTestingController);
  const client = TestBed.inject(HttpClient);
  const clock = TestBed.inject(ManualClock);
  return {
    requests: () => backend.match(() => true),
    search: (text: string | number) => see(client.get(`/api/search?q=${text}`)),
    later: async (ms: number) => {
      clock.advance(ms);
      await settled();
    },
  };
}

describe('Recipe: 429 and quotas', () => {
  it('spreads a burst over time, and tells those at once who would wait too long', async () => {
    const { later, requests, search } = setUp();
    const seen = Array.from({ length: 12 }, (_, n) => search(n));
    await later(0);
    expect(requests().length).toBe(4);
    const refused = seen.filter(({ errors }) => errors.length > 0);
    expect(refused).toHaveLength(4);
    expect(refused[0]?.errors).toMatchObject([{ status: 429 }]);
    const each: number[] = [];
    for (let turn = 0; turn < 4; turn++) {
      await later(125);
      each.push(requests().length);
    }
    expect(each).toEqual([1, 1, 1, 1]);
  });

  it('leaves the service alone for as long as it asks, and then asks again by itself', async () => {
    const { later, requests, search } = setUp();
    const first = search('tea');
    await later(0);
    requests()[0]?.flush('too many', {
      status: 429,
      statusText: 'Too Many Requests',
      headers: { 'Retry-After': '3' },
    });
    await later(1000);
    const early = search('cup');
    await later(0);
    expect(requests().length).toBe(0);
    const [error] = early.errors as readonly { status: number; error: unknown }[];
    expect(error?.status).toBe(503); // the circuit is open until then: the page is told at once

    await later(3000);
    requests().forEach((request) => request.flush(['tea']));
    await later(0);
    expect(first).toMatchObject({ values: [['tea']], errors: [] });
  });

  it('asks once for the same question of many', async () => {
    const { later, requests, search } = setUp();
    const seen = Array.from({ length: 20 }, () => search('tea'));
    await later(0);
    const [request, ...more] = requests();
    expect(more.length).toBe(0);
    request?.flush(['tea']);
    await later(0);
    expect(seen.every(({ values }) => values.length === 1)).toBe(true);
    search('tea');
    await later(0);
    expect(requests().length).toBe(0);
  });
});
