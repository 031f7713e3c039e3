import { TestBed } from '@angular/core/testing';
import {
  FakeEureka,
  FakeWeb,
  ManualClock,
  provideRxMeshTesting,
  RecordingDiagnostics,
} from 'rx-mesh/testing';
import { FakeTabs } from '../../../spec-support/fake-tabs';
import { settled } from '../../../spec-support/settled';
import { ServiceRegistry } from '../../service-registry';
import { REGISTRY_FETCH } from '../registry/registry-request';
import { TAB_PORTS } from '../registry/tab-ports';
import { withTabSharing } from '../registry/tab-sharing';
import { REGISTRY_SOURCES } from '../registry-source';
import { EUREKA, type EurekaOptions } from './eureka-options';
import { EurekaService } from './eureka-service';
import { withEureka } from './with-eureka';

const setUp = (options: Partial<EurekaOptions> = {}, tabs?: FakeTabs) => {
  const web = new FakeWeb();
  // It is asked as soon as anything is injected; a clock of its own, for its changes need not grow old.
  const eureka = new FakeEureka({ clock: new ManualClock() });
  web.host('http://eureka.test', eureka.handle);
  eureka.register({ app: 'orders', id: 'a', hostName: 'a.test' });
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      { provide: TAB_PORTS, useFactory: () => tabs?.open() },
      tabs ? [...withTabSharing().ɵproviders] : [],
      { provide: REGISTRY_FETCH, useValue: web.fetch },
      ...withEureka({ url: 'http://eureka.test/eureka', ...options }).ɵproviders,
    ],
  });
  return { web, clock: TestBed.inject(ManualClock), eureka };
};

describe(withEureka.name, () => {
  it('adds Eureka to the sources of the registry, and keeps them asked', async () => {
    const { web, clock, eureka } = setUp();
    const registry = TestBed.inject(ServiceRegistry);
    await settled();

    expect(withEureka({ url: '/eureka' }).ɵkind).toBe('eureka');
    expect(TestBed.inject(REGISTRY_SOURCES)).toEqual([TestBed.inject(EurekaService)]);
    expect(registry.instancesOf('orders')[0]).toMatchObject({ url: 'http://a.test:8080' });

    eureka.register({ app: 'orders', id: 'b' });
    clock.advance(30_000);
    await settled();

    expect(registry.instancesOf('orders')).toHaveLength(2);

    TestBed.resetTestingModule();

    expect([web.open, clock.pending]).toEqual([0, 0]);
  });

  it('starts nothing by itself when it is not to be eager', async () => {
    const { web, clock } = setUp({ eager: false });
    const registry = TestBed.inject(ServiceRegistry);
    await settled();

    expect([web.requests.length, clock.pending]).toEqual([0, 0]);

    const watched = registry.services$.subscribe();
    await settled();

    expect(registry.names()).toEqual(['orders']);

    watched.unsubscribe();

    expect([web.open, clock.pending]).toEqual([0, 0]);
  });

  it('lets the tabs of the application share one watch if it is told so', async () => {
    const tabs = new FakeTabs();
    const { web, clock } = setUp({ authorization: 'secret' }, tabs);
    TestBed.inject(ServiceRegistry);
    await settled();

    expect(TestBed.inject(REGISTRY_SOURCES)[0]).not.toBe(TestBed.inject(EurekaService));
    expect(TestBed.inject(REGISTRY_SOURCES)[0]?.lease).toBe(TestBed.inject(EurekaService).lease);
    expect(TestBed.inject(ServiceRegistry).instancesOf('orders')).toHaveLength(1);
    expect(tabs.held).toEqual([expect.stringContaining('"url":"http://eureka.test/eureka"')]);
    expect(tabs.held[0]).not.toContain('secret');

    TestBed.resetTestingModule();
    await settled();

    expect([tabs.held.length, tabs.channels, web.open, clock.pending]).toEqual([0, 0, 0, 0]);
  });

  it('gives the registry nothing to complain of', async () => {
    setUp({ eager: false });
    TestBed.inject(ServiceRegistry).services$.subscribe();
    await settled();

    expect(TestBed.inject(RecordingDiagnostics).records).toEqual([]);
  });

  it('sets the options', () => {
    setUp({ eager: false, fetchPeriod: 5000 });

    expect(TestBed.inject(EUREKA.token)).toMatchObject({ fetchPeriod: 5000, eager: false });
  });

  it('refuses bad options where they are written', () => {
    expect(() => withEureka({ url: '' })).toThrow('EurekaOptions.url is ""');
    expect(() => withEureka({ url: '/e', fetchPeriod: -1 })).toThrow(
      'EurekaOptions.fetchPeriod is -1, but must be a number above 0.',
    );
  });

  it('can be injected where nothing is configured, and says so when it is used', () => {
    TestBed.configureTestingModule({ providers: [provideRxMeshTesting()] });
    const errors: unknown[] = [];
    TestBed.inject(EurekaService)
      .watch()
      .subscribe({ error: (error: unknown) => errors.push(error) });

    expect(String(errors[0])).toContain('EurekaOptions.url is ""');
    expect(TestBed.inject(ManualClock).pending).toBe(0);
  });
});
