import { TestBed } from '@angular/core/testing';
import {
  FakeEureka,
  FakeWeb,
  ManualClock,
  ManualPage,
  provideRxMeshTesting,
  RecordingDiagnostics,
} from 'rx-mesh/testing';
import { anInstance } from '../../../spec-support/contracts/fake-registry-source';
import { settled } from '../../../spec-support/settled';
import { REGISTRY_FETCH, type RegistryFetch } from '../registry/registry-request';
import { EUREKA, type EurekaOptions } from './eureka-options';
import { EurekaService } from './eureka-service';

const URL_OF_IT = 'http://eureka.test/eureka';
const HEARTBEAT = 30_000;
const ORDERS = anInstance('orders', 'a');

const setUp = (options: Partial<EurekaOptions> = {}) => {
  const web = new FakeWeb();
  const sent: RequestInit[] = [];
  const fetch: RegistryFetch = async (url, init) => {
    sent.push(init);
    return web.fetch(url, init);
  };
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting({ startAt: 1000 }),
      { provide: REGISTRY_FETCH, useValue: fetch },
      EUREKA.provide({ url: URL_OF_IT, ...options }),
    ],
  });
  const clock = TestBed.inject(ManualClock);
  const eureka = new FakeEureka({ clock });
  web.host(URL_OF_IT, eureka.handle);
  const service = TestBed.inject(EurekaService);
  const events: unknown[] = [];
  const register = async (instance = ORDERS) => {
    const subscription = service.registerService(instance).subscribe({
      next: () => events.push('registered'),
      error: (error: unknown) => events.push(error),
      complete: () => events.push('complete'),
    });
    await settled();
    return subscription;
  };
  const pass = async (ms: number) => {
    clock.advance(ms);
    await settled();
  };
  const asked = () =>
    web.requests.map(({ method, url }) => `${method} ${url.slice(URL_OF_IT.length)}`);
  const diagnostics = TestBed.inject(RecordingDiagnostics);
  return { web, sent, clock, eureka, service, events, register, pass, asked, diagnostics };
};

const POST = 'POST /apps/ORDERS';
const PUT = 'PUT /apps/ORDERS/a?status=UP&lastDirtyTimestamp=1000';
const DELETE = 'DELETE /apps/ORDERS/a';

