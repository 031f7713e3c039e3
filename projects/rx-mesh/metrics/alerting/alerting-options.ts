import { createOptions, nonNegative, positiveInteger, waitable } from 'rx-mesh/kernel';
import { isLabelName } from './alert-labels';
import type { InhibitRule } from './alert-mutes';
import type { AlertRule } from './alert-rule';

/** Options of {@link withAlerting}. */
export interface AlertingOptions {
  /** When to raise alerts. @default none */
  readonly rules?: readonly AlertRule[] | undefined;
  /** Alerts with the same values of these labels are told together. @default ['alertname'] */
  readonly groupBy?: readonly string[] | undefined;
  /** How long a new group waits for company before it is told, in milliseconds, at least 0. @default 30000 */
  readonly groupWait?: number | undefined;
  /** How long a group that was told waits before it tells what is new, in milliseconds, above 0. @default 300000 */
  readonly groupInterval?: number | undefined;
  /** After how long alerts that still fire are told again, in milliseconds, above 0. @default 14400000 (4 h) */
  readonly repeatInterval?: number | undefined;
  /** Which firing alerts keep others from being told. @default none */
  readonly inhibit?: readonly InhibitRule[] | undefined;
  /** The rest between two looks at the rules, in milliseconds: above 0 and at most 2147483647. @default 15000 */
  readonly evaluationPeriod?: number | undefined;
  /** The most alerts that are pending or firing, at least 1; more are left out and told as RXM868. @default 500 */
  readonly maxAlerts?: number | undefined;
  /** How many alerts that are over are remembered, at least 1. @default 200 */
  readonly historySize?: number | undefined;
}

interface AlertingValues {
  readonly rules: readonly AlertRule[];
  readonly groupBy: readonly string[];
  readonly groupWait: number;
  readonly groupInterval: number;
  readonly repeatInterval: number;
  readonly inhibit: readonly InhibitRule[];
  readonly evaluationPeriod: number;
  readonly maxAlerts: number;
  readonly historySize: number;
}

export const ALERTING = /* @__PURE__ */ createOptions<AlertingValues>(
  'AlertingOptions',
  {
    rules: [],
    groupBy: ['alertname'],
    groupWait: 30_000,
    groupInterval: 300_000,
    repeatInterval: 14_400_000,
    inhibit: [],
    evaluationPeriod: 15_000,
    maxAlerts: 500,
    historySize: 200,
  },
  {
    groupBy: (names) =>
      names.every((name) => isLabelName(name)) ? undefined : 'a list of label names',
    groupWait: nonNegative,
    groupInterval: waitable,
    repeatInterval: waitable,
    evaluationPeriod: waitable,
    maxAlerts: positiveInteger,
    historySize: positiveInteger,
  },
);
