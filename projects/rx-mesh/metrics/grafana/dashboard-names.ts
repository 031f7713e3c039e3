import type { MetricType } from '../metric-data';
import { familyName, gaugeName, labelName, prometheusUnit } from '../prometheus/prometheus-names';

/** A metric as dashboards have to know it: a `MetricSeries` is one. */
export interface DashboardMetric {
  /** Its name in code. */
  readonly name: string;
  /** Its kind. */
  readonly type: MetricType;
  /** The unit of its values. @default none; `ms` for a timer */
  readonly unit?: string | undefined;
  /** What it says. @default nothing */
  readonly description?: string | undefined;
  /** Its buckets, if it has some. @default none */
  readonly buckets?: readonly unknown[] | undefined;
}

const NONE: ReadonlySet<string> = /* @__PURE__ */ new Set();

/** The name of a metric in Prometheus, without the endings of single lines such as `_bucket`. */
export function nameOf({ name, type, unit }: DashboardMetric): string {
  const family = familyName(
    name,
    prometheusUnit(unit ?? (type === 'timer' ? 'ms' : undefined), type),
  );
  if (type === 'gauge') return gaugeName(family);
  return type === 'counter' ? `${family}_total` : family;
}

/** The label of a tag in Prometheus. */
export function labelOf(tag: string): string {
  return labelName(tag, NONE);
}

/** How Grafana writes the values of a metric. */
export function grafanaUnit({ type, unit }: DashboardMetric): string {
  const { suffix } = prometheusUnit(unit ?? (type === 'timer' ? 'ms' : undefined), type);
  return (
    { seconds: 's', bytes: 'bytes', percent: 'percent', ratio: 'percentunit', hertz: 'hertz' }[
      suffix
    ] ?? 'short'
  );
}

/** The durations of `metricsInterceptor`. */
export const HTTP: DashboardMetric = {
  name: 'http.client.request.duration',
  type: 'histogram',
  unit: 's',
};
/** The durations of the calls of rx-mesh/communication. */
export const CALLS: DashboardMetric = { name: 'rx_mesh.call.duration', type: 'timer' };
/** The calls that a policy turned away. */
export const REJECTIONS: DashboardMetric = { name: 'rx_mesh.call.rejections', type: 'counter' };
/** What `SloMonitor` says of budgets. */
export const BUDGET: DashboardMetric = { name: 'slo.error_budget.remaining', type: 'gauge' };
/** What `SloMonitor` says of burn rates. */
export const BURN_RATE: DashboardMetric = { name: 'slo.burn_rate', type: 'gauge' };
/** 1 for the `state` that a circuit breaker is in, 0 for the others, as `BreakerMetrics` has it. */
export const BREAKER: DashboardMetric = { name: 'circuit_breaker.state', type: 'gauge' };
/** How often circuit breakers went `from` one state `to` another. */
export const TRANSITIONS: DashboardMetric = {
  name: 'circuit_breaker.transitions',
  type: 'counter',
};

/** The states of circuit breakers that are told apart, by how much they keep from a service, and in which colours. */
export const BREAKER_STATES: readonly (readonly [number, string, string])[] = [
  [0, 'closed', 'green'],
  [1, 'half-open', 'yellow'],
  [2, 'open', 'red'],
  [3, 'isolated', 'purple'],
];
