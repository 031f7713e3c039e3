import {
  HttpTestingController,
  type TestRequest,
  provideHttpClientTesting,
} from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { ServiceCaller } from 'rx-mesh/communication';
import { REGISTRY_FETCH } from 'rx-mesh/mesh';
import { FakeConsul, FakeWeb, ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { see, settled } from './spec-support/see';
import { canary, shopProviders } from './survive-deploy';

async function setUp() {
  const web = new FakeWeb();
  TestBed.configureTestingModule({
    providers: [
      shopProviders,
      provideHttpClientTesting(),
      provideRxMeshTesting({ seed: 5 }),
      { provide: REGISTRY_FETCH, useValue: web.fetch },
    ],
  });
  // The page asks at once, before there is a clock for the registry.
  web.host('http://page.test', (request) => settled().then(() => consul.handle(request)));
  const clock = TestBed.inject(ManualClock);
  const consul = new FakeConsul({ clock });
  const start = (id: string, version: string) =>
    consul.register({ name: 'orders', id, address: `${id}.test`, port: 80, meta: { version } });
  for (const id of ['old-1', 'old-2', 'old-3']) start(id, '1.0.0');
  const http = TestBed.inject(HttpTestingController);
  const caller = TestBed.inject(ServiceCaller);
  const later = async (ms: number) => {
    clock.advance(ms);
    await settled();
  };
  await later(0);
  const policies = () => http.match('/mesh-policy.json');
  policies().forEach((request) => request.flush({}));
  await later(1000);
  const call = () => see(caller.call({ service: 'orders', path: '/orders' }));
  const requests = () => http.match(({ url }) => url.startsWith('/mesh/'));
  const idOf = ({ request }: TestRequest) => request.url.split('/')[3] ?? '';
  /** Makes calls one after the other, and says who got them. */
  const spread = async (count: number, pause = 20) => {
    const ids: string[] = [];
    for (let call_ = 0; call_ < count; call_++) {
      call();
      for (const request of requests()) {
        ids.push(idOf(request));
        clock.advance(pause / 2);
        request.flush('fine');
      }
      await later(pause / 2);
    }
    return ids;
  };
  return { call, consul, idOf, later, policies, requests, spread, start };
}

describe('Recipe: survive a deploy', () => {
  it('takes a request that an ending instance refuses to another one, and leaves that one alone', async () => {
    const { call, idOf, later, requests, spread } = await setUp();
    const seen = call();
    const [first] = requests();
    const ending = first ? idOf(first) : '';
    first?.flush('ending', {
      status: 503,
      statusText: 'Service Unavailable',
      headers: { 'Retry-After': '1' },
    });
    // After the usual wait before a new attempt, not after the second that the instance asks for.
    await later(200);
    const [second] = requests();
    expect(second && idOf(second)).not.toBe(ending);
    second?.flush('fine');
    expect(seen).toMatchObject({ values: ['fine'], errors: [], completed: true });

    // Others notice nothing: each has its answer at the first try.
    const others = await spread(20, 10);
    expect(others).toHaveLength(20);
    expect(others).not.toContain(ending);
  });

  it('sends nothing new to an instance that the registry has in maintenance, and ends what is under way', async () => {
    const { call, consul, idOf, later, requests, spread } = await setUp();
    const seen = call();
    const [request] = requests();
    const ending = request ? idOf(request) : '';
    consul.maintenance(ending, 'deploy');
    await later(1000);

    expect(await spread(20)).not.toContain(ending);
    consul.deregister(ending);
    await later(1000);
    expect(request?.cancelled).toBe(false);
    request?.flush('fine');
    expect(seen).toMatchObject({ values: ['fine'], completed: true });
  });

  it('gives a new version the share that the policy says, and all once it says so', async () => {
    const { later, policies, spread, start } = await setUp();
    start('new-1', '2.0.0');
    start('new-2', '2.0.0');
    await later(30_000);
    policies().forEach((request) => request.flush(canary));
    const trial = (await spread(200)).filter((id) => id.startsWith('new'));
    expect(trial.length).toBeGreaterThan(2);
    expect(trial.length).toBeLessThan(25);

    await later(30_000);
    policies().forEach((request) =>
      request.flush({ services: { orders: { split: [{ version: '2', weight: 1 }] } } }),
    );
    expect((await spread(20)).every((id) => id.startsWith('new'))).toBe(true);
  });
});
