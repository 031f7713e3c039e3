import { InvalidOptionError } from 'rx-mesh/kernel';

/**
 * When an error budget burns too fast: when `budget` of it would be gone within `window`, and it still burns in
 * `shortWindow` (Google, "The Site Reliability Workbook", chapter 5: multi-window, multi-burn-rate alerts).
 */
export interface BurnRateRule {
  /** What it is called: not empty, one a name in an SLO. */
  readonly name: string;
  /** Which share of the budget of the whole period the long window may use up: above 0, at most 1. */
  readonly budget: number;
  /** The long window, in milliseconds: above the short one, at most the period. */
  readonly window: number;
  /** The short window, in milliseconds, above 0: it ends the alert soon after the trouble. */
  readonly shortWindow: number;
  /** How urgent it is. */
  readonly severity: 'page' | 'ticket';
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const SHORTEST_WITH_HOURS = 7 * DAY;

/**
 * The rules of the workbook: 2 % of the budget in 1 h (and 5 min) and 5 % in 6 h (and 30 min) page, 10 % in 3 d (and 6 h)
 * makes a ticket. In a period of 30 days that is a burn rate of 14.4, 6 and 1. A period below 7 days has no room for them:
 * there all windows shrink as the period does.
 *
 * @param period Of the SLO, in milliseconds.
 * @usageNotes
 * ```ts
 * const rules = defaultBurnRateRules(2_592_000_000).filter(({ severity }) => severity === 'page');
 * ```
 */
export function defaultBurnRateRules(period: number): readonly BurnRateRule[] {
  const scale = period < SHORTEST_WITH_HOURS ? period / (30 * DAY) : 1;
  return [
    rule('fast', 'page', 0.02, HOUR * scale, 5 * MINUTE * scale),
    rule('medium', 'page', 0.05, 6 * HOUR * scale, 30 * MINUTE * scale),
    rule('slow', 'ticket', 0.1, 3 * DAY * scale, 6 * HOUR * scale),
  ];
}

function rule(
  name: string,
  severity: BurnRateRule['severity'],
  budget: number,
  window: number,
  shortWindow: number,
): BurnRateRule {
  return { name, severity, budget, window, shortWindow };
}

/**
 * The burn rate that a rule allows: `budget * period / window`, how many times faster than evenly the budget may go. At
 * least 1, since at that rate the budget just lasts.
 *
 * @param period Of the SLO, in milliseconds.
 * @usageNotes
 * ```ts
 * burnRateThreshold({ budget: 0.02, window: 3_600_000 }, 2_592_000_000); // 14.4
 * ```
 */
export function burnRateThreshold(
  { budget, window }: Pick<BurnRateRule, 'budget' | 'window'>,
  period: number,
): number {
  return Math.max(1, (budget * period) / window);
}

/**
 * Checks the rules of an SLO. Of the default ones, those that can never hold are left out.
 *
 * @throws InvalidOptionError when one is out of its range, or can never hold.
 */
export function checkedRules(
  rules: readonly BurnRateRule[] | undefined,
  objective: number,
  period: number,
): readonly BurnRateRule[] {
  // Not even an outage burns faster than that.
  const fastest = 1 / (1 - objective);
  if (!rules) {
    return defaultBurnRateRules(period).filter((each) => burnRateThreshold(each, period) < fastest);
  }
  const names = new Set<string>();
  return rules.map((each) => {
    const { name, budget, window, shortWindow } = each;
    const refuse = (option: string, value: unknown, expected: string) =>
      new InvalidOptionError(`BurnRateRule.${option}`, value, expected);
    if (name === '' || names.has(name)) throw refuse('name', name, 'a name of its own');
    names.add(name);
    if (!(budget > 0 && budget <= 1)) throw refuse('budget', budget, 'a share above 0, at most 1');
    if (!(window > 0 && window <= period)) {
      throw refuse('window', window, `a number above 0, at most the period (${period})`);
    }
    if (!(shortWindow > 0 && shortWindow < window)) {
      throw refuse('shortWindow', shortWindow, `a number above 0 and below the window (${window})`);
    }
    if (burnRateThreshold(each, period) >= fastest) {
      throw refuse(
        'budget',
        budget,
        `lower, or the window longer: an outage burns ${fastest} times as fast as allowed, never more`,
      );
    }
    return each;
  });
}
