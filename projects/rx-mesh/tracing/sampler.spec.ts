import fc from 'fast-check';
import { cryptoIdGenerator, seededRandom } from 'rx-mesh/kernel';
import { isSampled } from './sampler';

const HEAD = '4bf92f3577b34da6a3';
const LOWEST = `${HEAD}00000000000000`;
const HIGHEST = `${HEAD}ffffffffffffff`;
const traceId = fc.stringMatching(/^[\da-f]{32}$/);

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

  it('records at a greater share whatever it records at a smaller one, and decides always alike', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(traceId, share, share, (id, a, b) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)];
        expect(isSampled(id, less)).toBe(isSampled(id, less));
        expect([isSampled(id, more), !isSampled(id, less)]).toContain(true);
        expect(isSampled(id, 0)).toBe(false);
        expect(isSampled(id, 1)).toBe(true);
      }),
    );
  });

  it.each([0.1, 0.5, 0.9])('records about a share of %p', (ratio) => {
    const random = seededRandom(7);
    const digit = () => Math.floor(random.next() * 16).toString(16);
    const count = 4000;
    let recorded = 0;
    for (let i = 0; i < count; i++) {
      if (isSampled(Array.from({ length: 32 }, digit).join(''), ratio)) recorded++;
    }

    // Four standard deviations of a binomial share.
    const slack = 4 * Math.sqrt((ratio * (1 - ratio)) / count);
    expect(Math.abs(recorded / count - ratio)).toBeLessThan(slack);
  });

  it('understands the ids of the house', () => {
    expect(isSampled(cryptoIdGenerator().traceId(), 1)).toBe(true);
  });
});
