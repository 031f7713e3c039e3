import fc from 'fast-check';
import {
  type Backoff,
  type Jitter,
  backoffDelays,
  constantBackoff,
  decorrelatedBackoff,
  exponentialBackoff,
  linearBackoff,
} from './backoff';
import { type RandomSource, seededRandom } from './random';
import { InvalidOptionError } from './rx-mesh-error';

const ALMOST_ONE = 1 - 2 ** -53;
const JITTERS: readonly Jitter[] = ['full', 'equal', 'proportional', 'none'];

const always = (value: number): RandomSource => ({ next: () => value });

const noChance: RandomSource = {
  next: () => {
    throw new Error('no chance was to be drawn');
  },
};

const first = (count: number, backoff: Backoff, random: RandomSource): number[] =>
  Array.from({ length: count }, (_, attempt) => backoff(attempt, random, 0));

// Each wait is spread in the same way, whatever made it. A chance of almost 1 is off from 1 by rounding only.
const SPREADS: readonly (readonly [Jitter, number, number, number])[] = [
  ['full', 0, 500, 1000],
  ['equal', 500, 750, 1000],
  ['proportional', 800, 1000, 1200],
  ['none', 1000, 1000, 1000],
];

describe.each(SPREADS)('jitter %p', (jitter, low, middle, high) => {
  const backoffs: readonly (readonly [string, Backoff])[] = [
    [constantBackoff.name, constantBackoff(1000, jitter)],
    [linearBackoff.name, linearBackoff({ initial: 1000, jitter })],
    [exponentialBackoff.name, exponentialBackoff({ initial: 1000, jitter })],
  ];

  it.each(backoffs)('spreads the wait of %s from its lower to its upper end', (_name, backoff) => {
    expect(backoff(0, always(0), 0)).toBe(low);
    expect(backoff(0, always(0.5), 0)).toBe(middle);
    expect(backoff(0, always(ALMOST_ONE), 0)).toBeCloseTo(high, 6);
  });
});

describe(constantBackoff.name, () => {
  it('waits the same each time, and draws no chance unless told to', () => {
    expect(first(3, constantBackoff(250), noChance)).toEqual([250, 250, 250]);
  });

  it('takes zero for a wait', () => {
    expect(first(2, constantBackoff(0, 'full'), always(0.5))).toEqual([0, 0]);
  });

  it('is not cut by the cap of the others', () => {
    expect(constantBackoff(3_600_000)(0, noChance, 0)).toBe(3_600_000);
  });

  it.each([
    [-1, 'BackoffOptions.initial is -1, but must be a number of at least 0.'],
    [NaN, 'BackoffOptions.initial is NaN, but must be a number of at least 0.'],
    [Infinity, 'BackoffOptions.initial is Infinity, but must be a number of at least 0.'],
  ])('refuses a wait of %p', (wait, message) => {
    expect(() => constantBackoff(wait)).toThrow(message);
    expect(() => constantBackoff(wait)).toThrow(InvalidOptionError);
  });

  it('refuses a jitter that there is not', () => {
    expect(() => constantBackoff(1, 'some' as Jitter)).toThrow(
      "BackoffOptions.jitter is \"some\", but must be one of 'full', 'equal', 'proportional', 'none'.",
    );
  });
});

describe(linearBackoff.name, () => {
  it('adds the first wait each time, up to the cap', () => {
    const backoff = linearBackoff({ initial: 100, max: 350, jitter: 'none' });

    expect(first(5, backoff, noChance)).toEqual([100, 200, 300, 350, 350]);
  });

  it('starts at 200 ms and stops at 10 s with full jitter where nothing is said', () => {
    expect(first(3, linearBackoff(), always(0.5))).toEqual([100, 200, 300]);
    expect(linearBackoff()(2000, always(0.5), 0)).toBe(5000);
    expect(linearBackoff({ initial: undefined })(0, always(0), 0)).toBe(0);
  });
});

