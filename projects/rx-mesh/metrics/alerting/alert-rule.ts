import type { QuantileSketch } from 'rx-mesh/kernel';
import type { MetricSeries, MetricTags } from '../metric-data';
import type { SloReport } from '../slo/slo-tracker';
import type { AlertSeverity } from './alert';

/**
 * How the series of a metric become one number. `sum`: of the totals; `max`, `min`: of the values, or of the extremes of
 * histograms; `avg`: the mean of the values, or of the samples of histograms; `count`: how many samples; `rate`: the increase
 * in a second of what a counter counts, of the samples of others; `{ quantile }`: a share from 0 to 1 of a histogram.
 */
export type AlertAggregate =
  'sum' | 'max' | 'min' | 'avg' | 'count' | 'rate' | { readonly quantile: number };

/** Holds while a number made of a metric is on the wrong side. */
export interface ThresholdCondition {
  /** What kind of condition it is. */
  readonly type: 'threshold';
  /** The name of the metric. */
  readonly metric: string;
  /** Which of its series: those that have these tags and maybe others. @default all */
  readonly tags?: MetricTags | undefined;
  /** One alert for each set of values of these tags, which become its labels. @default one alert */
  readonly by?: readonly string[] | undefined;
  /** How its series become one number. @default 'sum' */
  readonly aggregate?: AlertAggregate | undefined;
  /**
   * How far back a `rate`, a quantile, or the increase of a `sum`, `avg` or `count` goes, in milliseconds.
   * @default 300000 for `rate` and quantiles; for the others all that there is
   */
  readonly window?: number | undefined;
  /** It holds above that. With `below` as well, it holds between the two. */
  readonly above?: number | undefined;
  /** It holds below that. */
  readonly below?: number | undefined;
  /** Once it fires, it holds until the number is beyond this: at most `above`, at least `below`. @default the same */
  readonly clear?: number | undefined;
}

/** Holds while nothing is recorded under a metric. */
export interface AbsenceCondition {
  /** What kind of condition it is. */
  readonly type: 'absence';
  /** The name of the metric. */
  readonly metric: string;
  /** Which of its series: those that have these tags and maybe others. @default all */
  readonly tags?: MetricTags | undefined;
  /** For how long nothing must be recorded, in milliseconds, above 0, counted from the first evaluation at the earliest. */
  readonly for: number;
}

/** Holds while the error budget of an SLO burns too fast. With too few events it knows nothing. */
export interface BurnRateCondition {
  /** What kind of condition it is. */
  readonly type: 'burn-rate';
  /** The name of the SLO. */
  readonly slo: string;
  /** The name of one of its rules. @default any of them, with an alert for each */
  readonly rule?: string | undefined;
}

/** What a rule of your own found: an alert with a number. */
export interface AlertSample {
  /** What tells it apart from others of the rule. @default none */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** The number that people see. */
  readonly value: number;
}

/** What a rule of your own looks at. */
export interface AlertContext {
  /** When it is, by the wall clock. */
  readonly timestamp: Date;
  /** The series of a metric that have these tags and maybe others. */
  readonly series: (metric: string, tags?: MetricTags) => readonly MetricSeries[];
  /** The distribution of a histogram or timer since it began, over all series that have these tags and maybe others. */
  readonly distribution: (metric: string, tags?: MetricTags) => QuantileSketch;
  /** How an SLO is doing; `undefined` when there is none of this name. */
  readonly slo: (name: string) => SloReport | undefined;
}

/**
 * A condition of your own: each sample is an alert, a number is one. An empty list says that all is well; `undefined` and
 * `NaN` that nobody knows.
 */
export type AlertEvaluation = (
  context: AlertContext,
) => readonly AlertSample[] | number | undefined;

/** What makes a rule fire. */
export type AlertCondition =
  ThresholdCondition | AbsenceCondition | BurnRateCondition | AlertEvaluation;

/**
 * When to raise an alert, and what to say.
 *
 * @usageNotes
 * ```ts
 * const slow: AlertRule = {
 *   name: 'SlowCheckout',
 *   severity: 'page',
 *   for: 60_000,
 *   condition: {
 *     type: 'threshold',
 *     metric: 'checkout.duration',
 *     aggregate: { quantile: 0.99 },
 *     above: 2000,
 *     clear: 1500,
 *   },
 * };
 * ```
 */
export interface AlertRule {
  /** What the alert is called: the label `alertname`. Not empty, one rule a name. */
  readonly name: string;
  /** When it fires. */
  readonly condition: AlertCondition;
  /** How urgent it is: the label `severity`. @default none */
  readonly severity?: AlertSeverity | undefined;
  /** More labels. They are part of what an alert is: take nothing that varies. @default none */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** What people are told. @default none */
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  /** How long the condition must hold before it fires, in milliseconds, at least 0. @default 0 */
  readonly for?: number | undefined;
  /** How long it goes on firing after the condition held last, in milliseconds, at least 0. @default 0 */
  readonly keepFiringFor?: number | undefined;
  /**
   * What becomes of an alert whose metric is gone, or says nothing. `resolve`: it ends, as in Prometheus, for which a series
   * that is gone is one that does not exceed; `keep`: it stays as it is; `fire`: silence is an alert.
   * @default 'resolve'
   */
  readonly onNoData?: 'resolve' | 'keep' | 'fire' | undefined;
}
