import { createOptions, positiveInteger, waitable } from 'rx-mesh/kernel';

/** Options of `withMetricsDashboard`. */
export interface DashboardOptions {
  /** How long a window of `aggregatedMetrics$` is, in milliseconds: above 0 and at most 2147483647. @default 10000 */
  readonly aggregationWindow?: number | undefined;
  /** The rest between two looks of `realTimeDashboard$`, in milliseconds: above 0 and at most 2147483647. @default 5000 */
  readonly dashboardPeriod?: number | undefined;
  /** How many looks back the history of a dashboard goes, at least 1. @default 60 (5 minutes) */
  readonly history?: number | undefined;
  /** The rest between two looks at the resources, in milliseconds: above 0 and at most 2147483647. @default 30000 */
  readonly resourcePeriod?: number | undefined;
}

export const DASHBOARD = /* @__PURE__ */ createOptions(
  'DashboardOptions',
  { aggregationWindow: 10_000, dashboardPeriod: 5000, history: 60, resourcePeriod: 30_000 },
  {
    aggregationWindow: waitable,
    dashboardPeriod: waitable,
    history: positiveInteger,
    resourcePeriod: waitable,
  },
);
