import { inspect } from 'node:util';
import fc from 'fast-check';
import { anInstance, byService } from '../spec-support/contracts/fake-registry-source';
import type { RegistrySnapshot } from './adapters/registry-source';
import {
  type RegistryState,
  applyFailure,
  applySnapshot,
  emptyRegistry,
  sizeOf,
  snapshotOf,
} from './registry-state';
import type { ServiceInstance } from './service-instance';

const apply = (state: RegistryState, source: number, snapshot: RegistrySnapshot, limit = 1000) =>
  applySnapshot(state, source, snapshot, `source-${source}`, limit);

const idsOf = ({ view }: RegistryState, service = 'orders') =>
  (view.get(service) ?? []).map(({ id }) => id);

const written = (value: unknown) => inspect(value, { depth: null });

/** The obvious thing: ask every source in the order of belief, those that failed last. */
class NaiveRegistry {
  readonly said: { failed: boolean; instances: readonly ServiceInstance[] }[] = [0, 1, 2].map(
    () => ({ failed: false, instances: [] }),
  );

  get view(): string[] {
    const merged = new Map<string, string>();
    for (const failed of [false, true]) {
      for (const word of this.said.filter((w) => w.failed === failed)) {
        for (const { name, id, weight, health } of word.instances) {
          const key = `${name}/${id}`;
          const now = failed ? 'unknown' : health;
          if (!merged.has(key)) merged.set(key, `${key} ${weight} ${now}`);
        }
      }
    }
    return [...merged.values()].sort();
  }
}

const aSource = fc.nat({ max: 2 });
const anEntry = fc
  .record({
    name: fc.constantFrom('orders', 'users', '__proto__'),
    id: fc.constantFrom('a', 'b', 'c'),
    weight: fc.constantFrom(1, 2),
    health: fc.constantFrom('healthy' as const, 'unhealthy' as const, 'unknown' as const),
  })
  .map(({ name, id, ...fields }) => anInstance(name, id, fields));
const aWord = fc.record({
  source: aSource,
  instances: fc.option(
    fc.uniqueArray(anEntry, { selector: ({ name, id }) => `${name}/${id}`, maxLength: 6 }),
  ),
});

