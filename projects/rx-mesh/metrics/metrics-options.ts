import { InjectionToken } from '@angular/core';
import { createOptions, positiveInteger, waitable } from 'rx-mesh/kernel';
import type { MetricView, MetricViews } from './metric-view';

declare const ngDevMode: boolean;

/** Options of {@link MetricsService}. */
export interface MetricsOptions {
  /** The most series of one metric, at least 1; later tags share one more, `otel.metric.overflow`. @default 200 */
  readonly maxSeriesPerMetric?: number | undefined;
  /** The most metrics, at least 1; samples of later names are dropped. @default 200 */
  readonly maxMetrics?: number | undefined;
  /** The rest between two looks of `series$`, in milliseconds: above 0 and at most 2147483647. @default 1000 */
  readonly reportPeriod?: number | undefined;
  /** What to make of the metrics of others: other names, fewer tags, other buckets. @default none */
  readonly views?: readonly MetricView[] | undefined;
}

export const METRICS_OPTIONS = /* @__PURE__ */ createOptions(
  'MetricsOptions',
  {
    maxSeriesPerMetric: 200,
    maxMetrics: 200,
    reportPeriod: 1000,
    views: [] as readonly MetricView[],
  },
  {
    maxSeriesPerMetric: positiveInteger,
    maxMetrics: positiveInteger,
    reportPeriod: waitable,
    views: (value) => (Array.isArray(value) ? undefined : 'a list of views'),
  },
);

/** The views of the application, ready for use. Apart from the options, so that who has none does not pay for them. */
export const METRIC_VIEWS = new InjectionToken<MetricViews | undefined>(
  ngDevMode ? 'rx-mesh METRIC_VIEWS' : '',
  { providedIn: 'root', factory: () => undefined },
);
