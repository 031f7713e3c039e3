import { TestBed } from '@angular/core/testing';
import {
  createOptions,
  fraction,
  nonNegative,
  nonNegativeInteger,
  oneOf,
  positive,
  positiveInteger,
  waitable,
} from './options';
import { InvalidOptionError } from './rx-mesh-error';

interface SpecOptions {
  readonly size: number;
  readonly label: string;
  readonly on: boolean;
  readonly low: number;
  readonly high: number;
}

const define = () =>
  createOptions<SpecOptions>(
    'SpecOptions',
    { size: 10, label: 'x', on: true, low: 1, high: 5 },
    { size: nonNegative },
    ({ low, high }) => (low > high ? ['low', `at most high (${high})`] : undefined),
  );

describe('createOptions', () => {
  it('uses the defaults where nothing is said', () => {
    const options = define();

    expect(options.resolve()).toEqual({ size: 10, label: 'x', on: true, low: 1, high: 5 });
    expect(options.resolve({})).toEqual(options.defaults);
  });

  it('keeps the default of an option that is explicitly undefined', () => {
    expect(define().resolve({ size: undefined, label: undefined })).toEqual(define().defaults);
  });

  it('takes zero, false and the empty text as values', () => {
    expect(define().resolve({ size: 0, on: false, label: '' })).toMatchObject({
      size: 0,
      on: false,
      label: '',
    });
  });

  it('merges over a base instead of the defaults', () => {
    const options = define();
    const base = options.resolve({ size: 20, label: 'base' });

    expect(options.resolve({ label: 'call', size: undefined }, base)).toEqual({
      ...base,
      label: 'call',
    });
  });

  it('changes neither defaults nor base, and its result cannot be changed', () => {
    const options = define();
    const base = options.resolve({ size: 20 });
    const resolved = options.resolve({ size: 30 }, base);

    expect(options.defaults.size).toBe(10);
    expect(base.size).toBe(20);
    expect(Object.isFrozen(resolved)).toBe(true);
  });

  it('names the option, the value and the remedy of a value out of range', () => {
    expect(() => define().resolve({ size: -1 })).toThrow(
      new InvalidOptionError('SpecOptions.size', -1, 'a number of at least 0'),
    );
    expect(() => define().resolve({}, { ...define().defaults, size: NaN })).toThrow(
      'SpecOptions.size is NaN, but must be a number of at least 0.',
    );
  });

  it('looks at all options together', () => {
    expect(() => define().resolve({ low: 6 })).toThrow(
      'SpecOptions.low is 6, but must be at most high (5).',
    );
    expect(define().resolve({ low: 6, high: 7 })).toMatchObject({ low: 6, high: 7 });
  });

  it.each(['sise', 'constructor', 'toString', 'hasOwnProperty', '__proto__'])(
    'refuses the unknown option %p',
    (name) => {
      const options = JSON.parse(`{ "${name}": { "polluted": true } }`) as object;

      expect(() => define().resolve(options)).toThrow(
        `SpecOptions.${name} is an object, but must be left out: there is no such option.`,
      );
      expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    },
  );

  it('is read by services from its token, by default without a provider', () => {
    const options = define();

    expect(TestBed.inject(options.token)).toEqual(options.defaults);
  });

  it('is set for an application by its provider', () => {
    const options = define();
    TestBed.configureTestingModule({ providers: [options.provide({ size: 0 })] });

    expect(TestBed.inject(options.token)).toEqual({ ...options.defaults, size: 0 });
    expect(options.provide()).toMatchObject({ useValue: options.defaults });
  });

  it('refuses a bad value where it is provided, not where it is used', () => {
    expect(() => define().provide({ size: -1 })).toThrow(InvalidOptionError);
  });
});

describe('checks', () => {
  const text = '0.5' as unknown as number;

  it.each([
    ['positive', positive, [Number.MIN_VALUE, 0.5, 1e300], [0, -1, NaN, Infinity, text]],
    ['nonNegative', nonNegative, [0, 0.5, 1e300], [-0.1, NaN, Infinity, text]],
    ['positiveInteger', positiveInteger, [1, 2 ** 53 - 1], [0, 1.5, -1, NaN, Infinity, 2 ** 53]],
    ['nonNegativeInteger', nonNegativeInteger, [0, 1], [-1, 0.5, NaN, Infinity, text]],
    ['fraction', fraction, [0, 0.5, 1], [-0.01, 1.01, NaN, Infinity, text]],
  ])('%s tells good values from bad ones', (_, check, good, bad) => {
    expect(good.map(check)).toEqual(good.map(() => undefined));
    for (const value of bad) expect(check(value)).toMatch(/^a (whole )?number/);
  });

  it('waitable is a time that a timer can take', () => {
    for (const time of [Number.MIN_VALUE, 1, 2_147_483_647]) expect(waitable(time)).toBeUndefined();
    expect(waitable(2_147_483_648)).toBe('at most 2147483647 (24 days)');
    for (const time of [0, -1, NaN, Infinity]) expect(waitable(time)).toBe('a number above 0');
  });

  it('oneOf lists what it accepts', () => {
    const check = oneOf('a', 'b');

    expect(check('a')).toBeUndefined();
    expect(check('toString' as 'a')).toBe("one of 'a', 'b'");
  });
});
