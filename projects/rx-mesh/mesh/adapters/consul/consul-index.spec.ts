import fc from 'fast-check';
import { compareIndexes, nextIndex, readIndex } from './consul-index';

const LARGEST = '18446744073709551615';

describe('readIndex', () => {
  it.each([
    ['0', '0'],
    ['292', '292'],
    [' 7 ', '7'],
    ['007', '7'],
    ['000', '0'],
    [LARGEST, LARGEST],
  ])('reads %p', (header, index) => {
    expect(readIndex(header)).toBe(index);
  });

  it.each([null, '', '-1', '+1', '1.5', '1e3', '0x10', 'NaN', '1 2', '18446744073709551616'])(
    'makes nothing of %p',
    (header) => {
      expect(readIndex(header)).toBeUndefined();
    },
  );
});

describe('compareIndexes', () => {
  it('orders as the numbers of 64 bits that they are', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 2n ** 64n - 1n), fc.bigInt(0n, 2n ** 64n - 1n), (a, b) => {
        expect(Math.sign(compareIndexes(String(a), String(b)))).toBe(a < b ? -1 : a > b ? 1 : 0);
      }),
    );
  });
});

describe('nextIndex', () => {
  it.each([
    ['0', '5', '5'],
    ['5', '6', '6'],
    ['5', '5', '5'],
    ['9', '10', '10'],
    ['10', '9', '0'],
    ['292', '289', '0'],
    ['0', '0', '1'],
    ['1', '0', '1'],
    ['5', '0', '0'],
    ['9007199254740993', '9007199254740992', '0'],
  ])('after a query with %p that was answered with %p asks with %p', (asked, answered, next) => {
    expect(nextIndex(asked, answered)).toBe(next);
  });
});
