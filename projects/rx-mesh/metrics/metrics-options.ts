import { createOptions, positiveInteger, waitable } from 'rx-mesh/kernel';

/** Options of {@link MetricsService}. */
export interface MetricsOptions {
  /** The most series of one metric, at least 1; later tags share one more, `otel.metric.overflow`. @default 200 */
  readonly maxSeriesPerMetric?: number | undefined;
  /** The most metrics, at least 1; samples of later names are dropped. @default 200 */
  readonly maxMetrics?: number | undefined;
  /** The rest between two looks of `series$`, in milliseconds: above 0 and at most 2147483647. @default 1000 */
  readonly reportPeriod?: number | undefined;
}

export const METRICS_OPTIONS = /* @__PURE__ */ createOptions(
  'MetricsOptions',
  { maxSeriesPerMetric: 200, maxMetrics: 200, reportPeriod: 1000 },
  {
    maxSeriesPerMetric: positiveInteger,
    maxMetrics: positiveInteger,
    reportPeriod: waitable,
  },
);
