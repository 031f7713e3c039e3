import { PendingTasks } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { FakeRegistrySource, anInstance } from '../spec-support/contracts/fake-registry-source';
import {
  LoadBalancerService,
  REGISTRY_SOURCES,
  ServiceDiscoveryService,
  ServiceMeshService,
  ServiceRegistry,
  withStaticServices,
} from './public-api';

const setUp = () => {
  const source = new FakeRegistrySource();
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      withStaticServices([{ name: 'orders', instances: ['/api/orders'] }]).ɵproviders,
      { provide: REGISTRY_SOURCES, multi: true, useValue: source },
    ],
  });
  return { source, clock: TestBed.inject(ManualClock) };
};

describe('the mesh on a server', () => {
  it('knows where its own origin is', () => {
    setUp();

    expect(TestBed.inject(ServiceRegistry).instancesOf('orders')[0]).toMatchObject({
      address: 'server.test',
      port: 80,
      url: '/api/orders',
    });
  });

  it('starts nothing when its services are injected and their state is read', () => {
    const { source, clock } = setUp();
    TestBed.inject(ServiceDiscoveryService);

    expect(TestBed.inject(ServiceMeshService).activeServices().instances).toBe(1);
    expect(TestBed.inject(LoadBalancerService).inFlight().size).toBe(0);
    expect([source.asked, clock.pending]).toEqual([0, 0]);
  });

  it('leaves nothing behind after a call, one that waited too', () => {
    const { source, clock } = setUp();
    const balancer = TestBed.inject(LoadBalancerService);
    const urls: string[] = [];
    const note = ({ url }: { url: string }) => urls.push(url);
    balancer.getServiceInstance('orders').subscribe(note);
    balancer.getServiceInstance('users').subscribe(note);
    clock.advance(100);
    source.publish(anInstance('users', 'u'));

    expect(urls).toEqual(['/api/orders', 'https://u.test/users']);
    expect([source.open, clock.pending]).toEqual([0, 0]);
  });

  it('shares nothing between two requests', () => {
    setUp();
    TestBed.inject(ServiceRegistry).register(anInstance('users', 'u'));
    TestBed.resetTestingModule();
    setUp();

    expect(TestBed.inject(ServiceRegistry).names()).toEqual(['orders']);
  });

  it('keeps a page from being done while the first instance is awaited, and not longer', () => {
    const { source, clock } = setUp();
    const tasks: string[] = [];
    const add = jest.spyOn(TestBed.inject(PendingTasks), 'add');
    add.mockImplementation(() => {
      tasks.push('waits');
      return () => tasks.push('done');
    });
    const balancer = TestBed.inject(LoadBalancerService);
    balancer.getServiceInstance('orders').subscribe();

    expect(tasks).toEqual([]);

    balancer.getServiceInstance('users').subscribe();

    expect(tasks).toEqual(['waits']);

    source.publish(anInstance('users', 'u'));

    expect(tasks).toEqual(['waits', 'done']);

    balancer.getServiceInstance('payments').subscribe({ error: () => undefined });
    clock.advance(2000);

    expect(tasks).toEqual(['waits', 'done', 'waits', 'done']);
  });
});
