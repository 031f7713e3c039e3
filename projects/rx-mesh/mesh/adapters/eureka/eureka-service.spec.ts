import { TestBed } from '@angular/core/testing';
import {
  FakeEureka,
  FakeWeb,
  ManualClock,
  ManualPage,
  provideRxMeshTesting,
  RecordingDiagnostics,
} from 'rx-mesh/testing';
import { Injector } from '@angular/core';
import { CLOCK, DIAGNOSTICS, PAGE_STATE, RANDOM } from 'rx-mesh/kernel';
import { describeLiveRegistrySource } from '../../../spec-support/contracts/registry-source';
import { settled } from '../../../spec-support/settled';
import type { ServiceInstance } from '../../service-instance';
import { REGISTRY_FETCH } from '../registry/registry-request';
import type { RegistrySnapshot } from '../registry-source';
import { EUREKA, type EurekaOptions } from './eureka-options';
import { EurekaService } from './eureka-service';

const PERIOD = 30_000;
const URL_OF_IT = 'http://eureka.test/eureka';

describeLiveRegistrySource(EurekaService.name, (world) => {
  const clock = new ManualClock();
  const web = new FakeWeb();
  const eureka = new FakeEureka({ clock });
  web.host(URL_OF_IT, eureka.handle);
  const change = (instances: readonly ServiceInstance[]) => {
    for (const { id } of eureka.instances) eureka.cancel(id);
    for (const { name, id, address, port, health } of instances) {
      const status = health === 'healthy' ? 'UP' : 'DOWN';
      eureka.register({ app: name, id, hostName: address, port, secure: true, status });
    }
  };
  change(world);
  const injector = Injector.create({
    providers: [
      EurekaService,
      { provide: CLOCK, useValue: clock },
      { provide: REGISTRY_FETCH, useValue: web.fetch },
      { provide: PAGE_STATE, useValue: new ManualPage() },
      { provide: RANDOM, useValue: { next: () => 0.5 } },
      { provide: DIAGNOSTICS, useValue: new RecordingDiagnostics() },
      EUREKA.provide({
        url: URL_OF_IT,
        instanceUrl: ({ service, address }) => `https://${address}/${service}`,
      }),
    ],
  });
  return {
    source: injector.get(EurekaService),
    change,
    open: () => web.open + clock.pending,
    settle: async () => {
      await settled();
      clock.advance(PERIOD);
      await settled();
    },
  };
});

const setUp = (options: Partial<EurekaOptions> = {}) => {
  const web = new FakeWeb();
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      { provide: REGISTRY_FETCH, useValue: web.fetch },
      EUREKA.provide({ url: URL_OF_IT, ...options }),
    ],
  });
  const clock = TestBed.inject(ManualClock);
  const eureka = new FakeEureka({ clock });
  web.host(URL_OF_IT, eureka.handle);
  eureka.register({ app: 'orders', id: 'a', hostName: 'a.test' });
  eureka.register({ app: 'users', id: 'u', hostName: 'u.test' });
  const service = TestBed.inject(EurekaService);
  const seen: RegistrySnapshot[] = [];
  const errors: unknown[] = [];
  const watch = async () => {
    const subscription = service.watch().subscribe({
      next: (each) => seen.push(each),
      error: (error: unknown) => errors.push(error),
    });
    await settled();
    return subscription;
  };
  const pass = async (ms = PERIOD) => {
    clock.advance(ms);
    await settled();
  };
  const asked = () => web.requests.map(({ url }) => url.slice(URL_OF_IT.length));
  const ids = () => [...(seen.at(-1)?.values() ?? [])].flat().map(({ id }) => id);
  const { records } = { records: () => TestBed.inject(RecordingDiagnostics).records };
  return { web, clock, eureka, service, seen, errors, watch, pass, asked, ids, records };
};

