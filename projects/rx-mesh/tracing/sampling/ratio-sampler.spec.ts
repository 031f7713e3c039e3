import fc from 'fast-check';
import { InvalidOptionError, cryptoIdGenerator, seededRandom } from 'rx-mesh/kernel';
import { isSampled, ratioSampler } from './ratio-sampler';
import type { SamplingRequest } from './sampler';

const HEAD = '4bf92f3577b34da6a3';
const LOWEST = `${HEAD}00000000000000`;
const HIGHEST = `${HEAD}ffffffffffffff`;
const aTraceId = fc.stringMatching(/^[\da-f]{32}$/);
const aShare = fc.double({ min: 0, max: 1, noNaN: true });

const request = (traceId: string): SamplingRequest => ({
  traceId,
  operationName: 'import',
  kind: 'internal',
  tags: {},
  parent: undefined,
  links: [],
  now: 0,
});

function randomIds(count: number): string[] {
  const random = seededRandom(7);
  const digit = () => Math.floor(random.next() * 16).toString(16);
  return Array.from({ length: count }, () => Array.from({ length: 32 }, digit).join(''));
}

describe(isSampled.name, () => {
  it.each([
    [LOWEST, 1, true],
    [HIGHEST, 1, true],
    [LOWEST, 0, false],
    [HIGHEST, 0, false],
    [`${HEAD}7fffffffffffff`, 0.5, false],
    [`${HEAD}80000000000000`, 0.5, true],
    [HIGHEST, Number.MIN_VALUE, false],
    [HIGHEST, 1e-9, true],
  ])('decides of %s at %p: %p', (id, ratio, expected) => {
    expect(isSampled(id, ratio)).toBe(expected);
  });

  it('looks at the random part of the id only', () => {
    expect(isSampled(`${'0'.repeat(18)}80000000000000`, 0.5)).toBe(true);
    expect(isSampled(`${'f'.repeat(18)}70000000000000`, 0.5)).toBe(false);
  });

  it('understands the ids of the house', () => {
    expect(isSampled(cryptoIdGenerator().traceId(), 1)).toBe(true);
  });
});

describe(ratioSampler.name, () => {
  it('samples at a greater share whatever it samples at a smaller one, and decides always alike', () => {
    fc.assert(
      fc.property(aTraceId, aShare, aShare, (traceId, a, b) => {
        const asked = request(traceId);
        const less = ratioSampler(Math.min(a, b));
        const isIn = less.sample(asked);

        expect(less.sample({ ...asked, now: 5, operationName: 'other' })).toBe(isIn);
        expect([ratioSampler(Math.max(a, b)).sample(asked), !isIn]).toContain(true);
        expect(ratioSampler(0).sample(asked)).toBe(false);
        expect(ratioSampler(1).sample(asked)).toBe(true);
      }),
    );
  });

  it.each([0.01, 0.1, 0.5, 0.9])('samples about a share of %p', (ratio) => {
    const count = 4000;
    const sampler = ratioSampler(ratio);
    const sampled = randomIds(count).filter((id) => sampler.sample(request(id))).length;

    // Four standard deviations of a binomial share.
    const slack = 4 * Math.sqrt((ratio * (1 - ratio)) / count);
    expect(Math.abs(sampled / count - ratio)).toBeLessThan(slack);
  });

  it('samples each trace of a lower share at every higher one', () => {
    const ids = randomIds(2000);
    const sets = [0, 0.01, 0.1, 0.5, 0.99, 1].map((ratio) =>
      ids.filter((id) => ratioSampler(ratio).sample(request(id))),
    );

    for (const [index, set] of sets.slice(1).entries()) {
      expect(set).toEqual(expect.arrayContaining(sets[index] ?? []));
    }
    expect(sets.at(0)).toEqual([]);
    expect(sets.at(-1)).toEqual(ids);
  });

  it.each([-0.1, 1.1, NaN, Infinity])('refuses a share of %p where it is given', (ratio) => {
    expect(() => ratioSampler(ratio)).toThrow(
      new InvalidOptionError('ratioSampler.ratio', ratio, 'a number from 0 to 1'),
    );
  });
});
