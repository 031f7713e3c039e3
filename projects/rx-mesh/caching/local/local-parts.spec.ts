import { DependencyIndex } from './dependency-index';
import { Generations } from './generations';
import { deepFreeze } from './snapshots';

describe(DependencyIndex.name, () => {
  it('holds the edges of what is there, and no others', () => {
    const index = new DependencyIndex();
    index.set('a', ['x', 'y']);
    index.set('b', ['a']);
    index.set('a', ['y', 'z']);
    expect([...index.dependents('x')]).toEqual([]);
    expect([...index.dependents('z')]).toEqual(['a', 'b']);
    expect(index.size).toBe(3);
    index.set('a', []);
    index.set('b', []);
    index.set('c', []);
    expect([index.size, [...index.dependents('y')]]).toEqual([0, []]);
  });

  it('walks 10,000 keys with 30,000 edges once', () => {
    const index = new DependencyIndex();
    for (let at = 1; at <= 10_000; at++) {
      const names = [1, 2, 3].map((step) => `${Math.floor(at / (step + 1))}`);
      index.set(`${at}`, at < 4 ? ['0'] : [...new Set(names)]);
    }
    expect([...index.dependents('0')]).toHaveLength(10_000);
    expect(index.cycle('1', ['9999'])).toEqual(
      expect.arrayContaining(['1', '9999']) as readonly string[],
    );
    index.clear();
    expect(index.size).toBe(0);
  });

  it('finds the way back to a key', () => {
    const index = new DependencyIndex();
    index.set('a', ['b', 'c']);
    index.set('c', ['d']);
    expect(index.cycle('d', ['x', 'a'])).toEqual(['d', 'a', 'c', 'd']);
    expect(index.cycle('d', ['x'])).toBeUndefined();
    expect(index.cycle('e', ['e'])).toEqual(['e', 'e']);
    expect(index.cycle('e', ['a'])).toBeUndefined();
  });
});

describe(Generations.name, () => {
  it('forgets a tag that nothing carries', () => {
    const generations = new Generations();
    const cells = [generations.take('t'), generations.take('t'), generations.take('u')];
    expect([generations.tags, cells[0] === cells[1]]).toEqual([2, true]);
    generations.invalidate('t');
    generations.release(cells.slice(1));
    expect([generations.tags, cells[0]?.voidedAt]).toEqual([1, 1]);
    generations.release(cells.slice(0, 1));
    expect(generations.tags).toBe(0);
    expect(generations.take('t').voidedAt).toBe(0);
  });

  it('keeps marks from the first load on, the newest of each name', () => {
    const generations = new Generations();
    generations.mark('a', 1);
    expect(generations.marked('a')).toBe(0);
    generations.begin();
    generations.mark('a', 7);
    generations.mark('a', 5);
    expect([generations.marked('a'), generations.markedTags(['a'])]).toEqual([7, 0]);
  });
});

describe(deepFreeze.name, () => {
  it('freezes arrays and plain objects all through, and nothing else', () => {
    class Point {
      x = 1;
    }
    let called = 0;
    const value = {
      list: [{ deep: [1] }],
      bare: Object.assign(Object.create(null) as object, { x: 1 }),
      point: new Point(),
      bytes: new Uint8Array(2),
      map: new Map(),
      when: new Date(0),
      get computed() {
        return ++called;
      },
      self: undefined as unknown,
    };
    value.self = value;
    expect(deepFreeze(value)).toBe(value);
    const { list, bare, point, bytes, map, when } = value;
    expect([value, list, list[0], list[0]?.deep, bare].every(Object.isFrozen)).toBe(true);
    expect([point, bytes, map, when].some(Object.isFrozen)).toBe(false);
    expect(called).toBe(0);
    for (const plain of [1, 'a', null, undefined, Symbol.iterator])
      expect(deepFreeze(plain)).toBe(plain);
  });

  it('goes through what is very deep, and stops in what is very large', () => {
    let deep: unknown = {};
    for (let at = 0; at < 50_000; at++) deep = { deep };
    expect(Object.isFrozen(deepFreeze(deep))).toBe(true);
    const large = Array.from({ length: 100_001 }, () => ({}));
    deepFreeze(large);
    expect([Object.isFrozen(large[0]), Object.isFrozen(large.at(-1))]).toEqual([true, false]);
  });
});
