import { TestBed } from '@angular/core/testing';
import { ManualPage } from 'rx-mesh/testing';
import { balancerWorld, bound, orders } from '../../spec-support/balancer-world';
import { anInstance } from '../../spec-support/contracts/fake-registry-source';
import { ProbeVerdicts } from '../health/probe-verdicts';

describe('the load balancer and instances that are not well', () => {
  it('gives calls to those that are well, and to all in a panic', () => {
    const ill = { health: 'unhealthy' } as const;
    const { ids, registry } = balancerWorld([
      ...orders('a', 'b'),
      anInstance('orders', 'c', ill),
      anInstance('orders', 'd', ill),
    ]);

    expect(ids(20)).toEqual(new Set(['a', 'b']));

    registry.register(anInstance('orders', 'b', ill));

    expect(ids(20)).toEqual(new Set(['a', 'b', 'c', 'd']));
  });

  it('never panics where the threshold is 0, as long as one is well', () => {
    const { ids, registry } = balancerWorld(
      [
        ...orders('a'),
        ...['b', 'c', 'd'].map((id) => anInstance('orders', id, { health: 'unhealthy' })),
      ],
      { panicThreshold: 0 },
    );

    expect(ids(20)).toEqual(new Set(['a']));

    registry.register(anInstance('orders', 'a', { health: 'unhealthy' }));

    expect(ids(20).size).toBe(4);
  });

  it('gives calls to degraded and unknown ones, and to drained ones only when nothing else is there', () => {
    const { ids, registry } = balancerWorld([
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
    const { balancer, callTo, clock, events, ids } = balancerWorld(orders('a', 'b', 'c'));
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
    const { callTo, clock, ids } = balancerWorld(orders('a', 'b', 'c'));
    const probes = TestBed.inject(ProbeVerdicts);
    const a = { name: 'orders', id: 'a' };
    probes.cover('orders', true);
    for (let call = 0; call < 3; call++) callTo('a', 'failure');
    clock.advance(60_000);

    expect(ids(20)).toEqual(new Set(['b', 'c']));

    probes.set(a, {
      health: 'unhealthy',
      at: clock.monotonic(),
      took: 9,
      ok: false,
      passed: false,
    });
    clock.advance(10);

    expect(ids(20)).toEqual(new Set(['b', 'c']));

    probes.set(a, { health: 'healthy', at: clock.monotonic(), took: 900, ok: true, passed: false });
    clock.advance(10);

    expect(ids(20)).toEqual(new Set(['a', 'b', 'c']));
  });

  it('lets an instance that was too slow back only when a probe is no slower than others', () => {
    const { balancer, clock, ids, lease } = balancerWorld(orders('a', 'b', 'c'));
    const probes = TestBed.inject(ProbeVerdicts);
    const a = { name: 'orders', id: 'a' };
    probes.cover('orders', true);
    for (let call = 0; call < 60; call++) {
      const { instance, start, done } = bound(lease());
      start();
      clock.advance(instance.id === 'a' ? 500 : 20);
      done('success');
    }

    expect(balancer.ejectionsOf('orders').get('a')?.reason).toBe('slow');

    clock.advance(60_000);
    probes.set(a, { health: 'healthy', at: clock.monotonic(), took: 900, ok: true, passed: false });

    expect(ids(20)).toEqual(new Set(['b', 'c']));

    probes.set(a, { health: 'healthy', at: clock.monotonic(), took: 9, ok: true, passed: true });
    clock.advance(2);

    expect(ids(20).size).toBe(3);
  });

  it('ejects no instance that went while its calls were under way', () => {
    const { balancer, clock, lease, registry } = balancerWorld(orders('a', 'b', 'c'));
    const late = Array.from({ length: 9 }, () => lease()).filter(
      ({ instance }) => instance.id === 'b',
    );
    for (const each of late) each.start();
    registry.deregister('orders', 'b');
    lease();
    clock.advance(100);
    for (const each of late) each.done('failure');

    expect(late).toHaveLength(3);
    expect(balancer.ejectionsOf('orders').size).toBe(0);
  });

  it('keeps ejections when a rule is made anew and says the same', () => {
    const rules = { outliers: { consecutiveFailures: 3 } };
    const { balancer, callTo, ids } = balancerWorld(orders('a', 'b', 'c'), {}, rules);
    for (let call = 0; call < 3; call++) callTo('a', 'failure');
    Object.assign(rules, { outliers: { consecutiveFailures: 3 } });

    expect(ids(20)).toEqual(new Set(['b', 'c']));

    Object.assign(rules, { outliers: { consecutiveFailures: 4 } });

    expect(ids(20).size).toBe(3);
    expect(balancer.ejectionsOf('orders').size).toBe(0);
  });

  it('ejects nobody where that is switched off, for all or for one service', () => {
    for (const [options, policy] of [
      [{ outliers: false }, {}],
      [{}, { outliers: false }],
    ] as const) {
      TestBed.resetTestingModule();
      const { callTo, ids } = balancerWorld(orders('a', 'b', 'c'), options, policy);
      for (let call = 0; call < 9; call++) callTo('a', 'failure');

      expect(ids(20).size).toBe(3);
    }
  });

  it('counts no call that was left, nor one during which the page slept', () => {
    const { balancer, call, ids, lease } = balancerWorld(orders('a', 'b'));
    for (let turn = 0; turn < 20; turn++) call('cancelled');

    expect(ids(20).size).toBe(2);
    expect(balancer.latencyOf({ name: 'orders', id: 'a' })).toBeCloseTo(20, 0);

    TestBed.resetTestingModule();
    const sleepy = balancerWorld(orders('a'));
    const slept = sleepy.lease();
    slept.start();
    TestBed.inject(ManualPage).interrupt();
    sleepy.clock.advance(3_600_000);
    slept.done('failure');

    expect(sleepy.balancer.latencyOf({ name: 'orders', id: 'a' })).toBeUndefined();
    expect(lease).toBeDefined();
  });
});
