import { isInvalidAlertRuleError, InvalidAlertRuleError } from './alert-errors';
import type { AlertRule, ThresholdCondition } from './alert-rule';
import { checkedRule } from './rule-check';

const threshold = (changes: Partial<ThresholdCondition> = {}): ThresholdCondition => ({
  type: 'threshold',
  metric: 'm',
  above: 10,
  ...changes,
});
const rule = (changes: Partial<AlertRule> = {}): AlertRule => ({
  name: 'R',
  condition: threshold(),
  ...changes,
});
const under = (below: number, more: Partial<ThresholdCondition> = {}) =>
  rule({ condition: threshold({ above: undefined, below, ...more }) });

describe(checkedRule.name, () => {
  it('fills in what a rule leaves open', () => {
    expect(checkedRule(rule({ severity: 'page', labels: { team: 'a', alertname: 'x' } }))).toEqual({
      name: 'R',
      condition: threshold(),
      labels: { alertname: 'R', severity: 'page', team: 'a' },
      annotations: {},
      for: 0,
      keepFiringFor: 0,
      onNoData: 'resolve',
    });
    expect(
      checkedRule(rule({ for: 5, keepFiringFor: 6, onNoData: 'keep', annotations: { s: 'x' } })),
    ).toMatchObject({ for: 5, keepFiringFor: 6, onNoData: 'keep', annotations: { s: 'x' } });
  });

  it.each<[AlertRule, string]>([
    [rule({ name: '' }), 'a name that is not empty'],
    [rule({ name: 'SLABreach' }), 'kept for triggerSLAAlert'],
    [rule({ for: -1 }), '"for"'],
    [rule({ for: NaN }), '"for"'],
    [rule({ keepFiringFor: Infinity }), '"keepFiringFor"'],
    [rule({ onNoData: 'maybe' as 'keep' }), '"onNoData"'],
    [rule({ labels: { 'a.b': 'x' } }), '"a.b" names no label'],
    [rule({ annotations: { '1': 'x' } }), '"1" names no label'],
    [rule({ condition: { type: 'other' } as never }), 'of type'],
    [rule({ condition: threshold({ above: undefined }) }), '"above" or "below"'],
    [rule({ condition: threshold({ above: NaN }) }), 'finite'],
    [rule({ condition: threshold({ below: 10 }) }), 'no number is above 10 and below 10'],
    [rule({ condition: threshold({ below: 20, clear: 5 }) }), '"clear" needs one bound'],
    [rule({ condition: threshold({ clear: 11 }) }), 'it would clear at 11'],
    [under(10, { clear: 9 }), 'it would clear at 9'],
    [rule({ condition: threshold({ window: 0 }) }), '"window"'],
    [rule({ condition: threshold({ window: 1, aggregate: 'max' }) }), 'has no meaning'],
    [rule({ condition: threshold({ aggregate: { quantile: 2 } }) }), 'a quantile'],
    [rule({ condition: { type: 'absence', metric: 'm', for: 0 } }), '"for" of an absence'],
  ])('refuses %j', (bad, words) => {
    expect(() => checkedRule(bad)).toThrow(InvalidAlertRuleError);
    expect(() => checkedRule(bad)).toThrow(words);
  });

  it('takes what makes sense', () => {
    for (const good of [
      rule({ condition: threshold({ below: 11 }) }),
      rule({ condition: threshold({ clear: 10 }) }),
      under(10, { clear: 12 }),
      rule({ condition: () => 1 }),
      rule({ condition: { type: 'burn-rate', slo: 's' } }),
      rule({ condition: { type: 'absence', metric: 'm', for: 1 } }),
    ]) {
      expect(checkedRule(good).name).toBe('R');
    }
    expect(isInvalidAlertRuleError(new InvalidAlertRuleError('a', 'b'))).toBe(true);
  });
});
