import { TestBed } from '@angular/core/testing';
import { FakeWeb, ManualClock, RecordingDiagnostics, provideRxMeshTesting } from 'rx-mesh/testing';
import { settled } from '../../../spec-support/settled';
import { FakeEureka } from '../../../testing/registries/fake-eureka';
import { ServiceRegistry } from '../../service-registry';
import { REGISTRY_FETCH } from '../registry/registry-request';
import { REGISTRY_SOURCES } from '../registry-source';
import { EUREKA, type EurekaOptions } from './eureka-options';
import { EurekaService } from './eureka-service';
import { withEureka } from './with-eureka';

const setUp = (options: Partial<EurekaOptions> = {}) => {
  const web = new FakeWeb();
  // It is asked as soon as anything is injected; a clock of its own, for its changes need not grow old.
  const eureka = new FakeEureka({ clock: new ManualClock() });
  web.host('http://eureka.test', eureka.handle);
  eureka.register({ app: 'orders', id: 'a', hostName: 'a.test' });
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
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
});
