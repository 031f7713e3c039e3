import { seededRandom } from 'rx-mesh/kernel';
import {
  aContext,
  describeBalancingStrategy,
} from '../../spec-support/contracts/balancing-strategy';
import { anInstance } from '../../spec-support/contracts/fake-registry-source';
import type { ServiceInstance } from '../service-instance';
import type { BalancingContext, BalancingStrategy } from './balancing-strategy';
import { InstanceLoad } from './instance-load';
import { leastConnections } from './least-connections';
import { maglevHash } from './maglev-hash';
import { peakEwma } from './peak-ewma';
import { randomChoice, weightedRandom } from './random';
import { rendezvousHash } from './rendezvous-hash';
import { ringHash } from './ring-hash';
import { smoothWeightedRoundRobin } from './smooth-weighted-round-robin';

const FACTORIES = [
  peakEwma,
  smoothWeightedRoundRobin,
  leastConnections,
  randomChoice,
  weightedRandom,
  rendezvousHash,
  ringHash,
  maglevHash,
];
for (const make of FACTORIES) describeBalancingStrategy(make.name, (random) => make({ random }));

const weighted = (weights: Readonly<Record<string, number>>): readonly ServiceInstance[] =>
  Object.entries(weights).map(([id, weight]) => anInstance('orders', id, { weight }));

const picks = (
  strategy: BalancingStrategy,
  count: number,
  context: BalancingContext,
): readonly string[] => Array.from({ length: count }, () => strategy.pick(context)?.id ?? '-');

const shares = (ids: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const id of ids) counts[id] = (counts[id] ?? 0) + 1 / ids.length;
  return counts;
};

const loads = (
  instances: readonly ServiceInstance[],
  set: (id: string, load: InstanceLoad) => void,
): Pick<BalancingContext, 'loadOf'> => {
  const known = new Map(instances.map(({ id }) => [id, new InstanceLoad()]));
  for (const [id, load] of known) set(id, load);
  return { loadOf: ({ id }) => known.get(id) ?? new InstanceLoad() };
};

const random = () => seededRandom(3);

describe(peakEwma.name, () => {
  const instances = weighted({ a: 1, b: 1, c: 1 });

  it('never picks the most expensive while it draws two of three', () => {
    const context = aContext(
      instances,
      loads(instances, (id, load) => load.answered(id === 'a' ? 900 : 100, 0)),
    );

    expect(picks(peakEwma({ random: random() }), 200, context)).not.toContain('a');
  });

  it('counts calls under way, and divides by the weight', () => {
    const heavy = weighted({ a: 4, b: 1 });
    const busy = loads(heavy, (id, load) => {
      load.answered(100, 0);
      if (id === 'a') for (let call = 0; call < 2; call++) load.started(0);
    });

    expect(picks(peakEwma({ random: random() }), 20, aContext(heavy, busy))).toEqual(
      Array.from({ length: 20 }, () => 'a'),
    );

    const equal = weighted({ a: 1, b: 1 });
    const busier = loads(equal, (id, load) => {
      load.answered(100, 0);
      if (id === 'a') load.started(0);
    });

    expect(picks(peakEwma({ random: random() }), 20, aContext(equal, busier))).not.toContain('a');
  });

  it('picks what is drained only when all are', () => {
    const drained = weighted({ a: 0, b: 1 });

    expect(picks(peakEwma({ random: random() }), 20, aContext(drained))).not.toContain('a');
  });
});

describe(smoothWeightedRoundRobin.name, () => {
  it.each([
    [{ a: 5, b: 1, c: 1 }, 'aabacaa'],
    [{ a: 4, b: 2, c: 1 }, 'abacaba'],
    [{ a: 3, b: 1 }, 'aaba'],
    [{ a: 1, b: 1, c: 1 }, 'abc'],
  ])('spreads %p evenly', (weights, order) => {
    const strategy = smoothWeightedRoundRobin({ random: { next: () => 0 } });
    const context = aContext(weighted(weights));

    expect(picks(strategy, 2 * order.length, context).join('')).toBe(order + order);
  });

  it('goes on from where each stands when the list changes', () => {
    const strategy = smoothWeightedRoundRobin({ random: { next: () => 0 } });
    picks(strategy, 1, aContext(weighted({ a: 1, b: 1, c: 1 })));

    expect(picks(strategy, 3, aContext(weighted({ a: 1, b: 1 }))).join('')).toBe('bba');
  });

  it('never picks what weighs nothing beside what weighs something', () => {
    const strategy = smoothWeightedRoundRobin({ random: random() });

    expect(picks(strategy, 50, aContext(weighted({ a: 0, b: 1, c: 2 })))).not.toContain('a');
  });
});

describe.each([
  smoothWeightedRoundRobin,
  weightedRandom,
  leastConnections,
  rendezvousHash,
  ringHash,
])('%p where nothing weighs anything', (make) => {
  it('picks any, and none that was tried as long as there is another', () => {
    const instances = weighted({ a: 0, b: 0, c: 0 });
    const strategy = make({ random: random() });
    const found = new Set<string>();
    for (let call = 0; call < 60; call++) {
      found.add(strategy.pick(aContext(instances, { key: `k${call}` }))?.id ?? '-');
    }

    expect(found).toEqual(new Set(['a', 'b', 'c']));

    const tried = new Set(['a', 'b']);

    expect(strategy.pick(aContext(instances, { tried, key: 'k' }))?.id).toBe('c');
  });
});

