import type { MetricSeries } from '../metric-data';
import { IncreaseMeter } from '../slo/increase-meter';
import { type AlertLabels, labelsOf } from './alert-labels';
import type {
  AbsenceCondition,
  AlertContext,
  AlertSample,
  BurnRateCondition,
  ThresholdCondition,
} from './alert-rule';
import { GroupHistory } from './group-history';
import type { CheckedRule } from './rule-check';

/** What a rule sees of one of its alerts. */
export interface AlertReading {
  /** What tells the alert apart. */
  readonly labels: AlertLabels;
  /** The number that it sees. */
  readonly value: number | undefined;
  /** Whether its condition holds. @param firing Whether it fires already. */
  readonly holds: (firing: boolean) => boolean;
}

/** What a rule sees. */
export interface RuleView {
  /** The alerts of which it knows something. */
  readonly readings: readonly AlertReading[];
  /** Whether nobody knows of its other alerts; else they are over. */
  readonly othersUnknown: boolean;
}

/** Looks at the condition of one rule, and remembers what it needs for the next look. Throws what the rule throws. */
export type RuleEvaluator = (context: AlertContext, at: number) => RuleView;

/** Makes what looks at the condition of a rule. */
export function ruleEvaluator(rule: CheckedRule): RuleEvaluator {
  const { condition } = rule;
  if (typeof condition !== 'function') {
    switch (condition.type) {
      case 'threshold':
        return threshold(rule, condition);
      case 'absence':
        return absence(rule, condition);
      case 'burn-rate':
        return (context) => burnRates(rule, condition, context);
    }
  }
  return (context) => {
    const found = condition(context);
    const samples = typeof found === 'number' ? [{ value: found }] : found;
    const known = samples?.filter(({ value }) => !Number.isNaN(value)) ?? [];
    return {
      readings: known.map((one: AlertSample) =>
        reading(rule, one.labels ?? {}, one.value, () => true),
      ),
      othersUnknown: known.length < (samples?.length ?? 1),
    };
  };
}

function threshold(rule: CheckedRule, condition: ThresholdCondition): RuleEvaluator {
  const { above, below, by = [], clear, metric, tags } = condition;
  let histories: ReadonlyMap<string, GroupHistory> = new Map();
  let before: number | undefined;
  const holds = (value: number, firing: boolean) => {
    const upper = firing && above !== undefined ? (clear ?? above) : above;
    const lower = firing && below !== undefined ? (clear ?? below) : below;
    const included = firing && clear !== undefined;
    return isBeyond(value, upper, included, 1) && isBeyond(value, lower, included, -1);
  };
  return (context, at) => {
    const next = new Map<string, GroupHistory>();
    const readings = grouped(context.series(metric, tags), by).flatMap(([own, series]) => {
      const key = JSON.stringify(own);
      const history = histories.get(key) ?? new GroupHistory(condition, at, before);
      next.set(key, history);
      const distribution = () => context.distribution(metric, { ...tags, ...own });
      const value = history.read(condition, series, distribution, at);
      if (value === undefined || Number.isNaN(value)) return [];
      return [reading(rule, own, value, (firing) => holds(value, firing))];
    });
    histories = next;
    before = at;
    return { readings, othersUnknown: true };
  };
}

// With a bound to clear at, a value that is just there has not cleared.
function isBeyond(
  value: number,
  bound: number | undefined,
  included: boolean,
  sign: 1 | -1,
): boolean {
  if (bound === undefined) return true;
  return sign * value > sign * bound || (included && value === bound);
}

function grouped(
  series: readonly MetricSeries[],
  by: readonly string[],
): readonly (readonly [Readonly<Record<string, string>>, readonly MetricSeries[]])[] {
  const groups = new Map<string, [Record<string, string>, MetricSeries[]]>();
  for (const one of series) {
    const own = Object.fromEntries(
      by.filter((tag) => Object.hasOwn(one.tags, tag)).map((tag) => [tag, one.tags[tag] ?? '']),
    );
    const key = JSON.stringify(own);
    const group = groups.get(key) ?? [own, []];
    group[1].push(one);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function absence(rule: CheckedRule, condition: AbsenceCondition): RuleEvaluator {
  const { metric, tags } = condition;
  const meter = new IncreaseMeter();
  let heardAt: number | undefined;
  return (context, at) => {
    let samples = 0;
    meter.look(context.series(metric, tags), (_series, { count }) => (samples += count));
    if (samples > 0) heardAt = at;
    const silent = at - (heardAt ??= at);
    const own = Object.fromEntries(Object.entries(tags ?? {}));
    const readings = [reading(rule, own, silent, () => silent >= condition.for)];
    return { readings, othersUnknown: true };
  };
}

function burnRates(
  rule: CheckedRule,
  condition: BurnRateCondition,
  context: AlertContext,
): RuleView {
  const report = context.slo(condition.slo);
  const { burnRates: all = [], name: slo = '', service = '' } = report ?? {};
  const readings = all
    .filter((each) => condition.rule === undefined || each.rule === condition.rule)
    .flatMap(({ burnRate, burning, rule: burn_rule, severity }) =>
      burning === undefined
        ? []
        : [reading(rule, { severity, slo, service, burn_rule }, burnRate, () => burning)],
    );
  return { readings, othersUnknown: true };
}

function reading(
  rule: CheckedRule,
  own: Readonly<Record<string, unknown>>,
  value: number | undefined,
  holds: (firing: boolean) => boolean,
): AlertReading {
  return { labels: labelsOf(own, rule.labels), value, holds };
}
