import { TestBed } from '@angular/core/testing';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import {
  FakeRegistrySource,
  anInstance,
  byService,
} from '../spec-support/contracts/fake-registry-source';
import { runMarbles } from '../spec-support/marbles';
import { REGISTRY_SOURCES, type RegistrySource } from './adapters/registry-source';
import { NoInstanceError } from './mesh-errors';
import { ServiceDiscoveryService } from './service-discovery-service';
import { toEndpoint } from './service-instance';
import { ServiceRegistry } from './service-registry';
import type { ServiceUpdate } from './service-updates';
import { withServiceMesh } from './with-service-mesh';

const A = anInstance('orders', 'a');
const B = anInstance('orders', 'b');

const setUp = (source?: RegistrySource, discoveryTimeout?: number) => {
  TestBed.configureTestingModule({
    providers: [
      ...withServiceMesh({ discoveryTimeout }).ɵproviders,
      source ? { provide: REGISTRY_SOURCES, multi: true, useValue: source } : [],
    ],
  });
  return {
    discovery: TestBed.inject(ServiceDiscoveryService),
    registry: TestBed.inject(ServiceRegistry),
  };
};

describe(ServiceDiscoveryService.name, () => {
  it('gives what is known at once, and asks nobody', () => {
    runMarbles(({ cold, expectObservable, expectSubscriptions }) => {
      const watch = cold<never>('-');
      const source = { name: 'marbles', initial: byService([A]), watch: () => watch };
      const { discovery } = setUp(source);

      expectObservable(discovery.discoverService('orders')).toBe('(a|)', { a: toEndpoint(A) });
      expectObservable(discovery.discoverInstances('orders')).toBe('(a|)', { a: [A] });
      expectSubscriptions(watch.subscriptions).toBe([]);
    });
  });

  it('asks the sources for what is not known, and leaves them after the first answer', () => {
    runMarbles(({ cold, expectObservable, expectSubscriptions }) => {
      const watch = cold('x 99ms u 99ms a 99ms b', {
        x: byService([]),
        u: byService([anInstance('users', 'u')]),
        a: byService([A]),
        b: byService([A, B]),
      });
      const { discovery } = setUp({ name: 'marbles', watch: () => watch });

      expectObservable(discovery.discoverInstances('orders')).toBe('200ms (a|)', { a: [A] });
      expectSubscriptions(watch.subscriptions).toBe('^ 199ms !');
    });
  });

  it('waits for an instance that is registered by hand', () => {
    runMarbles(({ cold, expectObservable }) => {
      const { discovery, registry } = setUp();
      cold('10ms a').subscribe(() => registry.register(A));

      expectObservable(discovery.discoverService('orders')).toBe('10ms (a|)', { a: toEndpoint(A) });
    });
  });

  it('fails when none has come in time, and says which services are known', () => {
    runMarbles(({ cold, expectObservable, expectSubscriptions }) => {
      const watch = cold('u 99ms x', {
        u: byService([anInstance('users', 'u')]),
        x: byService([anInstance('users', 'u'), anInstance('payments', 'p')]),
      });
      const { discovery } = setUp({ name: 'marbles', watch: () => watch });
      const error = new NoInstanceError('orders', ['users', 'payments'], { waited: 2000 });

      expectObservable(discovery.discoverService('orders')).toBe('2s #', undefined, error);
      expectSubscriptions(watch.subscriptions).toBe('^ 1999ms !');
    });
  });

  it('waits not at all when it is told so, but takes what a source answers at once', () => {
    runMarbles(({ expectObservable }) => {
      const source = new FakeRegistrySource();
      source.publish(A);
      const { discovery } = setUp(source, 0);
      const error = new NoInstanceError('users', ['orders'], { waited: 0 });

      expectObservable(discovery.discoverInstances('orders')).toBe('(a|)', { a: [A] });
      expectObservable(discovery.discoverInstances('users')).toBe('#', undefined, error);
    });
  });

  it('looks when it is subscribed, and each time anew', () => {
    const { discovery, registry } = setUp();
    const found$ = discovery.discoverInstances('orders');
    const seen: string[] = [];
    const look = () => found$.subscribe((found) => seen.push(found.map(({ id }) => id).join()));
    registry.register(A);
    look();
    registry.register(B);
    look();

    expect(seen).toEqual(['a', 'a,b']);
  });

  it('leaves no timer and no subscription behind when the caller leaves', () => {
    const source = new FakeRegistrySource();
    TestBed.configureTestingModule({
      providers: [
        provideRxMeshTesting(),
        { provide: REGISTRY_SOURCES, multi: true, useValue: source },
      ],
    });
    const clock = TestBed.inject(ManualClock);
    const waiting = TestBed.inject(ServiceDiscoveryService).discoverService('orders').subscribe();

    expect([clock.pending, source.open]).toEqual([1, 1]);

    waiting.unsubscribe();

    expect([clock.pending, source.open]).toEqual([0, 0]);
  });

  it('fails for whoever waits when the application ends', () => {
    const { discovery } = setUp();
    const seen: unknown[] = [];
    discovery.discoverService('orders').subscribe({ error: (error: unknown) => seen.push(error) });
    TestBed.resetTestingModule();

    expect(seen).toEqual([expect.any(NoInstanceError)]);
  });

  it.each([
    [['unhealthy', 'healthy', 'degraded'], 'b'],
    [['unhealthy', 'unknown', 'degraded'], 'c'],
    [['unhealthy', 'unknown', 'unknown'], 'b'],
    [['unhealthy', 'unhealthy', 'unhealthy'], 'a'],
  ] as const)('finds the healthiest of %p', (healths, id) => {
    const { discovery, registry } = setUp();
    healths.forEach((health, at) =>
      registry.register(anInstance('orders', 'abc'[at] ?? '', { health })),
    );
    const seen: string[] = [];
    discovery.discoverService('orders').subscribe(({ url }) => seen.push(url));

    expect(seen).toEqual([`https://${id}.test/orders`]);
  });

  it('tells of changes from the subscription on, and asks the sources meanwhile', () => {
    runMarbles(({ hot, expectObservable, expectSubscriptions }) => {
      const better = { ...A, weight: 2 };
      const source = hot('a-b--c-d--', {
        a: byService([A]),
        b: byService([A, B]),
        c: byService([better]),
        d: byService([{ ...better }]),
      });
      const initial = byService([A]);
      const { discovery } = setUp({ name: 'marbles', initial, watch: () => source });
      const updates: Record<string, ServiceUpdate> = {
        r: { type: 'SERVICE_REGISTERED', service: B },
        d: { type: 'SERVICE_DEREGISTERED', service: B },
        u: { type: 'SERVICE_UPDATED', service: better, previous: A },
      };

      expectObservable(discovery.getServiceUpdates(), '^--------!').toBe('--r--(du)', updates);
      expectSubscriptions(source.subscriptions).toBe('^--------!');
    });
  });
});