describe('EurekaService.registerService', () => {
  it('registers, tells that once, and does not end', async () => {
    const { eureka, register, events, asked, pass } = setUp();
    await register();
    await pass(HEARTBEAT);
    await pass(HEARTBEAT);

    expect(events).toEqual(['registered']);
    expect(asked()).toEqual([POST, PUT, PUT]);
    expect(eureka.instances).toEqual([{ app: 'ORDERS', id: 'a', status: 'UP' }]);
  });

  it('does nothing before it is subscribed', () => {
    const { web, clock, service } = setUp();
    service.registerService(ORDERS);

    expect([web.requests.length, clock.pending]).toEqual([0, 0]);
  });

  it('sends all that Eureka wants to know, as it wants it', async () => {
    const { web, register } = setUp({ authorization: 'Basic eDp5' });
    const bodies: unknown[] = [];
    web.host(URL_OF_IT, async (posted) => {
      bodies.push(await posted.json());
      return new Response(null, { status: 204 });
    });
    await register(anInstance('orders', 'a', { version: '2', weight: 3, metadata: { zone: 'z' } }));
    const [request] = web.requests;

    expect([...(request?.headers ?? [])]).toEqual([
      ['accept', 'application/json'],
      ['authorization', 'Basic eDp5'],
      ['content-type', 'application/json'],
    ]);
    expect(bodies).toEqual([
      {
        instance: {
          instanceId: 'a',
          hostName: 'a.test',
          app: 'ORDERS',
          ipAddr: 'a.test',
          status: 'UP',
          overriddenStatus: 'UNKNOWN',
          port: { $: 80, '@enabled': 'false' },
          securePort: { $: 443, '@enabled': 'true' },
          countryId: 1,
          dataCenterInfo: {
            '@class': 'com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo',
            name: 'MyOwn',
          },
          leaseInfo: { renewalIntervalInSecs: 30, durationInSecs: 90 },
          metadata: { zone: 'z', version: '2', weight: '3' },
          homePageUrl: 'https://a.test/orders/',
          vipAddress: 'orders',
          secureVipAddress: 'orders',
          isCoordinatingDiscoveryServer: 'false',
          lastUpdatedTimestamp: '1000',
          lastDirtyTimestamp: '1000',
        },
      },
    ]);
  });

  it('can be read back as it was', async () => {
    const { service, register, pass } = setUp({
      instanceUrl: ({ service: name, address }) => `https://${address}/${name}`,
    });
    const instance = anInstance('orders', 'a', {
      version: '2',
      weight: 3,
      health: 'unhealthy',
      metadata: { zone: 'z', version: '2', weight: '3' },
    });
    await register(instance);
    const lists: unknown[] = [];
    service.watchServices().subscribe((list) => lists.push(list));
    await pass(0);

    expect(lists).toEqual([[{ ...instance, lastSeen: new Date(1000) }]]);
  });

  it('uses the name that the application has in Eureka, and ids as they are', async () => {
    const { asked, register, pass } = setUp({ services: { orders: 'shop' } });
    await register(anInstance('orders', 'a/b c', { secure: false, health: 'unknown' }));
    await pass(HEARTBEAT);

    expect(asked()).toEqual([
      'POST /apps/SHOP',
      'PUT /apps/SHOP/a%2Fb%20c?status=UNKNOWN&lastDirtyTimestamp=1000',
    ]);
  });

  it('registers again when Eureka has forgotten it', async () => {
    const { eureka, register, asked, pass, events } = setUp();
    await register();
    eureka.restart();
    await pass(HEARTBEAT);
    await pass(HEARTBEAT);

    expect(asked()).toEqual([
      POST,
      PUT,
      POST,
      'PUT /apps/ORDERS/a?status=UP&lastDirtyTimestamp=31000',
    ]);
    expect(events).toEqual(['registered']);
    expect(eureka.instances).toHaveLength(1);
  });

  it('is taken back on unsubscribe, by a request that outlives the page', async () => {
    const { web, clock, eureka, register, asked, sent } = setUp();
    const subscription = await register();
    subscription.unsubscribe();
    await settled();

    expect(asked()).toEqual([POST, DELETE]);
    expect(sent.map(({ keepalive }) => keepalive)).toEqual([undefined, true]);
    expect(eureka.instances).toEqual([]);
    expect([web.open, clock.pending]).toEqual([0, 0]);
  });

  it('is taken back also when nobody knows whether it has arrived', async () => {
    const { web, clock, register, asked } = setUp();
    web.host(URL_OF_IT, async ({ method }) =>
      method === 'POST' ? new Promise<never>(() => undefined) : Promise.resolve(new Response()),
    );
    const subscription = await register();
    subscription.unsubscribe();
    await settled();

    expect(asked()).toEqual([POST, DELETE]);
    expect(web.requests[0]?.signal.aborted).toBe(true);
    expect([web.open, clock.pending]).toEqual([0, 0]);
  });

  it('reports a farewell that did not arrive, and no more', async () => {
    const { web, register, diagnostics } = setUp();
    const subscription = await register();
    web.down = true;
    subscription.unsubscribe();
    await settled();

    expect(diagnostics.records).toMatchObject([
      { code: 'RXM306', severity: 'info', source: 'EurekaService' },
    ]);
  });

  it('fails when Eureka refuses it, and takes nothing back', async () => {
    const { web, clock, register, events, asked } = setUp();
    web.host(URL_OF_IT, async () =>
      Promise.resolve(new Response('Missing hostname', { status: 400 })),
    );
    await register();

    expect(events).toMatchObject([{ code: 'RXM306', status: 400 }]);
    expect(String(events[0])).toMatch('Missing hostname');
    expect(asked()).toEqual([POST]);
    expect([web.open, clock.pending]).toEqual([0, 0]);
  });

  it.each([500, 503, 408, 429])('tries again after %d, and tells that once', async (status) => {
    const { eureka, register, events, pass, diagnostics } = setUp();
    eureka.failWith(status);
    await register();
    await pass(1000);
    await pass(2000);
    eureka.failWith(undefined);
    await pass(HEARTBEAT);

    expect(events).toEqual(['registered']);
    expect(diagnostics.codes).toEqual(['RXM306']);
    expect(diagnostics.records[0]).toMatchObject({ severity: 'warning', source: 'EurekaService' });
  });

  it('goes on after heartbeats that did not arrive', async () => {
    const { web, register, pass, events, diagnostics, asked } = setUp();
    await register();
    web.down = true;
    await pass(HEARTBEAT);
    web.down = false;
    await pass(HEARTBEAT);
    const before = asked().length;
    await pass(HEARTBEAT);

    expect(asked().slice(before)).toEqual([PUT]);
    expect(events).toEqual(['registered']);
    expect(diagnostics.codes).toEqual(['RXM306']);
  });

  it('sends no heartbeat while the page is offline', async () => {
    const { register, pass, asked } = setUp();
    await register();
    TestBed.inject(ManualPage).goOffline();
    await pass(HEARTBEAT);

    expect(asked()).toEqual([POST]);
  });

  it('refuses an instance without an address', async () => {
    const { register, events, web } = setUp();
    await register(anInstance('orders', 'a', { address: '' }));

    expect(events).toMatchObject([
      { code: 'RXM101', option: 'EurekaService.registerService.address' },
    ]);
    expect(web.requests).toEqual([]);
  });
});

describe('EurekaService.deregisterService', () => {
  const deregister = async ({ service, events }: ReturnType<typeof setUp>) => {
    service.deregisterService('orders', 'a').subscribe({
      next: () => events.push('gone'),
      error: (error: unknown) => events.push(error),
      complete: () => events.push('complete'),
    });
    await settled();
  };

  it('takes an instance out', async () => {
    const world = setUp();
    world.eureka.register({ app: 'orders', id: 'a' });
    await deregister(world);

    expect(world.eureka.instances).toEqual([]);
    expect(world.events).toEqual(['gone', 'complete']);
    expect([world.web.open, world.clock.pending]).toEqual([0, 0]);
  });

  it('is content when Eureka does not know it', async () => {
    const world = setUp();
    await deregister(world);

    expect(world.events).toEqual(['gone', 'complete']);
  });

  it('fails when Eureka fails', async () => {
    const world = setUp();
    world.eureka.failWith(500);
    await deregister(world);

    expect(world.events).toMatchObject([{ code: 'RXM306', status: 500 }]);
  });
});
