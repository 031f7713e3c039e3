import fc from 'fast-check';
import { InvalidOptionError } from 'rx-mesh/kernel';
import { rateLimited } from './rate-limited';
import type { Sampler } from './sampler';

const REQUEST = {
  traceId: 'a'.repeat(32),
  operationName: 'import',
  kind: 'internal',
  tags: {},
  parent: undefined,
  links: [],
} as const;

const sampledAt = (sampler: Sampler, times: readonly number[]): number[] =>
  times.filter((now) => sampler.sample({ ...REQUEST, now }));

const every = (step: number, until: number): number[] =>
  Array.from({ length: Math.floor(until / step) + 1 }, (_, index) => index * step);

describe(rateLimited.name, () => {
  it('samples a burst, and then as many a second as it may', () => {
    expect(sampledAt(rateLimited(2, { burst: 3 }), every(100, 2000))).toEqual([
      0, 100, 200, 500, 1000, 1500, 2000,
    ]);
  });

  it('samples every request that comes just at the rate, for ever', () => {
    const times = every(1000 / 3, 1_000_000);
    expect(sampledAt(rateLimited(3, { burst: 1 }), times)).toHaveLength(times.length);
  });

  it.each([
    [5, 5],
    [2.9, 2],
    [0.1, 1],
  ])('has for %p a second a burst of %p by itself', (perSecond, burst) => {
    expect(sampledAt(rateLimited(perSecond), Array<number>(20).fill(0))).toHaveLength(burst);
  });

  it('takes less than one a second', () => {
    expect(sampledAt(rateLimited(0.1), every(1000, 30_000))).toEqual([0, 10_000, 20_000, 30_000]);
  });

  it('saves up a burst and no more', () => {
    const sampler = rateLimited(10, { burst: 2 });
    expect(sampledAt(sampler, [0, 0, 0, 1e9, 1e9, 1e9])).toEqual([0, 0, 1e9, 1e9]);
  });

  it('counts each sampler by itself', () => {
    const [one, other] = [rateLimited(1), rateLimited(1)];
    expect(sampledAt(one, [0, 0])).toEqual([0]);
    expect(sampledAt(other, [0, 0])).toEqual([0]);
  });

  it('is neither stopped nor filled by a clock that steps back', () => {
    const sampler = rateLimited(1, { burst: 2 });
    expect(sampledAt(sampler, [100_000, 100_000, 100_000])).toHaveLength(2);
    expect(sampledAt(sampler, [5, 5, 6])).toEqual([]);
    expect(sampledAt(sampler, [1005, 1006, 2005])).toEqual([1005, 2005]);
  });

  it('begins at any reading, and gets over one that is no number', () => {
    const sampler = rateLimited(1, { burst: 1 });
    expect(sampledAt(sampler, [-5000, NaN, 0, 999, 1000])).toEqual([-5000, 1000]);
  });

  it('never samples more than perSecond * t + burst in a window of t', () => {
    const aRate = fc.double({ min: 0.05, max: 50, noNaN: true });
    const gaps = fc.array(fc.oneof(fc.constant(0), fc.double({ min: 0, max: 3000, noNaN: true })), {
      maxLength: 80,
    });
    fc.assert(
      fc.property(aRate, fc.integer({ min: 1, max: 5 }), gaps, (perSecond, burst, steps) => {
        let now = 0;
        const times = steps.map((step) => (now += step));
        const sampled = sampledAt(rateLimited(perSecond, { burst }), times);
        const excess = sampled.flatMap((from, index) =>
          sampled
            .slice(index)
            .map((to, more) => more + 1 - ((perSecond * (to - from)) / 1000 + burst)),
        );

        expect(Math.max(0, ...excess)).toBeLessThan(1e-6);
      }),
    );
  });

  it.each([
    [0, 'a number above 0'],
    [NaN, 'a number above 0'],
    [Infinity, 'a number above 0'],
  ])('refuses a rate of %p where it is given', (perSecond, expected) => {
    expect(() => rateLimited(perSecond)).toThrow(
      new InvalidOptionError('rateLimited.perSecond', perSecond, expected),
    );
  });

  it.each([0, 1.5, NaN, Infinity])('refuses a burst of %p where it is given', (burst) => {
    expect(() => rateLimited(1, { burst })).toThrow(
      new InvalidOptionError('rateLimited.burst', burst, 'a whole number of at least 1'),
    );
  });
});
