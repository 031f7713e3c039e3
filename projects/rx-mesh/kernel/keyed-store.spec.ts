import { computed } from '@angular/core';
import fc from 'fast-check';
import { KeyedStore } from './keyed-store';

type Snapshot = ReadonlyMap<string, number | undefined>;
type Write = (store: {
  set(key: string, value: number | undefined): unknown;
  delete(key: string): unknown;
  clear(): void;
}) => void;

const KEYS = ['a', 'b', 'c', '__proto__'];
const aKey = fc.constantFrom(...KEYS);
const aValue = fc.constantFrom(undefined, 0, -0, NaN, 1, 2);
const aWrite: fc.Arbitrary<Write> = fc.oneof(
  fc.tuple(aKey, aValue).map(
    ([key, value]): Write =>
      (store) =>
        store.set(key, value),
  ),
  aKey.map(
    (key): Write =>
      (store) =>
        store.delete(key),
  ),
  fc.constant<Write>((store) => store.clear()),
);

const contents = (map: Snapshot) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));

describe(KeyedStore.name, () => {
  it('agrees with a plain map in all its views, after any writes', () => {
    fc.assert(
      fc.property(fc.array(aWrite), (writes) => {
        const store = new KeyedStore<string, number | undefined>();
        const model = new Map<string, number | undefined>();
        const seen: Snapshot[] = [];
        const copies: [string, number | undefined][][] = [contents(model)];
        store.changes$.subscribe((map) => {
          expect(store.signal()).toBe(map);
          seen.push(map);
        });
        for (const write of writes) {
          write(store);
          write(model);
          expect(contents(store.snapshot)).toEqual(contents(model));
          expect(store.signal()).toBe(store.snapshot);
          expect(store.size).toBe(model.size);
          for (const key of KEYS) {
            expect([store.get(key), store.has(key)]).toEqual([model.get(key), model.has(key)]);
          }
          const now = contents(model);
          // -0 and 0, or undefined and absent, are changes: so compare as strictly as that.
          if (!same(now, copies.at(-1) ?? [])) copies.push(now);
        }
        // No emission without a change, none missed, and no snapshot changed afterwards.
        expect(seen.map(contents)).toEqual(copies);
      }),
    );
  });

  it('tells of one key only when that one changes', () => {
    fc.assert(
      fc.property(fc.array(aWrite), (writes) => {
        const store = new KeyedStore<string, number | undefined>();
        const model = new Map<string, number | undefined>();
        const seen: (number | undefined)[] = [];
        const told: (number | undefined)[] = [undefined];
        store.select('a').subscribe((value) => seen.push(value));
        for (const write of writes) {
          write(store);
          write(model);
          if (!Object.is(model.get('a'), told.at(-1))) told.push(model.get('a'));
        }
        expect(seen).toEqual(told);
      }),
    );
  });

  it('gives the same snapshot until the next write', () => {
    const store = new KeyedStore<string, number>();
    store.set('a', 1);
    const before = store.snapshot;

    expect(store.snapshot).toBe(before);

    store.set('a', 1);

    expect(store.snapshot).toBe(before);

    store.set('a', 2);

    expect(store.snapshot).not.toBe(before);
    expect(before.get('a')).toBe(1);
  });

  it('copies its map when somebody looks, and never for a write alone', () => {
    const store = new KeyedStore<number, number>();
    store.signal(); // watched by nobody afterwards
    store.changes$.subscribe().unsubscribe();
    const copied = jest.spyOn(Map.prototype, Symbol.iterator);
    for (let i = 0; i < 1000; i++) store.set(i, i);
    for (let i = 0; i < 500; i++) store.delete(i);
    const copies = [copied.mock.calls.length];
    const looks = [store.snapshot.size, store.snapshot.size, store.signal().size];
    copies.push(copied.mock.calls.length);
    copied.mockRestore();

    expect(looks).toEqual([500, 500, 500]);
    expect(copies).toEqual([0, 1]);
  });

  it('tells a late subscriber the current values once', () => {
    const store = new KeyedStore<string, number>();
    store.set('a', 1);
    store.set('b', 2);
    const seen: unknown[] = [];
    store.changes$.subscribe((map) => seen.push([...map]));
    store.select('b').subscribe((value) => seen.push(value));
    store.select('c').subscribe((value) => seen.push(value));

    expect(seen).toEqual([[...store.snapshot], 2, undefined]);
  });

  it('tells whether a key was there to be removed', () => {
    const store = new KeyedStore<string, undefined>();
    store.set('a', undefined);

    expect([store.delete('a'), store.delete('a')]).toEqual([true, false]);
  });

  it('updates a value by a reducer, and leaves it when that throws', () => {
    const store = new KeyedStore<string, number>();
    store.update('a', (value = 10) => value + 1);
    store.update('a', (value = 10) => value + 1);
    const failing = () => {
      throw new Error('a bug in a reducer');
    };

    expect(() => store.update('a', failing)).toThrow('a bug in a reducer');
    expect(store.get('a')).toBe(12);
  });

  it('treats 0 and -0 as one key, as a map does', () => {
    const store = new KeyedStore<number, string>();
    const seen: (string | undefined)[] = [];
    store.select(0).subscribe((value) => seen.push(value));
    store.set(-0, 'zero');
    store.set(NaN, 'none');
    store.select(NaN).subscribe((value) => seen.push(value));

    expect(seen).toEqual([undefined, 'zero', 'none']);
  });

  it('tells a subscriber of what it writes on its first value', () => {
    const store = new KeyedStore<string, number>();
    const maps: number[] = [];
    const values: (number | undefined)[] = [];
    store.changes$.subscribe((map) => {
      maps.push(map.size);
      if (map.size === 0) store.set('a', 1);
    });
    store.select('b').subscribe((value) => {
      values.push(value);
      if (value === undefined) store.set('b', 2);
    });

    expect(maps).toEqual([0, 1, 2]);
    expect(values).toEqual([undefined, 2]);
  });

  it('keeps the order of writes made by listeners, and tells nothing twice', () => {
    const store = new KeyedStore<string, number>();
    const seen: string[] = [];
    store.select('a').subscribe((value) => {
      seen.push(`first ${value}`);
      if (value === 1) store.set('a', 2);
      seen.push(`done ${value}`);
    });
    store.select('a').subscribe((value) => seen.push(`second ${value}`));
    seen.length = 0;
    store.set('a', 1);

    expect(seen).toEqual(['first 1', 'done 1', 'second 2', 'first 2', 'done 2']);
    expect(store.signal().get('a')).toBe(2);
  });

  it('leaves everything as it was when Angular refuses the write', () => {
    const store = new KeyedStore<string, number>();
    const seen: number[] = [];
    store.changes$.subscribe((map) => seen.push(map.size));
    const writing = computed(() => store.set('a', 1));

    expect(() => writing()).toThrow('NG0600');
    expect([store.size, store.signal().size, store.snapshot.size, seen]).toEqual([0, 0, 0, [0]]);
  });

  it('recomputes what depends on its signal, only after a write', () => {
    const store = new KeyedStore<string, number>();
    let runs = 0;
    const total = computed(() => {
      runs++;
      return [...store.signal().values()].reduce((sum, value) => sum + value, 0);
    });
    store.set('a', 1);
    store.set('b', 2);

    expect([total(), total(), runs]).toEqual([3, 3, 1]);

    store.clear();

    expect([total(), runs]).toEqual([0, 2]);
  });

  it('ends its streams, stays readable, and tells a late subscriber the values and the end', () => {
    const store = new KeyedStore<string, number>();
    const seen: unknown[] = [];
    const listen = () =>
      store.select('a').subscribe({ next: (v) => seen.push(v), complete: () => seen.push('end') });
    store.set('a', 1);
    listen();
    store.complete();
    store.set('a', 2);
    listen();

    expect(seen).toEqual([1, 'end', 2, 'end']);
    expect([store.get('a'), store.signal().get('a')]).toEqual([2, 2]);
  });
});

function same(a: [string, unknown][], b: [string, unknown][]): boolean {
  return (
    a.length === b.length &&
    a.every(([key, value], i) => key === b[i]?.[0] && Object.is(value, b[i][1]))
  );
}
