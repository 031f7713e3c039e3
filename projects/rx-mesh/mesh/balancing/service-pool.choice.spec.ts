import { balancerWorld, orders } from '../../spec-support/balancer-world';
import { anInstance } from '../../spec-support/contracts/fake-registry-source';
import { isNoInstanceError } from '../mesh-errors';

describe('the load balancer and the choice of instances', () => {
  const zoned = (id: string, zone: string, health: 'healthy' | 'unhealthy' = 'healthy') =>
    anInstance('orders', id, { metadata: { zone }, health });

  it('keeps calls in the preferred zone', () => {
    const { ids } = balancerWorld([zoned('a', 'eu'), zoned('b', 'eu'), zoned('c', 'us')], {
      zone: 'eu',
    });

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
    const { lease } = balancerWorld([...own, ...elsewhere], { zone: 'eu' });
    let over = 0;
    for (let call = 0; call < 1000; call++) if (lease().instance.id.startsWith('us')) over++;

    expect(over / 1000).toBeCloseTo(spilled, 1);
  });

  it('spills over to another zone in a panic too', () => {
    const { lease } = balancerWorld(
      [
        ...['e1', 'e2', 'e3'].map((id) => zoned(id, 'eu', 'unhealthy')),
        zoned('u1', 'us'),
        zoned('u2', 'us'),
      ],
      { zone: 'eu' },
    );
    const picks = Array.from({ length: 50 }, () => lease().instance.id);

    expect(picks.filter((id) => id.startsWith('e'))).toEqual([]);
  });

  it('tries another zone rather than the same instance again', () => {
    const { ids } = balancerWorld([zoned('e1', 'eu'), zoned('u1', 'us'), zoned('u2', 'us')], {
      zone: 'eu',
      strategy: 'peak-ewma',
    });

    expect(ids(20, { tried: new Set(['e1']) })).toEqual(new Set(['u1', 'u2']));
    expect(ids(20, { tried: new Set(['e1', 'u1', 'u2']) })).toEqual(new Set(['e1']));
  });

  it('takes the version and the facts that a call asks for, and says when nobody has them', () => {
    const { balancer, ids } = balancerWorld([
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
    const { ids, lease } = balancerWorld(
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

  it('gives a version no calls while none of its instances suits, as long as another one does', () => {
    const split = [
      { version: '1', weight: 80 },
      { version: '2', weight: 20 },
    ];
    const { ids, registry } = balancerWorld(
      [anInstance('orders', 'a', { version: '1' }), anInstance('orders', 'b', { version: '2' })],
      {},
      { split },
    );

    expect(ids(40, { tried: new Set(['b']) })).toEqual(new Set(['a']));

    registry.register(anInstance('orders', 'b', { version: '2', health: 'unhealthy' }));

    expect(ids(40)).toEqual(new Set(['a']));

    registry.register(anInstance('orders', 'a', { version: '1', health: 'unhealthy' }));

    expect(ids(80).size).toBe(2);
  });

  it('calls any version where none of a split runs', () => {
    const { ids } = balancerWorld(orders('a', 'b'), {}, { split: [{ version: '9', weight: 1 }] });

    expect(ids(10).size).toBe(2);
  });

  it('obeys the rules of a service before the options of the mesh', () => {
    const { ids } = balancerWorld(
      [zoned('a', 'eu'), zoned('b', 'us')],
      { zone: 'eu' },
      { balancing: { zone: 'us' } },
    );

    expect(ids(10)).toEqual(new Set(['b']));
  });

  it('warms up an instance that is new beside others, and none of the first list', () => {
    const { clock, lease, registry } = balancerWorld(orders('a'), {
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
