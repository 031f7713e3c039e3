import fc from 'fast-check';
import { KeyedStore } from './keyed-store';

type Value = number | undefined;
type Entries = readonly (readonly [unknown, Value])[];
type Write =
  | { readonly kind: 'set'; readonly key: unknown; readonly value: Value }
  | { readonly kind: 'add'; readonly key: unknown; readonly value: number }
  | { readonly kind: 'delete'; readonly key: unknown }
  | { readonly kind: 'clear' };

const KEYS: readonly unknown[] = ['a', 'b', '__proto__', '', NaN, 0];
const aKey = fc.constantFrom(...KEYS);
const aWrite: fc.Arbitrary<Write> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('set' as const),
      key: aKey,
      value: fc.constantFrom(undefined, 0, -0, NaN, 1),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('add' as const),
      key: aKey,
      value: fc.constantFrom(0, 1, -1),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('delete' as const), key: aKey }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'clear' as const }) },
);

const add =
  (by: number) =>
  (value: Value): number =>
    (value ?? 0) + by;

function writeToStore(store: KeyedStore<unknown, Value>, write: Write): void {
  if (write.kind === 'set') store.set(write.key, write.value);
  else if (write.kind === 'add') store.update(write.key, add(write.value));
  else if (write.kind === 'delete') store.delete(write.key);
  else store.clear();
}

function writeToModel(model: Map<unknown, Value>, write: Write): void {
  if (write.kind === 'set') model.set(write.key, write.value);
  else if (write.kind === 'add') model.set(write.key, add(write.value)(model.get(write.key)));
  else if (write.kind === 'delete') model.delete(write.key);
  else model.clear();
}

const sameEntries = (one: Entries, other: Entries): boolean =>
  one.length === other.length &&
  one.every(([key, value], i) => Object.is(key, other[i]?.[0]) && Object.is(value, other[i]?.[1]));

describe(`${KeyedStore.name}, after any writes`, () => {
  it('has told each state of a plain map once, in order, and none changed afterwards', () => {
    fc.assert(
      fc.property(fc.array(aWrite, { maxLength: 30 }), (writes) => {
        const store = new KeyedStore<unknown, Value>();
        const model = new Map<unknown, Value>();
        const seen: ReadonlyMap<unknown, Value>[] = [];
        const told: Entries[] = [[]];
        store.changes$.subscribe((map) => seen.push(map));
        for (const write of writes) {
          writeToStore(store, write);
          writeToModel(model, write);
          const now = [...model];
          if (!sameEntries(now, told.at(-1) ?? [])) told.push(now);
        }
        // Their order of insertion too: compared last, so a snapshot that changed would be found.
        expect(seen.map((map) => [...map])).toEqual(told);
        expect(new Set(seen).size).toBe(seen.length);
        expect(store.signal()).toBe(seen.at(-1));
        expect(store.snapshot).toBe(seen.at(-1));
      }),
    );
  });

  it('tells of each key by itself what the whole tells of it', () => {
    fc.assert(
      fc.property(fc.array(aWrite, { maxLength: 30 }), (writes) => {
        const store = new KeyedStore<unknown, Value>();
        const whole: ReadonlyMap<unknown, Value>[] = [];
        const parts = KEYS.map((): Value[] => []);
        store.changes$.subscribe((map) => whole.push(map));
        KEYS.forEach((key, i) => store.select(key).subscribe((value) => parts[i]?.push(value)));
        for (const write of writes) writeToStore(store, write);
        KEYS.forEach((key, i) => {
          const values = whole.map((map) => map.get(key));
          const changes = values.filter(
            (value, at) => at === 0 || !Object.is(value, values[at - 1]),
          );
          expect(parts[i]).toEqual(changes);
        });
      }),
    );
  });

  it('gives whoever looks at any time a map that stays as it was', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(aWrite, fc.boolean())), (steps) => {
        const store = new KeyedStore<unknown, Value>();
        const looks: { readonly map: ReadonlyMap<unknown, Value>; readonly then: Entries }[] = [];
        for (const [write, look] of steps) {
          writeToStore(store, write);
          if (look) looks.push({ map: store.signal(), then: [...store.snapshot] });
        }
        for (const { map, then } of looks) expect([...map]).toEqual(then);
      }),
    );
  });

  it('ends with the same map for everybody when listeners write', () => {
    fc.assert(
      fc.property(
        fc.array(aWrite, { maxLength: 10 }),
        fc.array(aWrite, { maxLength: 10 }),
        fc.nat({ max: 3 }),
        (writes, replies, others) => {
          const store = new KeyedStore<unknown, Value>();
          const left = [...replies];
          const heard = Array.from({ length: others + 1 }, (): ReadonlyMap<unknown, Value>[] => []);
          for (const list of heard) {
            store.changes$.subscribe((map) => {
              list.push(map);
              const reply = left.shift();
              if (reply) writeToStore(store, reply);
            });
          }
          for (const write of writes) writeToStore(store, write);
          for (const list of heard) {
            expect(list.at(-1)).toBe(store.snapshot);
            expect(new Set(list).size).toBe(list.length);
          }
          expect(store.signal()).toBe(store.snapshot);
        },
      ),
    );
  });
});
