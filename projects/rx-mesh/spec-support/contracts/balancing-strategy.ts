import fc from 'fast-check';
import { type RandomSource, seededRandom } from 'rx-mesh/kernel';
import {
  type BalancingContext,
  type BalancingStrategy,
  InstanceLoad,
  type ServiceInstance,
} from 'rx-mesh/mesh';
import { anInstance } from './fake-registry-source';

const NOT_TRIED: ReadonlySet<string> = new Set<string>();

/** What a strategy is told, of which a test says what matters to it. */
export function aContext(
  instances: readonly ServiceInstance[],
  fields: Partial<BalancingContext> = {},
): BalancingContext {
  const loads = new Map(instances.map(({ id }) => [id, new InstanceLoad()]));
  const service = fields.service ?? 'orders';
  return {
    service,
    group: service,
    instances,
    tried: NOT_TRIED,
    key: undefined,
    now: 0,
    loadOf: ({ id }) => loads.get(id) ?? new InstanceLoad(),
    weightOf: ({ weight }) => weight,
    ...fields,
  };
}

/** What every balancing strategy keeps to. */
export function describeBalancingStrategy(
  name: string,
  make: (random: RandomSource) => BalancingStrategy,
): void {
  describe(`${name} as a balancing strategy`, () => {
    const pick = (
      strategy: BalancingStrategy,
      instances: readonly ServiceInstance[],
      tried = NOT_TRIED,
    ): ServiceInstance | undefined => strategy.pick(aContext(instances, { tried }));

    it('picks nothing of nothing', () => {
      expect(pick(make(seededRandom(1)), [])).toBeUndefined();
    });

    it('picks the only one, even when it was tried or weighs nothing', () => {
      const strategy = make(seededRandom(1));
      const only = anInstance('orders', 'a', { weight: 0 });

      expect(pick(strategy, [only], new Set(['a']))).toBe(only);
    });

    it('picks one of the list, untried as long as there is one', () => {
      fc.assert(
        fc.property(fc.array(aPick, { minLength: 1 }), fc.integer(), (picks, seed) => {
          const strategy = make(seededRandom(seed));
          for (const { instances, tried } of picks) {
            const picked = pick(strategy, instances, tried);
            const untried = instances.filter(({ id }) => !tried.has(id));

            expect(untried.length > 0 ? untried : instances).toContain(picked);
          }
        }),
      );
    });

    it('changes nothing of what it is given', () => {
      const instances = Object.freeze([anInstance('orders', 'a'), anInstance('orders', 'b')]);
      const context = aContext(instances, { tried: new Set(['a']) });
      make(seededRandom(1)).pick(context);

      expect([...context.tried]).toEqual(['a']);
      expect(context.instances.map(({ id }) => id)).toEqual(['a', 'b']);
    });

    it('picks the same again from the same seed', () => {
      const instances = ['a', 'b', 'c'].map((id) => anInstance('orders', id));
      const picks = (): (string | undefined)[] => {
        const strategy = make(seededRandom(42));
        return Array.from({ length: 20 }, () => pick(strategy, instances)?.id);
      };

      expect(picks()).toEqual(picks());
    });

    it('shares nothing between two of its kind', () => {
      const instances = ['a', 'b', 'c'].map((id) => anInstance('orders', id));
      const [one, other] = [make(seededRandom(1)), make(seededRandom(1))];
      const first = pick(one, instances);
      pick(one, instances);

      expect(pick(other, instances)).toBe(first);
    });
  });
}

const aPick = fc
  .tuple(
    fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1 }),
    fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'gone')),
  )
  .map(([ids, tried]) => ({
    instances: ids.map((id) => anInstance('orders', id)),
    tried: new Set<string>(tried),
  }));
