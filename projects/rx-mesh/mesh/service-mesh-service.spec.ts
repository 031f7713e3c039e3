import { TestBed } from '@angular/core/testing';
import { InvalidOptionError } from 'rx-mesh/kernel';
import {
  FakeRegistrySource,
  anInstance,
  byService,
} from '../spec-support/contracts/fake-registry-source';
import { runMarbles } from '../spec-support/marbles';
import { REGISTRY_SOURCES } from './adapters/registry-source';
import { UnknownStrategyError } from './mesh-errors';
import type { ServiceInventory } from './service-inventory';
import { ServiceMeshService } from './service-mesh-service';
import { ServiceRegistry } from './service-registry';

const A = anInstance('orders', 'a');

describe(ServiceMeshService.name, () => {
  it('shows what runs, in numbers, when a number changes', () => {
    const source = new FakeRegistrySource('fake', byService([A]));
    TestBed.configureTestingModule({
      providers: [{ provide: REGISTRY_SOURCES, multi: true, useValue: source }],
    });
    const mesh = TestBed.inject(ServiceMeshService);
    const seen: ServiceInventory[] = [];
    const subscription = mesh.activeServices$.subscribe((inventory) => seen.push(inventory));
    source.publish({ ...A, metadata: { zone: 'eu' } });
    const before = mesh.activeServices();
    source.publish({ ...A, metadata: { zone: 'us' } });

    expect(mesh.activeServices()).toBe(before);

    source.publish({ ...A, health: 'unhealthy' });

    expect(seen.map(({ services }) => services[0]?.health.unhealthy)).toEqual([0, 1]);
    expect(mesh.activeServices()).toEqual(seen[1]);

    subscription.unsubscribe();

    expect(source.open).toBe(0);
  });

  it('gives one instance and completes', () => {
    runMarbles(({ expectObservable }) => {
      const mesh = TestBed.inject(ServiceMeshService);
      TestBed.inject(ServiceRegistry).register(A);
      const error = new UnknownStrategyError('fastest', [
        'peak-ewma',
        'round-robin',
        'weighted-round-robin',
        'least-connections',
        'random',
        'weighted-random',
      ]);

      expectObservable(mesh.getServiceInstance('orders')).toBe('(a|)', { a: A });
      expectObservable(mesh.getServiceInstance('orders', 'fastest')).toBe('#', undefined, error);
    });
  });

  it('registers and deregisters on subscribe, and completes each time', () => {
    runMarbles(({ expectObservable, flush }) => {
      const mesh = TestBed.inject(ServiceMeshService);
      const registry = TestBed.inject(ServiceRegistry);
      const register$ = mesh.registerService(A);
      const deregister$ = mesh.deregisterService('orders', 'a');
      const done = { u: undefined };

      expect(registry.names()).toEqual([]);

      expectObservable(register$).toBe('(u|)', done);
      expectObservable(register$).toBe('(u|)', done);
      flush();

      expect(registry.instancesOf('orders')).toEqual([A]);

      expectObservable(deregister$).toBe('(u|)', done);
      expectObservable(deregister$).toBe('(u|)', done);
      flush();

      expect(registry.names()).toEqual([]);
    });
  });

  it('fails on the stream for an instance that cannot be used', () => {
    const seen: unknown[] = [];
    TestBed.inject(ServiceMeshService)
      .registerService({ ...A, url: 'javascript:x' })
      .subscribe({ error: (error: unknown) => seen.push(error) });

    expect(seen).toEqual([expect.any(InvalidOptionError)]);
  });
});
