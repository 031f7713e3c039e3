import { balancerWorld, orders } from '../../spec-support/balancer-world';
import { anInstance } from '../../spec-support/contracts/fake-registry-source';

/** A world in which an instance can be asked to be left alone. */
function pausing(...args: Parameters<typeof balancerWorld>) {
  const world = balancerWorld(...args);
  const pause = (id: string, ms: number): void => {
    for (let turn = 0; turn < 50; turn++) {
      const lease = world.lease();
      if (lease.instance.id !== id) continue;
      lease.start();
      lease.done('failure', { pause: ms });
      return;
    }
    throw new Error(`${id} is never picked`);
  };
  return { ...world, pause };
}

describe('the load balancer and instances that ask to be left alone', () => {
  it.each(['round-robin', 'random', 'least-connections', 'weighted-round-robin'])(
    'gives them no calls until then: %s',
    (strategy) => {
      const { clock, ids, pause } = pausing(orders('a', 'b', 'c'), { strategy });
      pause('b', 3000);
      const called = () => ids(60);

      expect(called()).toEqual(new Set(['a', 'c']));

      clock.advance(2999);

      expect(called()).toEqual(new Set(['a', 'c']));

      clock.advance(1);

      expect(called()).toEqual(new Set(['a', 'b', 'c']));
    },
  );

  it('neither in a panic, for they are not ill', () => {
    const { ids, pause } = pausing([
      anInstance('orders', 'a'),
      anInstance('orders', 'b', { health: 'unhealthy' }),
      anInstance('orders', 'c', { health: 'unhealthy' }),
    ]);
    pause('a', 1000);

    expect(ids(20)).toEqual(new Set(['b', 'c']));
  });

  it('nor when a version is drawn', () => {
    const { lease, pause } = pausing(
      [anInstance('orders', 'a', { version: '1' }), anInstance('orders', 'b', { version: '2' })],
      {},
      {
        split: [
          { version: '1', weight: 50 },
          { version: '2', weight: 50 },
        ],
      },
    );
    pause('b', 1000);

    expect(Array.from({ length: 40 }, () => lease().instance.id)).not.toContain('b');
  });

  it('calls them all the same when nobody else is left', () => {
    const { ids, pause } = pausing(orders('a', 'b'));
    pause('a', 1000);
    pause('b', 1000);

    expect(ids(20)).toEqual(new Set(['a', 'b']));
  });

  it('does not count them among those that the own zone can bear', () => {
    const zoned = (id: string, zone: string) => anInstance('orders', id, { metadata: { zone } });
    const { ids, pause } = pausing([zoned('e', 'eu'), zoned('u', 'us')], { zone: 'eu' });
    pause('e', 1000);

    expect(ids(20)).toEqual(new Set(['u']));
  });

  it('keeps to it when a call that was under way before succeeds', () => {
    const { ids, lease, pause } = pausing(orders('a', 'b'));
    const early = [lease(), lease()].find(({ instance }) => instance.id === 'b');
    early?.start();
    pause('b', 1000);
    early?.done('success');

    expect(ids(20)).toEqual(new Set(['a']));
  });

  it('forgets it with the instance, and takes no word of one that has left', () => {
    const { ids, lease, pause, registry } = pausing(orders('a', 'b'));
    const late = [lease(), lease()].find(({ instance }) => instance.id === 'a');
    late?.start();
    pause('b', 1000);
    registry.deregister('orders', 'b');
    registry.deregister('orders', 'a');
    late?.done('failure', { pause: 1000 });
    for (const instance of orders('a', 'b')) registry.register(instance);

    expect(ids(20)).toEqual(new Set(['a', 'b']));
  });

  describe('pausedFor', () => {
    it('is the shortest of all, and 0 as long as one has not asked', () => {
      const { balancer, clock, pause } = pausing(orders('a', 'b'));

      expect(balancer.pausedFor('orders')).toBe(0);

      pause('a', 3000);

      expect(balancer.pausedFor('orders')).toBe(0);

      pause('b', 2000);

      expect(balancer.pausedFor('orders')).toBe(2000);

      clock.advance(1500);

      expect(balancer.pausedFor('orders')).toBe(500);

      clock.advance(500);

      expect(balancer.pausedFor('orders')).toBe(0);
    });

    it('is that of the version that a call is for', () => {
      const { balancer, pause } = pausing([
        anInstance('orders', 'a', { version: '1.0.0' }),
        anInstance('orders', 'b', { version: '2.0.0' }),
      ]);
      pause('b', 3000);

      expect(balancer.pausedFor('orders', { version: '1' })).toBe(0);
      expect(balancer.pausedFor('orders', { version: '2' })).toBe(3000);
      expect(balancer.pausedFor('orders', { version: '3' })).toBe(0);
    });

    it('is 0 for a service that nobody has called', () => {
      expect(pausing(orders('a')).balancer.pausedFor('payments')).toBe(0);
    });
  });
});
