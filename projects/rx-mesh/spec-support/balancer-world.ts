import { TestBed } from '@angular/core/testing';
import {
  type BalancerEvent,
  type InstanceLease,
  type LeaseOptions,
  LoadBalancerService,
  type ServiceInstance,
  type ServiceMeshOptions,
  type ServicePolicy,
  ServiceRegistry,
  TRAFFIC_POLICIES,
  withServiceMesh,
} from 'rx-mesh/mesh';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { anInstance } from './contracts/fake-registry-source';

/** A load balancer whose instances, time and calls a test owns. */
export const balancerWorld = (
  instances: readonly ServiceInstance[],
  options: ServiceMeshOptions = {},
  policy: ServicePolicy = {},
) => {
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      ...withServiceMesh({ strategy: 'round-robin', ...options }).ɵproviders,
      { provide: TRAFFIC_POLICIES, useValue: { of: () => policy, faultOf: () => undefined } },
    ],
  });
  const registry = TestBed.inject(ServiceRegistry);
  for (const instance of instances) registry.register(instance);
  const balancer = TestBed.inject(LoadBalancerService);
  const clock = TestBed.inject(ManualClock);
  const events: BalancerEvent[] = [];
  balancer.events$.subscribe((event) => events.push(event));
  const lease = (request: LeaseOptions = {}): InstanceLease => {
    const taken: InstanceLease[] = [];
    balancer.lease('orders', request).subscribe((each) => taken.push(each));
    const [first] = taken;
    if (!first) throw new Error('no lease');
    return first;
  };
  const call = (
    outcome: 'success' | 'failure' | 'cancelled' = 'success',
    took = 20,
    request: LeaseOptions = {},
  ): string => {
    const { instance, start, done } = bound(lease(request));
    start();
    clock.advance(took);
    done(outcome);
    return instance.id;
  };
  const callTo = (id: string, outcome: 'success' | 'failure', took = 20): void => {
    for (let turn = 0; turn < 50; turn++) {
      const { instance, start, done } = bound(lease());
      if (instance.id !== id) continue;
      start();
      clock.advance(took);
      done(outcome);
      return;
    }
    throw new Error(`${id} is never picked`);
  };
  const ids = (count: number, request: LeaseOptions = {}): Set<string> =>
    new Set(Array.from({ length: count }, () => lease(request).instance.id));
  return { balancer, call, callTo, clock, events, ids, lease, registry };
};

/** The parts of a lease, each by itself. */
export const bound = (lease: InstanceLease) => ({
  instance: lease.instance,
  start: () => lease.start(),
  done: (outcome: 'success' | 'failure' | 'cancelled') => lease.done(outcome),
});

/** Instances of the orders. */
export const orders = (...ids: readonly string[]): readonly ServiceInstance[] =>
  ids.map((id) => anInstance('orders', id));
