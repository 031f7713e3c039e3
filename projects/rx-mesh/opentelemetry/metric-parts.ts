import type { Attributes } from '@opentelemetry/api';
import type { MetricSeries, MetricType } from 'rx-mesh/metrics';

/** A value and the attributes under which it stands. */
export type MetricPoint = readonly [value: number, attributes: Attributes];

/** An instrument of the SDK that shows a metric of ours, or a part of it. */
export interface MetricPart {
  /** What its name has behind that of the metric. */
  readonly suffix: string;
  /** Sums that only go up, or present values. */
  readonly type: 'counter' | 'gauge';
  /** Whether its values count samples, and so have not the unit of the metric. */
  readonly counts?: boolean;
  /** What a series says of it; nothing where the series has no such part. */
  readonly points: (series: MetricSeries) => readonly MetricPoint[];
}

const value = ({ value: now = 0, tags }: MetricSeries): MetricPoint[] => [[now, tags]];

// OpenTelemetry has no histogram that is read: what ours knows is told by numbers that are, under the names of Prometheus.
const DISTRIBUTION: readonly MetricPart[] = [
  { suffix: '.count', type: 'counter', counts: true, points: ({ count, tags }) => [[count, tags]] },
  { suffix: '.sum', type: 'counter', points: ({ sum, tags }) => [[sum, tags]] },
  { suffix: '.quantile', type: 'gauge', points: quantiles },
  { suffix: '.bucket', type: 'counter', counts: true, points: buckets },
];

/** What stands for each type of metric. */
export const METRIC_PARTS: Readonly<Record<MetricType, readonly MetricPart[]>> = {
  counter: [{ suffix: '', type: 'counter', points: value }],
  gauge: [{ suffix: '', type: 'gauge', points: value }],
  histogram: DISTRIBUTION,
  timer: DISTRIBUTION,
};

function quantiles({ min, p50, p95, p99, max, tags }: MetricSeries): MetricPoint[] {
  const known: [string, number | undefined][] = [
    ['0', min],
    ['0.5', p50],
    ['0.95', p95],
    ['0.99', p99],
    ['1', max],
  ];
  return known.flatMap(([quantile, at]) =>
    at === undefined ? [] : [[at, { ...tags, quantile }] as const],
  );
}

function buckets({ buckets: all = [], tags }: MetricSeries): MetricPoint[] {
  return all.map(({ upTo, count }) => [
    count,
    { ...tags, le: upTo === Infinity ? '+Inf' : String(upTo) },
  ]);
}