describe(exponentialBackoff.name, () => {
  it('multiplies the wait each time, up to the cap', () => {
    const backoff = exponentialBackoff({ initial: 100, max: 2000, factor: 3, jitter: 'none' });

    expect(first(5, backoff, noChance)).toEqual([100, 300, 900, 2000, 2000]);
  });

  it('doubles from 200 ms to 10 s with full jitter where nothing is said', () => {
    expect(first(4, exponentialBackoff(), always(0.5))).toEqual([100, 200, 400, 800]);
    expect(exponentialBackoff()(2000, always(0.5), 0)).toBe(5000);
  });

  it('waits the same each time when the factor is 1', () => {
    const backoff = exponentialBackoff({ initial: 70, factor: 1, jitter: 'none' });

    expect(first(3, backoff, noChance)).toEqual([70, 70, 70]);
  });

  it('stays at zero when it starts there, even when the growth overflows', () => {
    const backoff = exponentialBackoff({ initial: 0, jitter: 'none' });

    expect([backoff(0, noChance, 0), backoff(2000, noChance, 0)]).toEqual([0, 0]);
  });

  it('keeps the spread of a capped wait below the cap, so that clients do not meet there', () => {
    const backoff = exponentialBackoff({ initial: 100, max: 1200, jitter: 'proportional' });

    expect(backoff(30, always(0), 0)).toBeCloseTo(800, 6);
    expect(backoff(30, always(0.5), 0)).toBeCloseTo(1000, 6);
    expect(backoff(30, always(ALMOST_ONE), 0)).toBeCloseTo(1200, 6);
  });

  it.each([7, 11, 155])('does not let rounding carry a spread wait over a cap of %p', (max) => {
    const options = { initial: 1000, max, jitter: 'proportional' } as const;

    expect(exponentialBackoff(options)(0, always(ALMOST_ONE), 0)).toBe(max);
    expect(linearBackoff(options)(0, always(ALMOST_ONE), 0)).toBe(max);
  });

  it.each([
    [{ initial: -1 }, 'BackoffOptions.initial is -1, but must be a number of at least 0.'],
    [{ initial: NaN }, 'BackoffOptions.initial is NaN, but must be a number of at least 0.'],
    [{ max: 0 }, 'BackoffOptions.max is 0, but must be a number above 0.'],
    [{ max: Infinity }, 'BackoffOptions.max is Infinity, but must be a number above 0.'],
    [{ factor: 0.5 }, 'BackoffOptions.factor is 0.5, but must be a number of at least 1.'],
    [{ factor: NaN }, 'BackoffOptions.factor is NaN, but must be a number of at least 1.'],
    [
      { jitter: '' as Jitter },
      "BackoffOptions.jitter is \"\", but must be one of 'full', 'equal', 'proportional', 'none'.",
    ],
  ])('refuses %p', (options, message) => {
    expect(() => exponentialBackoff(options)).toThrow(message);
  });
});

describe(decorrelatedBackoff.name, () => {
  it('draws between the first wait and three times the wait before', () => {
    const backoff = decorrelatedBackoff({ initial: 100, max: 10_000 });

    expect(backoff(0, always(0), 400)).toBe(100);
    expect(backoff(0, always(0.5), 400)).toBe(650);
    expect(backoff(0, always(ALMOST_ONE), 400)).toBeCloseTo(1200, 6);
  });

  it('draws from the first wait to three times that when there was none before', () => {
    const backoff = decorrelatedBackoff({ initial: 100 });

    expect(backoff(0, always(0), 0)).toBe(100);
    expect(backoff(0, always(0.5), 0)).toBe(200);
  });

  it('starts at 200 ms and stops at 10 s where nothing is said', () => {
    expect(decorrelatedBackoff()(0, always(0), 0)).toBe(200);
    expect(decorrelatedBackoff()(0, always(ALMOST_ONE), 9000)).toBe(10_000);
  });

  it('never waits longer than the cap, whatever the wait before', () => {
    const backoff = decorrelatedBackoff({ initial: 100, max: 500 });

    expect(backoff(0, always(ALMOST_ONE), 400)).toBe(500);
    expect(backoff(0, always(ALMOST_ONE), Infinity)).toBe(500);
    expect(decorrelatedBackoff({ initial: 900, max: 500 })(0, always(0), 0)).toBe(500);
  });

  it('takes a wait before that was above the cap for the cap', () => {
    const backoff = decorrelatedBackoff({ initial: 100, max: 1000 });

    expect(backoff(0, always(0.1), 4000)).toBe(390);
  });

  it('draws a number even when the range overflows', () => {
    const backoff = decorrelatedBackoff({ initial: 0, max: Number.MAX_VALUE });

    expect(backoff(0, always(0), Number.MAX_VALUE)).toBe(0);
  });

  it('has no jitter of another kind', () => {
    const options = { initial: -5 };

    expect(() => decorrelatedBackoff(options)).toThrow(
      'BackoffOptions.initial is -5, but must be a number of at least 0.',
    );
  });
});