describe(EurekaService.name, () => {
  it('reads all at first, and the changes after that', async () => {
    const { eureka, watch, pass, asked, ids, service } = setUp();
    await watch();

    expect(ids()).toEqual(['a', 'u']);

    eureka.register({ app: 'orders', id: 'b' });
    eureka.cancel('u');
    await pass();

    expect(asked()).toEqual(['/apps', '/apps/delta']);
    expect(ids()).toEqual(['a', 'b']);
    expect(service.mismatches).toBe(0);
  });

  it('names a service as its application, in lower case', async () => {
    const { watch, seen } = setUp();
    await watch();

    expect([...(seen[0]?.keys() ?? [])]).toEqual(['orders', 'users']);
    expect(seen[0]?.get('orders')?.[0]).toMatchObject({
      name: 'orders',
      url: 'http://a.test:8080',
    });
  });

  it('lists only the services that are wanted, by the names that the application has for them', async () => {
    const { watch, seen, pass, eureka } = setUp({ services: { shop: 'Orders', nobody: 'x' } });
    await watch();
    eureka.cancel('u');
    await pass();

    expect([...(seen.at(-1)?.keys() ?? [])]).toEqual(['shop']);
    expect(seen.at(-1)?.get('shop')?.[0]?.name).toBe('shop');
  });

  it('lists a list of services, whatever their case', async () => {
    const { watch, seen } = setUp({ services: ['Users'] });
    await watch();

    expect([...(seen[0] ?? [])].map(([name, [one]]) => [name, one?.id])).toEqual([['Users', 'u']]);
  });

  it('sends no headers but what to accept, and the authorization that is set', async () => {
    const bare = setUp();
    await bare.watch();

    expect([...(bare.web.requests[0]?.headers ?? [])]).toEqual([['accept', 'application/json']]);

    TestBed.resetTestingModule();
    const { watch, web } = setUp({ authorization: () => 'Basic eDp5' });
    await watch();

    expect([...(web.requests[0]?.headers ?? [])]).toEqual([
      ['accept', 'application/json'],
      ['authorization', 'Basic eDp5'],
    ]);
  });

  it('reads all again at once where the changes do not lead to the set of the server', async () => {
    const { eureka, watch, pass, asked, seen, service, records } = setUp();
    await watch();
    eureka.corruptHash = true;
    await pass();
    await pass();

    expect(asked()).toEqual(['/apps', '/apps/delta', '/apps', '/apps/delta']);
    expect(service.mismatches).toBe(1);
    expect(seen[1]).toBe(seen[0]);
    expect(records()).toEqual([]);
  });

  it('reads all each time when changes are not wanted', async () => {
    const { watch, pass, asked } = setUp({ deltas: false });
    await watch();
    await pass();

    expect(asked()).toEqual(['/apps', '/apps']);
  });

  it('reads all each time once the server has refused to tell changes', async () => {
    const { eureka, watch, pass, asked, records } = setUp();
    eureka.deltaDisabled = true;
    await watch();
    await pass();
    await pass();

    expect(asked()).toEqual(['/apps', '/apps/delta', '/apps', '/apps']);
    expect(records()).toEqual([]);
  });

  it('reads all where nobody knows of changes, and asks for them again later', async () => {
    const { eureka, web, watch, pass, asked } = setUp();
    web.host(URL_OF_IT, async (request) =>
      request.url.endsWith('delta') ? new Response(null, { status: 404 }) : eureka.handle(request),
    );
    await watch();
    await pass();
    await pass();

    expect(asked()).toEqual(['/apps', '/apps/delta', '/apps', '/apps/delta', '/apps']);
  });

  it('rests a little less than its period, so that not all tabs ask together', async () => {
    const { watch, clock, asked } = setUp({ fetchPeriod: 1000 });
    await watch();
    clock.advance(899);
    await settled();

    expect(asked()).toHaveLength(1);

    clock.advance(101);
    await settled();

    expect(asked()).toHaveLength(2);
  });

  it('tells the same snapshot again at each reading that confirms it', async () => {
    const { watch, pass, seen, service } = setUp({ fetchPeriod: 10_000 });
    await watch();
    await pass(10_000);

    expect(seen).toHaveLength(2);
    expect(seen[1]).toBe(seen[0]);
    expect(service.lease).toBe(30_000);
  });

  it('has no lease that a platform cannot wait for', () => {
    expect(setUp({ fetchPeriod: 2_000_000_000 }).service.lease).toBe(2_147_483_647);
  });

  it('keeps the instance that has not changed the same object, even when all is read anew', async () => {
    const { watch, pass, seen, eureka } = setUp({ deltas: false });
    await watch();
    eureka.setStatus('u', 'OUT_OF_SERVICE');
    await pass();

    expect(seen[1]?.get('orders')).toBe(seen[0]?.get('orders'));
    expect(seen[1]?.get('users')?.[0]?.health).toBe('unhealthy');
  });

  it('tells a flat list after each change, and only then', async () => {
    const { service, eureka, pass } = setUp();
    const lists: string[][] = [];
    service.watchServices().subscribe((list) => lists.push(list.map(({ id }) => id)));
    await settled();
    await pass();
    eureka.register({ app: 'orders', id: 'b' });
    await pass();

    expect(lists).toEqual([
      ['a', 'u'],
      ['a', 'b', 'u'],
    ]);
  });

  it('asks once for all who watch, and stops with the last of them', async () => {
    const { watch, web, clock, asked, seen } = setUp();
    const first = await watch();
    const second = await watch();

    expect(asked()).toHaveLength(1);
    expect(seen).toHaveLength(2);

    first.unsubscribe();
    second.unsubscribe();

    expect([web.open, clock.pending]).toEqual([0, 0]);
  });

  it('asks nobody before it is watched, and breaks off a request that is under way', async () => {
    const { web, clock, service } = setUp();
    web.host(URL_OF_IT, async () => new Promise<never>(() => undefined));
    const stream = service.watch();

    expect(web.requests).toEqual([]);

    const subscription = stream.subscribe();
    await settled();

    expect(web.open).toBe(1);

    subscription.unsubscribe();
    await settled();

    expect(web.requests[0]?.signal.aborted).toBe(true);
    expect([web.open, clock.pending]).toEqual([0, 0]);
  });

  it('works with the other base, and reads what old servers write', async () => {
    const { web, clock, watch, ids, pass } = setUp({ url: 'http://eureka.test/eureka/v2/' });
    const old = new FakeEureka({ clock, base: '/eureka/v2' });
    old.legacy = true;
    old.register({ app: 'orders', id: 'old' });
    web.host(URL_OF_IT, old.handle);
    await watch();

    expect(ids()).toEqual(['old']);

    old.register({ app: 'users', id: 'new' });
    await pass();

    expect(ids()).toEqual(['old', 'new']);
  });

  it('asks a path of its own origin', async () => {
    const { web, eureka, watch, ids } = setUp({ url: '/eureka' });
    web.host('http://page.test', eureka.handle);
    await watch();

    expect(ids()).toEqual(['a', 'u']);
  });
});