describe(ringHash.name, () => {
  it('gives an instance of little weight a point at least', () => {
    const instances = weighted({ a: 1, b: 1000 });
    const tried = new Set(['b']);

    expect(ringHash({ random: random() }).pick(aContext(instances, { tried, key: 'k' }))?.id).toBe(
      'a',
    );
  });
});

describe(leastConnections.name, () => {
  it('picks the one with the fewest calls for its weight', () => {
    const instances = weighted({ a: 1, b: 2, c: 1 });
    const context = aContext(
      instances,
      loads(instances, (id, load) => {
        const calls: Record<string, number> = { a: 2, b: 3, c: 3 };
        for (let call = 0; call < (calls[id] ?? 0); call++) load.started(0);
      }),
    );

    expect(new Set(picks(leastConnections({ random: random() }), 20, context))).toEqual(
      new Set(['b']),
    );
  });

  it('draws among those that have as few, so that many pages do not meet at the first', () => {
    const context = aContext(weighted({ a: 1, b: 1, c: 1, d: 1 }));
    const counts = shares(picks(leastConnections({ random: random() }), 2000, context));

    for (const share of Object.values(counts)) expect(share).toBeCloseTo(0.25, 1);
  });
});

describe(weightedRandom.name, () => {
  it('picks as often as the weight says, and never what weighs nothing', () => {
    const context = aContext(weighted({ a: 6, b: 3, c: 1, d: 0 }));
    const counts = shares(picks(weightedRandom({ random: random() }), 20_000, context));

    expect(counts['a']).toBeCloseTo(0.6, 1);
    expect(counts['b']).toBeCloseTo(0.3, 1);
    expect(counts['c']).toBeCloseTo(0.1, 1);
    expect(counts['d']).toBeUndefined();
  });

  it('finds the one that weighs something among many that do not', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`x${i}`, 0]));
    const context = aContext(weighted({ ...many, y: 1 }));

    expect(new Set(picks(weightedRandom({ random: random() }), 50, context))).toEqual(
      new Set(['y']),
    );
  });
});

describe(randomChoice.name, () => {
  it('picks each as often as the others', () => {
    const counts = shares(
      picks(randomChoice({ random: random() }), 9000, aContext(weighted({ a: 1, b: 5, c: 1 }))),
    );

    for (const share of Object.values(counts)) expect(share).toBeCloseTo(1 / 3, 1);
  });
});

describe.each([
  [rendezvousHash.name, rendezvousHash, 0],
  [ringHash.name, ringHash, 0],
  [maglevHash.name, maglevHash, 0.03],
])('%s', (_name, make, needless) => {
  const ten = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`i${i}`, 1]));
  const keys = Array.from({ length: 4000 }, (_, i) => `key-${i}`);
  const homes = (instances: readonly ServiceInstance[], tried = new Set<string>()) => {
    const strategy = make({ random: random() });
    return keys.map((key) => strategy.pick(aContext(instances, { key, tried }))?.id);
  };

  it('gives a key the same instance again, whatever the order and the history', () => {
    const first = homes(weighted(ten));

    expect(homes(weighted(ten))).toEqual(first);
    expect(new Set(first).size).toBe(10);
  });

  it('spreads keys evenly, and by weight', () => {
    const even = shares(homes(weighted(ten)).map((id) => id ?? ''));

    for (const share of Object.values(even)) expect(share).toBeLessThan(0.14);

    const uneven = shares(homes(weighted({ a: 3, b: 1 })).map((id) => id ?? ''));

    expect(uneven['a']).toBeGreaterThan(0.68);
    expect(uneven['a']).toBeLessThan(0.82);
  });

  it('moves only the keys of an instance that goes', () => {
    const before = homes(weighted(ten));
    const after = homes(weighted(ten).filter(({ id }) => id !== 'i3'));
    const moved = before.filter((id, at) => id !== 'i3' && id !== after[at]).length;

    expect(moved / keys.length).toBeLessThanOrEqual(needless);
    expect(after).not.toContain('i3');
  });

  it('sends a key elsewhere, and to the same place again, where its instance was tried', () => {
    const instances = weighted({ a: 1, b: 1, c: 1, d: 1 });
    const second = homes(instances, new Set(['a']));

    expect(second).not.toContain('a');
    expect(homes(instances, new Set(['a']))).toEqual(second);
  });

  it('goes by load where a call has no key', () => {
    const instances = weighted({ a: 1, b: 1 });
    const context = aContext(
      instances,
      loads(instances, (id, load) => load.answered(id === 'a' ? 900 : 100, 0)),
    );

    expect(picks(make({ random: random() }), 20, context)).not.toContain('a');
  });

  it('bears instances that all weigh nothing', () => {
    expect(homes(weighted({ a: 0, b: 0 }))).not.toContain(undefined);
  });
});
