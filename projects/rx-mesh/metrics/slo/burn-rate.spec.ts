import { InvalidOptionError } from 'rx-mesh/kernel';
import {
  type BurnRateRule,
  burnRateThreshold,
  checkedRules,
  defaultBurnRateRules,
} from './burn-rate';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const rule = (changes: Partial<BurnRateRule> = {}): BurnRateRule => ({
  name: 'fast',
  budget: 0.02,
  window: HOUR,
  shortWindow: 300_000,
  severity: 'page',
  ...changes,
});

describe(burnRateThreshold.name, () => {
  it.each([
    [0.02, 1, 30, 14.4],
    [0.05, 6, 30, 6],
    [0.1, 72, 30, 1],
    [0.02, 1, 28, 13.44],
    [0.02, 1, 7, 3.36],
    [0.05, 6, 90, 18],
    [0.1, 72, 7, 1],
    [1, 720, 30, 1],
  ])('of %d of the budget in %d h of %d days is %d', (budget, hours, days, threshold) => {
    expect(burnRateThreshold({ budget, window: hours * HOUR }, days * DAY)).toBeCloseTo(
      threshold,
      10,
    );
  });
});

describe(defaultBurnRateRules.name, () => {
  it('gives the three of the workbook for 30 days', () => {
    const rules = defaultBurnRateRules(30 * DAY);

    expect(rules).toEqual([
      rule(),
      rule({ name: 'medium', budget: 0.05, window: 6 * HOUR, shortWindow: 1_800_000 }),
      rule({
        name: 'slow',
        severity: 'ticket',
        budget: 0.1,
        window: 3 * DAY,
        shortWindow: 6 * HOUR,
      }),
    ]);
    expect(rules.map((each) => burnRateThreshold(each, 30 * DAY))).toEqual([14.4, 6, 1]);
  });

  it('shrinks the windows with a period that has no room for them, and keeps the thresholds', () => {
    const rules = defaultBurnRateRules(DAY);

    expect(rules.map(({ window }) => window)).toEqual([120_000, 720_000, 8_640_000]);
    expect(rules.map((each) => burnRateThreshold(each, DAY))).toEqual([
      expect.closeTo(14.4),
      expect.closeTo(6),
      expect.closeTo(1),
    ]);
  });
});

describe(checkedRules.name, () => {
  it('leaves out default rules that an outage cannot reach', () => {
    expect(checkedRules(undefined, 0.9, 30 * DAY).map(({ name }) => name)).toEqual([
      'medium',
      'slow',
    ]);
    expect(checkedRules(undefined, 0.999, 30 * DAY)).toHaveLength(3);
  });

  it.each([
    [rule({ name: '' }), 'name'],
    [rule({ budget: 0 }), 'budget'],
    [rule({ budget: 1.1 }), 'budget'],
    [rule({ budget: NaN }), 'budget'],
    [rule({ window: 31 * DAY }), 'window'],
    [rule({ window: 0 }), 'window'],
    [rule({ shortWindow: HOUR }), 'shortWindow'],
    [rule({ shortWindow: -1 }), 'shortWindow'],
  ])('refuses %j', (bad, option) => {
    expect(() => checkedRules([bad], 0.999, 30 * DAY)).toThrow(`BurnRateRule.${option} is`);
  });

  it('refuses a rule that can never hold, and two of one name', () => {
    expect(() => checkedRules([rule()], 0.9, 30 * DAY)).toThrow(InvalidOptionError);
    expect(() => checkedRules([rule(), rule()], 0.999, 30 * DAY)).toThrow('a name of its own');
    expect(checkedRules([], 0.9, 30 * DAY)).toEqual([]);
  });
});