describe('applySnapshot', () => {
  it('agrees with a naive registry after any words and failures of any sources', () => {
    fc.assert(
      fc.property(fc.array(aWord), (words) => {
        const model = new NaiveRegistry();
        let state = emptyRegistry();
        for (const { source, instances } of words) {
          const before = { view: state.view, said: model.view };
          if (instances) {
            state = apply(state, source, byService(instances)).state;
            model.said[source] = { failed: false, instances };
          } else {
            state = applyFailure(state, source);
            model.said[source] = { instances: model.said[source]?.instances ?? [], failed: true };
          }
          const seen = [...state.view].flatMap(([name, list]) =>
            list.map(({ id, weight, health }) => `${name}/${id} ${weight} ${health}`),
          );

          expect(seen.sort()).toEqual(model.view);
          // No new view without a change, and none kept that has one.
          expect(state.view === before.view).toBe(before.said.join() === model.view.join());
        }
      }),
    );
  });

  it('never changes a state that it has made', () => {
    fc.assert(
      fc.property(fc.array(aWord), (words) => {
        const states: RegistryState[] = [emptyRegistry()];
        const copies = [written(states[0])];
        for (const { source, instances } of words) {
          const last = states.at(-1) ?? emptyRegistry();
          const next = instances
            ? apply(last, source, byService(instances)).state
            : applyFailure(last, source);
          states.push(next);
          copies.push(written(next));
        }

        expect(states.map(written)).toEqual(copies);
      }),
    );
  });

  it('keeps lists and instances that have not changed, in whatever order they are told', () => {
    const [a, b, u] = [
      anInstance('orders', 'a'),
      anInstance('orders', 'b'),
      anInstance('users', 'u'),
    ];
    const first = apply(emptyRegistry(), 0, byService([a, b, u])).state;
    const again = apply(first, 0, byService([{ ...u }, { ...b }, { ...a, lastSeen: new Date(9) }]));

    expect(again.state.view).toBe(first.view);

    const changed = apply(first, 0, byService([a, { ...b, weight: 5 }, u])).state;

    expect(changed.view.get('users')).toBe(first.view.get('users'));
    expect(changed.view.get('orders')?.[0]).toBe(first.view.get('orders')?.[0]);
    expect(changed.view.get('orders')?.[1]).toMatchObject({ id: 'b', weight: 5 });
  });

  it('does not look into a list that it knows', () => {
    let looks = 0;
    const instance = new Proxy(anInstance('orders', 'a'), {
      get: (target, key) => {
        looks++;
        return Reflect.get(target, key) as unknown;
      },
    });
    const list = [instance];
    const state = apply(emptyRegistry(), 0, new Map([['orders', list]])).state;
    looks = 0;
    apply(state, 0, new Map([['orders', list]]));

    expect(looks).toBe(0);
  });

  it('passes an instance from one source to the other without a change', () => {
    const one = apply(emptyRegistry(), 0, byService([anInstance('orders', 'a')])).state;
    const both = apply(one, 1, byService([anInstance('orders', 'a')])).state;
    const other = apply(both, 0, new Map()).state;
    const none = apply(other, 1, new Map()).state;

    expect([both.view, other.view]).toEqual([one.view, one.view]);
    expect(other.view).toBe(one.view);
    expect(none.view.size).toBe(0);
  });

  it('leaves out what cannot be used, and says why', () => {
    const good = anInstance('orders', 'a');
    const list = [
      null,
      good,
      { ...good, id: 'b', url: 'javascript:x' },
      { ...good, id: 'c', name: 'users' },
      { ...good, id: 'd', metadata: undefined },
    ] as ServiceInstance[];
    const { state, leftOut } = apply(emptyRegistry(), 0, new Map([['orders', list]]));

    expect(idsOf(state)).toEqual(['a']);
    expect(leftOut.full).toBe(false);
    expect(leftOut.faults.map(String)).toEqual([
      expect.stringContaining('TypeError'),
      expect.stringContaining('source-0[orders].url is "javascript:x"'),
      expect.stringContaining('source-0[orders].name is "users"'),
      expect.stringContaining('source-0[orders].metadata is undefined'),
    ]);
  });

  it('takes the first of two with one id', () => {
    const list = [anInstance('orders', 'a'), anInstance('orders', 'a', { weight: 2 })];
    const { state } = apply(emptyRegistry(), 0, byService(list));

    expect(state.view.get('orders')).toEqual([list[0]]);
  });

  it('takes as many as its limit, and the rest once there is room', () => {
    const ids = ['a', 'b', 'c'].map((id) => anInstance('orders', id));
    const users = [anInstance('users', 'u')];
    const world = new Map([
      ['orders', ids],
      ['users', users],
    ]);
    const full = apply(emptyRegistry(), 0, world, 2);

    expect([idsOf(full.state), idsOf(full.state, 'users')]).toEqual([['a', 'b'], []]);
    expect(full.leftOut).toEqual({ faults: [], full: true });
    expect(sizeOf(full.state, 0)).toBe(2);

    const roomy = apply(full.state, 0, world, 4);

    expect([idsOf(roomy.state), idsOf(roomy.state, 'users')]).toEqual([['a', 'b', 'c'], ['u']]);
    expect(roomy.leftOut.full).toBe(false);
  });

  it('holds nothing of services without instances', () => {
    const names = Array.from({ length: 100 }, (_, i) => `s${i}`);
    const one = apply(emptyRegistry(), 0, byService([anInstance('s0', 'a')])).state;
    const { state } = apply(one, 0, new Map(names.map((name) => [name, []])));

    expect([state.view.size, snapshotOf(state, 0).size]).toEqual([0, 0]);
  });

  it.each([null, 7, new Map([['orders', undefined]])])('throws for %p', (snapshot) => {
    expect(() => apply(emptyRegistry(), 0, snapshot as never)).toThrow(TypeError);
  });
});

describe('snapshotOf', () => {
  it('says what a source has said', () => {
    const list = [anInstance('orders', 'b'), anInstance('orders', 'a')];
    const state = apply(emptyRegistry(), 1, new Map([['orders', list]])).state;

    expect(snapshotOf(state, 1).get('orders')).toBe(list);
    expect(snapshotOf(state, 0).size).toBe(0);
    expect(snapshotOf(applyFailure(state, 1), 1).get('orders')).toEqual([
      anInstance('orders', 'a', { health: 'unknown' }),
      anInstance('orders', 'b', { health: 'unknown' }),
    ]);
  });
});
