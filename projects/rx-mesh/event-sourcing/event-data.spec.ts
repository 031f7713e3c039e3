import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { plainCopy } from './event-data';

const copy = (value: unknown, maxBytes = 1e6) => plainCopy(value, 'data', maxBytes);
const cyclic = (() => {
  const list: unknown[] = [];
  list.push({ again: list });
  return { list };
})();
class Money {
  readonly cents = 1;
}
const nested = (levels: number): unknown =>
  Array.from({ length: levels }).reduce((inner) => [inner], 0);

describe(plainCopy.name, () => {
  it('copies what JSON can say, as JSON would', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(copy(value)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('leaves out what is undefined, and has no negative zero', () => {
    expect(copy({ a: undefined, b: 1, c: -0 })).toStrictEqual({ b: 1, c: 0 });
  });

  it('does not change when the original does, and cannot be changed', () => {
    const original = { list: [{ a: 1 }] };
    const copied = copy(original) as typeof original;
    original.list.push({ a: 2 });

    expect(copied).toEqual({ list: [{ a: 1 }] });
    expect(() => copied.list.push({ a: 3 })).toThrow(TypeError);
  });

  it('takes the same object twice beside each other, and objects of another realm or of none', () => {
    const shared = { a: 1 };
    const foreign: unknown = runInNewContext('({ b: [1] })');
    const bare: unknown = Object.assign(Object.create(null), { c: 1 });

    expect(copy([shared, shared, foreign, bare])).toEqual([shared, shared, { b: [1] }, { c: 1 }]);
  });

  it.each<[string, unknown, string, string]>([
    ['a function', { a: [() => 1] }, 'data.a[0]', 'a value of type function'],
    ['a symbol', Symbol('x'), 'data', 'a value of type symbol'],
    ['a bigint', { n: 1n }, 'data.n', 'a value of type bigint'],
    ['undefined in a list', [1, undefined], 'data[1]', 'a value of type undefined'],
    ['a hole', Array.from({ length: 2 }), 'data[0]', 'a value of type undefined'],
    ['NaN', { n: NaN }, 'data.n', 'the number NaN'],
    ['infinity', [-Infinity], 'data[0]', 'the number -Infinity'],
    ['a date', { at: new Date(0) }, 'data.at', 'an object of class Date'],
    ['a map', new Map(), 'data', 'an object of class Map'],
    ['a class', { price: new Money() }, 'data.price', 'an object of class Money'],
    ['a cycle', cyclic, 'data.list[0].again', 'a cycle'],
    ['a trap', JSON.parse('{"__proto__":{"a":1}}'), 'data.__proto__', 'a field that is a trap'],
    ['great depth', nested(65), `data${'[0]'.repeat(64)}`, 'more than 64 levels'],
  ])('refuses %s, and names the place', (_title, value, path, found) => {
    expect(() => copy(value)).toThrow(
      expect.objectContaining({ code: 'RXM500', path, found }) as Error,
    );
  });

  it('refuses what is too large, and stops counting there', () => {
    expect(copy('x'.repeat(98), 100)).toHaveLength(98);
    expect(() => copy({ text: 'x'.repeat(98) }, 100)).toThrow(
      expect.objectContaining({ path: 'data', found: 'more than 100 bytes' }) as Error,
    );
    expect(() =>
      copy(
        Array.from({ length: 101 }, () => 0),
        100,
      ),
    ).toThrow(/more than 100 bytes/);
  });
});
