import { TestBed } from '@angular/core/testing';
import { InvalidOptionError } from 'rx-mesh/kernel';
import { REGISTRY_FETCH, ServiceRegistry } from 'rx-mesh/mesh';
import { FakeConsul, FakeWeb, ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { FakeTabs } from '../../../spec-support/fake-tabs';
import { settled } from '../../../spec-support/settled';
import { TAB_PORTS } from '../registry/tab-ports';
import { withTabSharing } from '../registry/tab-sharing';
import { REGISTRY_SOURCES } from '../registry-source';
import type { ConsulOptions } from './consul-options';
import { ConsulService } from './consul-service';
import { withConsul } from './with-consul';

const url = '/registry/consul';

const setUp = (options: Partial<ConsulOptions> = {}, tabs?: FakeTabs) => {
  const web = new FakeWeb();
  web.host('http://page.test', async (request) => {
    await settled();
    return consul.handle(request);
  });
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      { provide: TAB_PORTS, useFactory: () => tabs?.open() },
      tabs ? [...withTabSharing().ɵproviders] : [],
      { provide: REGISTRY_FETCH, useValue: web.fetch },
      ...withConsul({ url, services: ['orders'], ...options }).ɵproviders,
    ],
  });
  const consul = new FakeConsul({ clock: TestBed.inject(ManualClock) });
  consul.register({ name: 'orders', address: 'a.test', port: 80 });
  return { web, consul };
};

describe('withConsul', () => {
  it('watches from the start until the application ends', async () => {
    const { web } = setUp();
    const clock = TestBed.inject(ManualClock);
    await settled();
    await settled();
    clock.advance(200);
    await settled();

    expect(TestBed.inject(ServiceRegistry).instancesOf('orders')).toHaveLength(1);
    expect(web.open).toBe(1);

    TestBed.resetTestingModule();
    await settled();

    expect([web.open, clock.pending]).toEqual([0, 0]);
  });

  it('asks nobody by itself when it is not eager', async () => {
    const { web } = setUp({ eager: false });
    await settled();

    expect(web.requests).toEqual([]);

    TestBed.inject(ServiceRegistry).services$.subscribe();
    await settled();

    expect(web.requests[0]?.url).toBe(
      'http://page.test/registry/consul/v1/health/service/orders?stale=',
    );
  });

  it('lets the tabs of the application share one watch if it is told so', async () => {
    const tabs = new FakeTabs();
    const { web } = setUp({ token: 'secret' }, tabs);
    const clock = TestBed.inject(ManualClock);
    await settled();
    await settled();
    clock.advance(200);
    await settled();

    expect(TestBed.inject(REGISTRY_SOURCES)[0]).not.toBe(TestBed.inject(ConsulService));
    expect(TestBed.inject(REGISTRY_SOURCES)[0]?.lease).toBe(TestBed.inject(ConsulService).lease);
    expect(TestBed.inject(ServiceRegistry).instancesOf('orders')).toHaveLength(1);
    expect(tabs.held).toEqual([expect.stringContaining('"url":"/registry/consul"')]);
    expect(tabs.held[0]).not.toContain('secret');

    TestBed.resetTestingModule();
    await settled();

    expect([tabs.held.length, tabs.channels, web.open, clock.pending]).toEqual([0, 0, 0, 0]);
  });

  it.each<[Record<string, unknown>, string]>([
    [{ url: '' }, 'ConsulOptions.url is ""'],
    [{ url: 'ftp://a.test' }, 'ConsulOptions.url is "ftp://a.test"'],
    [{ url: 'https://u:secret@a.test' }, 'ConsulOptions.url is "https://***@a.test"'],
    [{ url: 'https://a.test?token=secret' }, 'ConsulOptions.url is "https://a.test?***"'],
    [{ token: 'two\nsecret lines' }, 'ConsulOptions.token is "***"'],
    [{ token: 7 }, 'ConsulOptions.token is "***"'],
    [{ services: [] }, 'ConsulOptions.services is an array'],
    [{ services: {} }, 'ConsulOptions.services is an object'],
    [{ services: ['..'] }, 'ConsulOptions.services is an array'],
    [{ services: null }, 'ConsulOptions.services is null'],
    [{ services: { orders: '' } }, 'ConsulOptions.services is an object'],
    [{ datacenter: '' }, 'ConsulOptions.datacenter is ""'],
    [{ tag: '' }, 'ConsulOptions.tag is ""'],
    [{ wait: 999 }, 'ConsulOptions.wait is 999'],
    [{ wait: 600_001 }, 'ConsulOptions.wait is 600001'],
    [{ wait: 1000.5 }, 'ConsulOptions.wait is 1000.5'],
    [{ stale: 'no' }, 'ConsulOptions.stale is "no"'],
    [{ instanceUrl: '/a' }, 'ConsulOptions.instanceUrl is "/a"'],
    [{ pollPeriod: 0 }, 'ConsulOptions.pollPeriod is 0'],
    [{ requestTimeout: Infinity }, 'ConsulOptions.requestTimeout is Infinity'],
    [{ emptyGrace: -1 }, 'ConsulOptions.emptyGrace is -1'],
    [{ secret: 1 }, 'ConsulOptions.secret is 1'],
  ])('refuses %p where it is written, without repeating a secret', (wrong, message) => {
    const make = () => withConsul({ url, ...wrong });

    expect(make).toThrow(InvalidOptionError);
    expect(make).toThrow(message);
    expect(make).not.toThrow(/secret@|=secret|secret lines/);
  });

  it('takes what is on the edge', () => {
    const options = { url, wait: 600_000, emptyGrace: 0, token: '', services: { a: 'b' } };

    expect(withConsul(options).ɵkind).toBe('consul');
  });

  it('can be injected where nothing is configured, and says so when it is used', () => {
    TestBed.configureTestingModule({ providers: [provideRxMeshTesting()] });
    const errors: unknown[] = [];
    TestBed.inject(ConsulService)
      .watch()
      .subscribe({ error: (error: unknown) => errors.push(error) });

    expect(String(errors[0])).toContain('ConsulOptions.url is ""');
    expect(TestBed.inject(ManualClock).pending).toBe(0);
  });
});
