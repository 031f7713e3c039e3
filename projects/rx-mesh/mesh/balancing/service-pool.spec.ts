import { TestBed } from '@angular/core/testing';
import { ManualClock, ManualPage, provideRxMeshTesting } from 'rx-mesh/testing';
import { anInstance } from '../../spec-support/contracts/fake-registry-source';
import { ProbeVerdicts } from '../health/probe-verdicts';
import { type LeaseOptions, LoadBalancerService } from '../load-balancer-service';
import { isNoInstanceError } from '../mesh-errors';
import { TRAFFIC_POLICIES } from '../policy/traffic-policies';
import type { ServicePolicy } from '../policy/traffic-policy';
import type { ServiceInstance } from '../service-instance';
import type { ServiceMeshOptions } from '../service-mesh-options';
import { ServiceRegistry } from '../service-registry';
import { withServiceMesh } from '../with-service-mesh';
import type { BalancerEvent } from './balancer-event';
import type { InstanceLease } from './instance-lease';

const setUp = (
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

const bound = (lease: InstanceLease) => ({
  instance: lease.instance,
  start: () => lease.start(),
  done: (outcome: 'success' | 'failure' | 'cancelled') => lease.done(outcome),
});

const of = (...ids: readonly string[]): readonly ServiceInstance[] =>
  ids.map((id) => anInstance('orders', id));

describe('the load balancer and instances that are not well', () => {
  it('gives calls to those that are well, and to all in a panic', () => {
    const ill = { health: 'unhealthy' } as const;
    const { ids, registry } = setUp([
      ...of('a', 'b'),
      anInstance('orders', 'c', ill),
      anInstance('orders', 'd', ill),
    ]);

    expect(ids(20)).toEqual(new Set(['a', 'b']));

    registry.register(anInstance('orders', 'b', ill));

    expect(ids(20)).toEqual(new Set(['a', 'b', 'c', 'd']));
  });

  it('never panics where the threshold is 0, as long as one is well', () => {
    const { ids, registry } = setUp(
      [
        ...of('a'),
        ...['b', 'c', 'd'].map((id) => anInstance('orders', id, { health: 'unhealthy' })),
      ],
      { panicThreshold: 0 },
    );

    expect(ids(20)).toEqual(new Set(['a']));

    registry.register(anInstance('orders', 'a', { health: 'unhealthy' }));

    expect(ids(20).size).toBe(4);
  });

  it('gives calls to degraded and unknown ones, and to drained ones only when nothing else is there', () => {
    const { ids, registry } = setUp([
      anInstance('orders', 'a', { health: 'degraded' }),
      anInstance('orders', 'b', { health: 'unknown' }),
      anInstance('orders', 'c', { weight: 0 }),
    ]);

    expect(ids(20)).toEqual(new Set(['a', 'b']));

    registry.deregister('orders', 'a');
    registry.deregister('orders', 'b');

    expect(ids(20)).toEqual(new Set(['c']));
  });

  it('ejects an instance whose calls fail, tells so, and lets it back', () => {
    const { balancer, callTo, clock, events, ids } = setUp(of('a', 'b', 'c'));
    for (let call = 0; call < 3; call++) callTo('a', 'failure');

    expect(ids(20)).toEqual(new Set(['b', 'c']));
    expect(balancer.ejectionsOf('orders').get('a')).toMatchObject({
      reason: 'consecutive-failures',
    });
    expect(events.at(-2)).toMatchObject({ type: 'ejected', instance: { id: 'a' } });

    clock.advance(12_000);

    expect(ids(20)).toEqual(new Set(['a', 'b', 'c']));
    expect(events.at(-1)).toEqual({ type: 'readmitted', service: 'orders', id: 'a' });
    expect(balancer.ejectionsOf('orders').size).toBe(0);
  });

  it('leaves it to a probe to let an instance back, where probes are made', () => {
    const { callTo, clock, ids } = setUp(of('a', 'b', 'c'));
    const probes = TestBed.inject(ProbeVerdicts);
    probes.cover('orders', true);
    for (let call = 0; call < 3; call++) callTo('a', 'failure');
    clock.advance(60_000);

    expect(ids(20)).toEqual(new Set(['b', 'c']));

    probes.set('a', { health: 'healthy', at: clock.monotonic(), took: 900, passed: false });
    clock.advance(10);

    expect(ids(20)).toEqual(new Set(['b', 'c']));

    probes.set('a', { health: 'healthy', at: clock.monotonic(), took: 9, passed: true });
    clock.advance(10);

    expect(ids(20)).toEqual(new Set(['a', 'b', 'c']));
  });

  it('ejects nobody where that is switched off, for all or for one service', () => {
    for (const [options, policy] of [
      [{ outliers: false }, {}],
      [{}, { outliers: false }],
    ] as const) {
      TestBed.resetTestingModule();
      const { callTo, ids } = setUp(of('a', 'b', 'c'), options, policy);
      for (let call = 0; call < 9; call++) callTo('a', 'failure');

      expect(ids(20).size).toBe(3);
    }
  });

  it('counts no call that was left, nor one during which the page slept', () => {
    const { balancer, call, ids, lease } = setUp(of('a', 'b'));
    for (let turn = 0; turn < 20; turn++) call('cancelled');

    expect(ids(20).size).toBe(2);
    expect(balancer.latencyOf({ name: 'orders', id: 'a' })).toBeCloseTo(20, 0);

    TestBed.resetTestingModule();
    const sleepy = setUp(of('a'));
    const slept = sleepy.lease();
    slept.start();
    TestBed.inject(ManualPage).interrupt();
    sleepy.clock.advance(3_600_000);
    slept.done('failure');

    expect(sleepy.balancer.latencyOf({ name: 'orders', id: 'a' })).toBeUndefined();
    expect(lease).toBeDefined();
  });
});

describe('the load balancer and the choice of instances', () => {
  const zoned = (id: string, zone: string, health: 'healthy' | 'unhealthy' = 'healthy') =>
    anInstance('orders', id, { metadata: { zone }, health });

  it('keeps calls in the preferred zone', () => {
    const { ids } = setUp([zoned('a', 'eu'), zoned('b', 'eu'), zoned('c', 'us')], { zone: 'eu' });

    expect(ids(30)).toEqual(new Set(['a', 'b']));
  });

  it.each([
    [3, 1, 0],
    [2, 2, 0.3],
    [1, 3, 0.65],
    [0, 4, 1],
  ])('spills over to other zones with %d of its instances well', (well, ill, spilled) => {
    const own = [
      ...Array.from({ length: well }, (_, i) => zoned(`well-${i}`, 'eu')),
      ...Array.from({ length: ill }, (_, i) => zoned(`ill-${i}`, 'eu', 'unhealthy')),
    ];
    const elsewhere = Array.from({ length: 6 }, (_, i) => zoned(`us-${i}`, 'us'));
    const { lease } = setUp([...own, ...elsewhere], { zone: 'eu' });
    let over = 0;
    for (let call = 0; call < 1000; call++) if (lease().instance.id.startsWith('us')) over++;

    expect(over / 1000).toBeCloseTo(spilled, 1);
  });

  it('takes the version and the facts that a call asks for, and says when nobody has them', () => {
    const { balancer, ids } = setUp([
      anInstance('orders', 'a', { version: '1.4.0' }),
      anInstance('orders', 'b', { version: '2.0.0', metadata: { tier: 'gold' } }),
      anInstance('orders', 'c', { version: '20.0.0', metadata: { tier: 'gold' } }),
    ]);

    expect(ids(10, { version: '2' })).toEqual(new Set(['b']));
    expect(ids(10, { subset: { tier: 'gold' } })).toEqual(new Set(['b', 'c']));
    expect(ids(10, { subset: { tier: 'gold' }, version: '20' })).toEqual(new Set(['c']));

    const errors: unknown[] = [];
    balancer
      .lease('orders', { subset: { toString: 'x' } })
      .subscribe({ error: (error: unknown) => errors.push(error) });

    expect(errors.every(isNoInstanceError)).toBe(true);
    expect(String(errors[0])).toContain('has the facts {"toString":"x"}');
  });

  it('splits calls among versions by weight, those that ask for none', () => {
    const split = [
      { version: '1', weight: 90 },
      { version: '2', weight: 10 },
      { version: '3', weight: 50 },
    ];
    const { ids, lease } = setUp(
      [
        anInstance('orders', 'a', { version: '1.0.0' }),
        anInstance('orders', 'b', { version: '2.0.0' }),
      ],
      {},
      { split },
    );
    let canary = 0;
    for (let call = 0; call < 2000; call++) if (lease().instance.id === 'b') canary++;

    expect(canary / 2000).toBeCloseTo(0.1, 1);
    expect(ids(20, { version: '2' })).toEqual(new Set(['b']));
  });

  it('calls any version where none of a split runs', () => {
    const { ids } = setUp(of('a', 'b'), {}, { split: [{ version: '9', weight: 1 }] });

    expect(ids(10).size).toBe(2);
  });

  it('obeys the rules of a service before the options of the mesh', () => {
    const { ids } = setUp(
      [zoned('a', 'eu'), zoned('b', 'us')],
      { zone: 'eu' },
      { balancing: { zone: 'us' } },
    );

    expect(ids(10)).toEqual(new Set(['b']));
  });

  it('warms up an instance that is new beside others, and none of the first list', () => {
    const { clock, lease, registry } = setUp(of('a'), {
      slowStart: 10_000,
      strategy: 'weighted-random',
    });
    const share = (): number => {
      let count = 0;
      for (let call = 0; call < 2000; call++) if (lease().instance.id === 'b') count++;
      return count / 2000;
    };
    lease();
    clock.advance(100);
    registry.register(anInstance('orders', 'b'));
    lease();

    expect(share()).toBeCloseTo(0.1 / 1.1, 1);

    clock.advance(5000);

    expect(share()).toBeCloseTo(0.5 / 1.5, 1);

    clock.advance(5000);

    expect(share()).toBeCloseTo(0.5, 1);
  });
});
