import { withTraceState } from './trace-state';

const MANY = Array.from({ length: 32 }, (_, at) => `k${at}=${at}`);

describe('withTraceState', () => {
  it.each([
    [undefined, 'acme=1'],
    ['', 'acme=1'],
    ['foo=1,bar=2', 'acme=1,foo=1,bar=2'],
    ['foo=1, acme=0 ,bar=2', 'acme=1,foo=1,bar=2'],
    ['acme2=0,acme=0', 'acme=1,acme2=0'],
    ['foo=1,FOO=2', 'acme=1'],
  ])('puts ours to the left of %p', (given, expected) => {
    expect(withTraceState(given, 'acme', '1')).toBe(expected);
  });

  it('lets the last of 33 members go', () => {
    expect(withTraceState(MANY.join(','), 'acme', '1')).toBe(
      ['acme=1', ...MANY.slice(0, 31)].join(','),
    );
    expect(withTraceState(MANY.join(','), 'k31', 'x')).toBe(
      ['k31=x', ...MANY.slice(0, 31)].join(','),
    );
  });

  it.each([
    ['', '1'],
    ['ACME', '1'],
    [' acme', '1'],
    ['acme=a', '1'],
    ['acme', ''],
    ['acme', '1 '],
    ['acme', 'a,b'],
    ['acme', 'a=b'],
    ['acme', '\u00e9'],
    ['a'.repeat(257), '1'],
    ['acme', 'v'.repeat(257)],
  ])('leaves the state as it is for the member %p=%p', (key, value) => {
    expect(withTraceState('foo=1', key, value)).toBe('foo=1');
    expect(withTraceState(undefined, key, value)).toBeUndefined();
  });
});
