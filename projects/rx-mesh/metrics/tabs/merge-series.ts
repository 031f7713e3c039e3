import { QuantileSketch } from 'rx-mesh/kernel';
import type { MetricBucket, MetricSeries } from '../metric-data';
import type { TabSeries } from './tab-series';

/** What becomes of a gauge that several tabs have: their sum, the smallest, the largest, or what changed last. */
export type TabGaugeRule = 'sum' | 'min' | 'max' | 'last';

/** The series of one tab. */
export interface TabPart {
  readonly series: readonly TabSeries[];
  /** Whether the tab is still there: a gauge of one that is gone says nothing. */
  readonly live: boolean;
  /** How many changes were heard before that of a gauge, by its key. */
  readonly order?: ReadonlyMap<string, number> | undefined;
}

interface Draft {
  readonly first: MetricSeries;
  readonly sketch: QuantileSketch | undefined;
  startTime: Date;
  value: number;
  count: number;
  sum: number;
  min: number;
  max: number;
  order: number;
  buckets: readonly MetricBucket[] | undefined;
}

/**
 * The series of all tabs as one: counters, histograms and timers add up, gauges go by their rule. Quantiles are those of all
 * samples, for sketches merge exactly; they are absent where a tab told no sketch, buckets where tabs have different ones.
 */
export function mergeSeries(
  parts: readonly TabPart[],
  ruleOf: (name: string) => TabGaugeRule,
): readonly TabSeries[] {
  const drafts = new Map<string, Draft>();
  for (const { series, live, order } of parts) {
    for (const each of series) {
      if (each.series.type === 'gauge' && !live) continue;
      const known = drafts.get(each.key);
      const at = order?.get(each.key) ?? 0;
      const sketch = mergedSketch(known, each);
      drafts.set(
        each.key,
        known ? add(known, each.series, sketch, at, ruleOf) : draftOf(each.series, sketch, at),
      );
    }
  }
  return [...drafts].map(([key, draft]) => ({
    key,
    series: seriesOf(draft),
    sketch: draft.sketch,
  }));
}

// A copy at first: what is known of a tab stays as it is.
function mergedSketch(known: Draft | undefined, { sketch }: TabSeries): QuantileSketch | undefined {
  if (!sketch || (known && !known.sketch)) return undefined;
  return (known?.sketch ?? new QuantileSketch()).merge(sketch);
}

function draftOf(first: MetricSeries, sketch: QuantileSketch | undefined, order: number): Draft {
  const { startTime, value = 0, count, sum, min = Infinity, max = -Infinity, buckets } = first;
  return { first, sketch, startTime, value, count, sum, min, max, order, buckets };
}

function add(
  draft: Draft,
  series: MetricSeries,
  sketch: QuantileSketch | undefined,
  order: number,
  ruleOf: (name: string) => TabGaugeRule,
): Draft {
  const { name, type, startTime, value = 0, count, sum, min = Infinity, max = -Infinity } = series;
  const rule = type === 'gauge' ? ruleOf(name) : 'sum';
  const isLater = order > draft.order;
  return {
    first: draft.first,
    sketch,
    startTime: startTime < draft.startTime ? startTime : draft.startTime,
    value: ruled(rule, draft.value, value, isLater),
    count: draft.count + count,
    sum: draft.sum + sum,
    min: Math.min(draft.min, min),
    max: Math.max(draft.max, max),
    order: Math.max(draft.order, order),
    buckets: addedBuckets(draft.buckets, series.buckets),
  };
}

function ruled(rule: TabGaugeRule, a: number, b: number, isLater: boolean): number {
  switch (rule) {
    case 'sum':
      return a + b;
    case 'min':
      return Math.min(a, b);
    case 'max':
      return Math.max(a, b);
    case 'last':
      return isLater ? b : a;
  }
}

function addedBuckets(
  a: readonly MetricBucket[] | undefined,
  b: readonly MetricBucket[] | undefined,
): readonly MetricBucket[] | undefined {
  if (!a || a.length !== b?.length || a.some(({ upTo }, i) => upTo !== b[i]?.upTo))
    return undefined;
  return a.map(({ upTo, count }, i) => ({ upTo, count: count + (b[i]?.count ?? 0) }));
}

function seriesOf(draft: Draft): MetricSeries {
  const { first, sketch, startTime, value, count, min, max, buckets } = draft;
  const { name, type, unit, description, tags } = first;
  const isNumber = type === 'counter' || type === 'gauge';
  return Object.freeze({
    name,
    type,
    unit,
    description,
    tags,
    startTime,
    value: isNumber ? value : undefined,
    count,
    sum: isNumber ? value : draft.sum,
    min: isNumber ? undefined : min,
    max: isNumber ? undefined : max,
    p50: sketch?.quantile(0.5),
    p95: sketch?.quantile(0.95),
    p99: sketch?.quantile(0.99),
    buckets,
  });
}
