import { InvalidAlertRuleError } from './alert-errors';
import { type AlertLabels, isLabelName, labelsOf } from './alert-labels';
import type { AlertCondition, AlertRule, ThresholdCondition } from './alert-rule';

/** The name of the alerts of `triggerSLAAlert`. */
export const SLA_BREACH = 'SLABreach';

/** A rule in which nothing is left open. */
export interface CheckedRule {
  readonly name: string;
  readonly condition: AlertCondition;
  /** All labels that the rule itself gives. */
  readonly labels: AlertLabels;
  readonly annotations: AlertLabels;
  readonly for: number;
  readonly keepFiringFor: number;
  readonly onNoData: 'resolve' | 'keep' | 'fire';
}

/**
 * Checks a rule and fills in what it leaves open.
 *
 * @throws InvalidAlertRuleError when it contradicts itself.
 */
export function checkedRule(rule: AlertRule): CheckedRule {
  const { annotations = {}, condition, labels = {}, name, severity } = rule;
  const { for: holding = 0, keepFiringFor = 0, onNoData = 'resolve' } = rule;
  const refuse = (reason: string) => new InvalidAlertRuleError(name, reason);
  if (typeof name !== 'string' || name === '') throw refuse('give it a name that is not empty.');
  if (name === SLA_BREACH) throw refuse('the name is kept for triggerSLAAlert. Take another one.');
  if (!isDuration(holding)) throw refuse('"for" must be a number of milliseconds, at least 0.');
  if (!isDuration(keepFiringFor)) {
    throw refuse('"keepFiringFor" must be a number of milliseconds, at least 0.');
  }
  if (!['resolve', 'keep', 'fire'].includes(onNoData)) {
    throw refuse(`"onNoData" must be 'resolve', 'keep' or 'fire'.`);
  }
  const bad = [...Object.keys(labels), ...Object.keys(annotations)].find(
    (each) => !isLabelName(each),
  );
  if (bad !== undefined) {
    throw refuse(
      `${JSON.stringify(bad)} names no label or annotation: take letters, digits and "_".`,
    );
  }
  const problem = problemOf(condition);
  if (problem) throw refuse(problem);
  return {
    name,
    condition,
    labels: labelsOf(severity === undefined ? {} : { severity }, labels, { alertname: name }),
    annotations: labelsOf(annotations),
    for: holding,
    keepFiringFor,
    onNoData,
  };
}

function isDuration(value: number): boolean {
  return Number.isFinite(value) && value >= 0;
}

function problemOf(condition: AlertCondition): string | undefined {
  if (typeof condition === 'function') return undefined;
  switch (condition.type) {
    case 'threshold':
      return problemOfThreshold(condition);
    case 'absence':
      return isDuration(condition.for) && condition.for > 0
        ? undefined
        : '"for" of an absence must be a number of milliseconds above 0.';
    case 'burn-rate':
      return undefined;
    default:
      return `its condition must be of type 'threshold', 'absence' or 'burn-rate', or a function.`;
  }
}

function problemOfThreshold(condition: ThresholdCondition): string | undefined {
  const { above, aggregate, below, clear, window } = condition;
  if (above === undefined && below === undefined) return 'give it "above" or "below".';
  if ([above, below, clear].some((each) => each !== undefined && !Number.isFinite(each))) {
    return '"above", "below" and "clear" must be finite numbers.';
  }
  if (above !== undefined && below !== undefined) {
    if (above >= below) return `no number is above ${above} and below ${below}.`;
    if (clear !== undefined) return '"clear" needs one bound, not two.';
  }
  if (clear !== undefined && above !== undefined && clear > above) {
    return `it would clear at ${clear} while it still fires above ${above}: "clear" must be at most that.`;
  }
  if (clear !== undefined && below !== undefined && clear < below) {
    return `it would clear at ${clear} while it still fires below ${below}: "clear" must be at least that.`;
  }
  if (window !== undefined && !(isDuration(window) && window > 0)) {
    return '"window" must be a number of milliseconds above 0.';
  }
  if (window !== undefined && (aggregate === 'max' || aggregate === 'min')) {
    return `"window" has no meaning for '${aggregate}', which knows no time.`;
  }
  if (typeof aggregate === 'object' && !(aggregate.quantile >= 0 && aggregate.quantile <= 1)) {
    return 'a quantile must be a number from 0 to 1.';
  }
  return undefined;
}
