import { HttpClient } from '@angular/common/http';
import {
  HttpTestingController,
  type TestRequest,
  provideHttpClientTesting,
} from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { provideRxMeshTesting } from 'rx-mesh/testing';
import { Session, shopProviders } from './expired-token';
import { see, settled } from './spec-support/see';

const OVER = { status: 401, statusText: 'Unauthorized' };

/** A page whose token the service takes no more. */
function setUp() {
  TestBed.configureTestingModule({
    providers: [shopProviders, provideHttpClientTesting(), provideRxMeshTesting()],
  });
  TestBed.inject(Session).begin({ userId: 'anna', token: 'old' });
  const backend = TestBed.inject(HttpTestingController);
  const client = TestBed.inject(HttpClient);
  const service = () => backend.match(({ url }) => url.startsWith('/services/'));
  return {
    refreshes: () => backend.match('/auth/refresh'),
    service,
    ask: (count: number) =>
      Array.from({ length: count }, (_, n) => see(client.get(`/api/orders/${n}`))),
    tokens: (requests: readonly TestRequest[]) =>
      requests.map(({ request }) => request.headers.get('Authorization')),
  };
}

describe('Recipe: a token that expires under ten parallel requests', () => {
  it('renews it once, and answers all ten', async () => {
    const { ask, refreshes, service, tokens } = setUp();
    const seen = ask(10);
    const first = service();
    expect(tokens(first)).toEqual(Array.from({ length: 10 }, () => 'Bearer old'));
    for (const request of first) request.flush('over', OVER);
    await settled();

    const [refresh, ...more] = refreshes();
    expect(more.length).toBe(0);
    refresh?.flush({ userId: 'anna', token: 'new' });
    await settled();
    const second = service();
    expect(tokens(second)).toEqual(Array.from({ length: 10 }, () => 'Bearer new'));
    for (const request of second) request.flush('fine');
    expect(seen.map(({ values }) => values)).toEqual(Array.from({ length: 10 }, () => ['fine']));
    expect(refreshes().length).toBe(0);
  });

  it('spares the one that finds out late a second renewal', async () => {
    const { ask, refreshes, service, tokens } = setUp();
    const seen = ask(2);
    const [early, late] = service();
    early?.flush('over', OVER);
    await settled();
    refreshes()[0]?.flush({ userId: 'anna', token: 'new' });
    await settled();
    service().forEach((request) => request.flush('fine'));
    late?.flush('over', OVER);
    await settled();
    expect(refreshes().length).toBe(0);
    const again = service();
    expect(tokens(again)).toEqual(['Bearer new']);
    again[0]?.flush('fine');
    expect(seen.map(({ values }) => values)).toEqual([['fine'], ['fine']]);
  });

  it('says 401 to all ten, without a storm, when the session is over', async () => {
    const { ask, refreshes, service } = setUp();
    const seen = ask(10);
    service().forEach((request) => request.flush('over', OVER));
    await settled();
    const [refresh, ...more] = refreshes();
    expect(more.length).toBe(0);
    refresh?.flush('no session', OVER);
    await settled();
    expect(seen.every(({ errors }) => (errors[0] as { status: number }).status === 401)).toBe(true);
    expect(service().length).toBe(0);
  });

  it('signs nobody out because the identity provider is away', async () => {
    const { ask, refreshes, service } = setUp();
    const [seen] = ask(1);
    service()[0]?.flush('over', OVER);
    await settled();
    refreshes()[0]?.error(new ProgressEvent('error'));
    await settled();
    expect(seen?.errors).toMatchObject([{ status: 502 }]);
    expect(TestBed.inject(Session).current()).toBe('old');
  });
});