describe('all backoffs', () => {
  const anOption = fc.record({
    initial: fc.oneof(
      fc.constantFrom(0, Number.MIN_VALUE, Number.MAX_VALUE),
      fc.double({ min: 0, max: 1e6, noNaN: true }),
    ),
    max: fc.oneof(
      fc.constantFrom(1, 1000, 10_000, Number.MAX_VALUE),
      fc.double({ min: 0, minExcluded: true, max: 1e6, noNaN: true }),
    ),
    factor: fc.constantFrom(1, 1.5, 2, 10, Number.MAX_VALUE),
    jitter: fc.constantFrom(...JITTERS),
  });
  const aChance = fc.oneof(
    fc.constantFrom(0, 0.5, ALMOST_ONE),
    fc.double({ min: 0, max: ALMOST_ONE, noNaN: true }),
  );
  const anAttempt = fc.oneof(
    fc.constantFrom(0, 1, 2000, Number.MAX_SAFE_INTEGER),
    fc.nat({ max: 100 }),
  );

  it('wait a finite time from zero to the cap, whatever the options, the chance and the attempt', () => {
    fc.assert(
      fc.property(anOption, aChance, anAttempt, (options, chance, attempt) => {
        const { initial, max, jitter } = options;
        const backoffs = [
          exponentialBackoff(options),
          linearBackoff({ initial, max, jitter }),
          decorrelatedBackoff({ initial, max }),
        ];
        for (const backoff of backoffs) {
          for (const previous of [0, initial, max, Number.MAX_VALUE]) {
            const wait = backoff(attempt, always(chance), previous);
            expect(Number.isFinite(wait)).toBe(true);
            expect(wait).toBeGreaterThanOrEqual(0);
            expect(wait).toBeLessThanOrEqual(max);
          }
        }
      }),
    );
  });

  it.each(JITTERS)('keep to the cap at attempt 2000 with jitter %p', (jitter) => {
    for (const backoff of [exponentialBackoff({ jitter }), linearBackoff({ jitter })]) {
      for (const chance of [0, 0.5, ALMOST_ONE]) {
        const wait = backoff(2000, always(chance), 10_000);

        expect(Number.isFinite(wait)).toBe(true);
        expect(wait).toBeGreaterThanOrEqual(0);
        expect(wait).toBeLessThanOrEqual(10_000);
      }
    }
  });
});

describe(backoffDelays.name, () => {
  const take = (count: number, delays: Generator<number, never>) =>
    Array.from({ length: count }, () => delays.next().value);

  it('counts the attempts from 0 and hands on the wait before', () => {
    const asked: (readonly [number, number])[] = [];
    const backoff: Backoff = (attempt, _random, previous) => {
      asked.push([attempt, previous]);
      return 10 * (attempt + 1);
    };

    expect(take(3, backoffDelays(backoff, noChance))).toEqual([10, 20, 30]);
    expect(asked).toEqual([
      [0, 0],
      [1, 10],
      [2, 20],
    ]);
  });

  it('grows a decorrelated wait from the one before', () => {
    const delays = backoffDelays(decorrelatedBackoff({ initial: 100, max: 1000 }), always(0.5));

    expect(take(5, delays)).toEqual([200, 350, 575, 912.5, 1000]);
  });

  it('lets one backoff serve several sequences at a time', () => {
    const backoff = exponentialBackoff();
    const one = backoffDelays(backoff, seededRandom(7));
    const other = backoffDelays(backoff, seededRandom(7));
    const pairs = Array.from({ length: 10 }, () => [one.next().value, other.next().value]);

    for (const [left, right] of pairs) expect(left).toBe(right);
  });

  it('does nothing before it is asked, and never ends', () => {
    const delays = backoffDelays(constantBackoff(5), noChance);

    expect(take(5000, delays).every((wait) => wait === 5)).toBe(true);
    expect(delays.next().done).toBe(false);
  });
});
