import { createOptions, waitable } from 'rx-mesh/kernel';
import type { TabGaugeRule } from './merge-series';

/** Options of {@link withTabMetrics}: the same in all tabs. */
export interface TabMetricsOptions {
  /** The name of the `BroadcastChannel`, not empty. @default 'rx-mesh.metrics' */
  readonly name?: string | undefined;
  /** The rest between two looks at the other tabs, in milliseconds: above 0 and at most 2147483647. @default 1000 */
  readonly period?: number | undefined;
  /**
   * What becomes of a gauge that several tabs have, by its name: their sum (right for what is in flight), the smallest, the
   * largest, or what changed last. @default 'sum' for all
   */
  readonly gauges?: Readonly<Record<string, TabGaugeRule>> | undefined;
}

interface TabMetricsValues {
  readonly name: string;
  readonly period: number;
  readonly gauges: Readonly<Record<string, TabGaugeRule>>;
}

export const TAB_METRICS = /* @__PURE__ */ createOptions<TabMetricsValues>(
  'TabMetricsOptions',
  { name: 'rx-mesh.metrics', period: 1000, gauges: {} },
  {
    name: (name) =>
      typeof name === 'string' && name !== '' ? undefined : 'a text that is not empty',
    period: waitable,
    gauges: (rules: unknown) =>
      typeof rules === 'object' && rules !== null && Object.values(rules).every(isRule)
        ? undefined
        : "'sum', 'min', 'max' or 'last' by the names of gauges",
  },
);

function isRule(rule: unknown): rule is TabGaugeRule {
  return rule === 'sum' || rule === 'min' || rule === 'max' || rule === 'last';
}
