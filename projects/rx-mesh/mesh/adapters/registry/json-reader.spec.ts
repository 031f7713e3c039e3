import fc from 'fast-check';
import { factsOf, fieldOf, listOf, numberOf, objectOf, textOr } from './json-reader';

describe('objectOf', () => {
  it.each([null, undefined, 1, 'a', true, [[1]]])('takes %p for none', (value) => {
    expect(objectOf(value)).toBeUndefined();
  });

  it('takes an object for one', () => {
    expect(objectOf({ a: 1 })).toEqual({ a: 1 });
  });
});

describe('fieldOf', () => {
  it('reads own fields only', () => {
    expect(fieldOf({ a: 0 }, 'a')).toBe(0);
    expect(fieldOf({ a: 0 }, 'constructor')).toBeUndefined();
    expect(fieldOf({ a: 0 }, '__proto__')).toBeUndefined();
    expect(fieldOf('text', 'length')).toBeUndefined();
    expect(fieldOf(null, 'a')).toBeUndefined();
  });
});

describe('textOr', () => {
  it('reads a text, or gives something else', () => {
    expect([textOr('a'), textOr(''), textOr(1), textOr(null, 'b')]).toEqual(['a', '', '', 'b']);
  });
});

describe('listOf', () => {
  it('reads a list, or gives an empty one', () => {
    expect([listOf([1]), listOf({ length: 1 }), listOf('ab')]).toEqual([[1], [], []]);
  });
});

describe('numberOf', () => {
  it.each([
    [1, 1],
    [0, 0],
    ['80', 80],
    [' 1.5 ', 1.5],
    ['', undefined],
    [' ', undefined],
    ['a', undefined],
    [NaN, undefined],
    [Infinity, undefined],
    ['Infinity', undefined],
    [true, undefined],
    [null, undefined],
    [['1'], undefined],
  ])('makes of %p %p', (value, number) => {
    expect(numberOf(value)).toBe(number);
  });
});

describe('factsOf', () => {
  it('keeps texts, numbers and booleans as texts', () => {
    expect(factsOf({ a: 'x', b: 1, c: false, d: null, e: {}, f: ['y'] })).toEqual({
      a: 'x',
      b: '1',
      c: 'false',
    });
    expect(factsOf(null)).toEqual({});
  });

  it('keeps at most 64 of at most 1024 characters', () => {
    const many = Object.fromEntries(Array.from({ length: 70 }, (_, n) => [`k${n}`, 'v']));

    expect(Object.keys(factsOf(many))).toHaveLength(64);
    expect(factsOf({ a: 'x'.repeat(2000) })['a']).toHaveLength(1024);
  });

  it('never touches a prototype', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue(), (object, value) => {
        const entries = [['__proto__', value], ...Object.entries(object)] as const;
        const facts = factsOf(Object.fromEntries(entries));

        expect(Object.getPrototypeOf(facts)).toBe(Object.prototype);
        expect(Object.hasOwn(facts, '__proto__')).toBe(false);
      }),
    );
  });
});
