import fc from 'fast-check';
import { cacheKey, checkedKey } from './cache-key';
import { CacheKeyError } from './cache-errors';

const part = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
);

describe(cacheKey.name, () => {
  it('gives one key for the same parts, and never for others', () => {
    const parts = fc.array(part, { maxLength: 4 });
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        // To JSON and to `===` there is one zero.
        const same = JSON.stringify(a) === JSON.stringify(b);
        expect(cacheKey(...a) === cacheKey(...b)).toBe(same);
      }),
    );
    expect(cacheKey('a', 'b')).not.toBe(cacheKey('a","b'));
    expect(cacheKey(1)).not.toBe(cacheKey('1'));
    expect(cacheKey(null)).not.toBe(cacheKey('null'));
  });

  it.each([
    ['a number that is none', NaN],
    ['a number without an end', Infinity],
    ['a whole document', 'x'.repeat(1025)],
  ])('refuses %s', (_, value) => {
    expect(() => cacheKey('k', value)).toThrow(CacheKeyError);
  });
});

describe(checkedKey.name, () => {
  it('lets keys through', () => {
    expect(checkedKey('__proto__')).toBe('__proto__');
  });

  it.each([[''], [7], [undefined], ['x'.repeat(1025)]])('refuses %p', (key) => {
    expect(() => checkedKey(key as string)).toThrow(CacheKeyError);
  });
});
