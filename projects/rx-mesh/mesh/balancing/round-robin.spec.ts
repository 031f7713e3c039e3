import fc from 'fast-check';
import { seededRandom } from 'rx-mesh/kernel';
import {
  aContext,
  describeBalancingStrategy,
} from '../../spec-support/contracts/balancing-strategy';
import { anInstance } from '../../spec-support/contracts/fake-registry-source';
import type { ServiceInstance } from '../service-instance';
import { roundRobin } from './round-robin';

describeBalancingStrategy('roundRobin', (random) => roundRobin({ random }));

const anId = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g');

const instancesOf = (...ids: readonly string[]): readonly ServiceInstance[] =>
  ids.map((id) => anInstance('orders', id));

const setUp = (first = 0) => {
  const strategy = roundRobin({ random: { next: () => first } });
  const pick = (
    instances: readonly ServiceInstance[],
    { service = 'orders', tried = [] as readonly string[] } = {},
  ) => strategy.pick(aContext(instances, { service, tried: new Set(tried) }))?.id;
  const picks = (count: number, instances: readonly ServiceInstance[]) =>
    Array.from({ length: count }, () => pick(instances));
  return { strategy, pick, picks };
};

describe('roundRobin', () => {
  it('goes by its name', () => {
    expect(setUp().strategy.name).toBe('round-robin');
  });

  it.each([
    [0, 'abc'],
    [0.34, 'bca'],
    [1 - Number.EPSILON, 'cab'],
  ])('starts where chance says: %d', (chance, order) => {
    expect(
      setUp(chance)
        .picks(3, instancesOf('a', 'b', 'c'))
        .join(''),
    ).toBe(order);
  });

  it('spreads the starts of many pages evenly', () => {
    const random = seededRandom(7);
    const instances = instancesOf('a', 'b', 'c');
    const starts = { a: 0, b: 0, c: 0 };
    for (let page = 0; page < 3000; page++) {
      const strategy = roundRobin({ random });
      const picked = strategy.pick(aContext(instances));
      starts[picked?.id as 'a']++;
    }

    for (const count of Object.values(starts)) expect(Math.abs(count - 1000)).toBeLessThan(100);
  });

  it('counts each service by itself', () => {
    const { pick } = setUp();
    const instances = instancesOf('a', 'b');
    const both = [1, 2, 3, 4].flatMap(() => [
      pick(instances),
      pick(instances, { service: 'users' }),
    ]);

    expect(both.join('')).toBe('aabbaabb');
  });

  it('goes on after the last pick when the list changes', () => {
    const { pick, picks } = setUp();
    picks(2, instancesOf('a', 'b', 'c'));

    expect(pick(instancesOf('a', 'b', 'bb', 'c'))).toBe('bb');
    expect(pick(instancesOf('a', 'c', 'bb'))).toBe('a');
    expect(pick(instancesOf('c', 'd', 'a'))).toBe('c');
  });

  it('goes on with the next one that is left when the last pick is gone', () => {
    const { pick, picks } = setUp();
    picks(2, instancesOf('a', 'b', 'c', 'd'));

    expect(pick(instancesOf('a', 'd'))).toBe('d');

    picks(1, instancesOf('a', 'd'));

    expect(pick(instancesOf('d', 'e'))).toBe('d');
  });

  it('draws anew when nothing is left of the old list', () => {
    const { pick, picks } = setUp(0.5);
    picks(3, instancesOf('a', 'b', 'c'));

    expect(pick(instancesOf('w', 'x', 'y', 'z'))).toBe('y');
  });

  it('passes over instances that were tried, while another one is there', () => {
    const { pick } = setUp();
    const instances = instancesOf('a', 'b', 'c');

    expect(pick(instances)).toBe('a');
    expect(pick(instances, { tried: ['a', 'b'] })).toBe('c');
    expect(pick(instances, { tried: ['a', 'b', 'c'] })).toBe('a');
    expect(pick(instances, { tried: ['elsewhere'] })).toBe('b');
  });

  it('gives each of n instances k of n·k picks, whatever the list was before', () => {
    const anEra = fc.tuple(fc.uniqueArray(anId, { minLength: 1 }), fc.nat({ max: 30 }));
    fc.assert(
      fc.property(fc.array(anEra), anEra, fc.integer(), (eras, [ids, k], seed) => {
        const strategy = roundRobin({ random: seededRandom(seed) });
        const pick = (instances: readonly ServiceInstance[]) =>
          strategy.pick(aContext(instances))?.id ?? '';
        for (const [before, count] of eras) {
          const instances = instancesOf(...before);
          for (let i = 0; i < count; i++) pick(instances);
        }
        const instances = instancesOf(...ids);
        const counts = new Map<string, number>(ids.map((id) => [id, 0]));
        for (let i = 0; i < ids.length * k; i++) {
          const id = pick(instances);
          counts.set(id, (counts.get(id) ?? 0) + 1);
        }

        expect([...counts.values()]).toEqual(ids.map(() => k));
      }),
    );
  });

  it('never picks the same one twice in a row over a change, while there are others', () => {
    const ids = fc.uniqueArray(anId, { minLength: 2 });
    fc.assert(
      fc.property(fc.array(ids, { minLength: 2 }), fc.integer(), (lists, seed) => {
        const strategy = roundRobin({ random: seededRandom(seed) });
        let last: string | undefined;
        for (const list of lists) {
          const instances = instancesOf(...list);
          const picked = strategy.pick(aContext(instances))?.id;

          expect(picked).not.toBe(last);

          last = picked;
        }
      }),
    );
  });

  it('forgets the services that it has known longest, beyond ten thousand', () => {
    const { pick } = setUp();
    const instances = instancesOf('a', 'b');
    pick(instances, { service: 'first' });
    for (let i = 1; i < 10_000; i++) pick(instances, { service: `s${i}` });

    expect(pick(instances, { service: 'first' })).toBe('b');

    pick(instances, { service: 'one more' });

    expect(pick(instances, { service: 'first' })).toBe('a');
    expect(pick(instances, { service: 's2' })).toBe('b');
  });
});
