import { InvalidOptionError, createOptions, positive, positiveInteger } from 'rx-mesh/kernel';
import { type BurnRateRule, checkedRules } from './burn-rate';
import type { SloSource } from './slo-source';

/**
 * What is counted as good: a call that the service answered (`availability`), or one that took at most `threshold`
 * milliseconds, above 0 (`latency`, within 1 %; failed calls count as well, so pair it with an availability objective).
 */
export type SloIndicator =
  { readonly type: 'availability' } | { readonly type: 'latency'; readonly threshold: number };

/**
 * A service level objective: which share of calls is to be good within a period.
 *
 * @usageNotes
 * ```ts
 * const slo: SloDefinition = { name: 'orders-available', service: 'orders', objective: 0.999 };
 * ```
 */
export interface SloDefinition {
  /** What it is called: not empty, one SLO a name. */
  readonly name: string;
  /** Which service it is about: its name in rx-mesh/communication, or its host. @default none */
  readonly service?: string | undefined;
  /** Which share of the calls is to be good: above 0 and below 1. */
  readonly objective: number;
  /** How far back it looks, in milliseconds, above 0. @default 30 days */
  readonly period?: number | undefined;
  /** What counts as good. @default availability */
  readonly indicator?: SloIndicator | undefined;
  /** When its budget burns too fast. @default the three of `defaultBurnRateRules` */
  readonly rules?: readonly BurnRateRule[] | undefined;
  /** How many events the short window of a rule, and the period, need before anything is said: at least 1. @default 10 */
  readonly minEvents?: number | undefined;
  /**
   * Which metrics tell of its calls; the first one that has series is read. What `record` is given counts too.
   * @default with a service, its calls of rx-mesh/communication, else the requests to that host; without one, none
   */
  readonly sources?: readonly SloSource[] | undefined;
}

/** A definition in which nothing is left open. */
export interface CheckedSlo {
  readonly name: string;
  readonly service: string | undefined;
  readonly objective: number;
  readonly period: number;
  readonly indicator: SloIndicator;
  readonly rules: readonly BurnRateRule[];
  readonly minEvents: number;
}

/** The default period of an SLO, in milliseconds. */
export const THIRTY_DAYS = 2_592_000_000;

const SLO = /* @__PURE__ */ createOptions(
  'SloDefinition',
  { objective: 0.99, period: THIRTY_DAYS, minEvents: 10 },
  {
    objective: (value) =>
      Number.isFinite(value) && value > 0 && value < 1 ? undefined : 'a share above 0 and below 1',
    period: positive,
    minEvents: positiveInteger,
  },
);

/**
 * Checks a definition and fills in what it leaves open.
 *
 * @throws InvalidOptionError when a value is out of its range, or a rule contradicts the objective or the period.
 */
export function checkedSlo(definition: SloDefinition): CheckedSlo {
  const { name, service, indicator = { type: 'availability' }, rules, ...numbers } = definition;
  if (typeof name !== 'string' || name === '') {
    throw new InvalidOptionError('SloDefinition.name', name, 'a text that is not empty');
  }
  const { objective, period, minEvents } = SLO.resolve({
    objective: numbers.objective,
    period: numbers.period,
    minEvents: numbers.minEvents,
  });
  checkIndicator(indicator);
  return {
    name,
    service,
    objective,
    period,
    indicator,
    rules: checkedRules(rules, objective, period),
    minEvents,
  };
}

function checkIndicator(indicator: SloIndicator): void {
  const type: string = indicator.type;
  if (type !== 'availability' && type !== 'latency') {
    throw new InvalidOptionError(
      'SloDefinition.indicator.type',
      type,
      "'availability' or 'latency'",
    );
  }
  const expected = indicator.type === 'latency' ? positive(indicator.threshold) : undefined;
  if (indicator.type === 'latency' && expected) {
    throw new InvalidOptionError(
      'SloDefinition.indicator.threshold',
      indicator.threshold,
      expected,
    );
  }
}
