import type { MetricExemplar, MetricSeries } from '../metric-data';
import { type PrometheusUnit, boundText, escapeLabel, numberText } from './prometheus-names';

/**
 * The lines of one series.
 *
 * @param name That of the family.
 * @param labels As they stand between the braces.
 */
export type SeriesWriter = (
  name: string,
  labels: string,
  series: MetricSeries,
  unit: PrometheusUnit,
  openMetrics: boolean,
) => string;

/** The total, with its exemplar where the format has them. */
export const counterLines: SeriesWriter = (name, labels, series, unit, openMetrics) => {
  const [exemplar] = openMetrics ? (series.exemplars ?? []) : [];
  const value = shown(series.value ?? NaN, unit);
  return `${name}_total${braced(labels)} ${value}${exemplarText(exemplar, unit)}\n`;
};

/** The present value. */
export const gaugeLines: SeriesWriter = (name, labels, { value = NaN }, unit) =>
  `${name}${braced(labels)} ${shown(value, unit)}\n`;

/** Three quantiles, the sum and the count. */
export const quantileLines: SeriesWriter = (name, labels, { p50, p95, p99, ...rest }, unit) => {
  const start = `${name}{${labels === '' ? '' : `${labels},`}quantile="`;
  return `${start}0.5"} ${shown(p50 ?? NaN, unit)}
${start}0.95"} ${shown(p95 ?? NaN, unit)}
${start}0.99"} ${shown(p99 ?? NaN, unit)}
${totals(name, labels, rest, unit)}`;
};

/** The buckets with their exemplars where the format has them, the sum and the count. */
export const bucketLines: SeriesWriter = (name, labels, series, unit, openMetrics) => {
  const { buckets = [], count, exemplars = [] } = series;
  const start = `${name}_bucket{${labels === '' ? '' : `${labels},`}le="`;
  let lines = '';
  let from = -Infinity;
  const line = (bound: number, upTo: number, below: number): void => {
    lines += `${start}${boundText(bound, openMetrics)}"} ${below}`;
    if (openMetrics && exemplars.length > 0) {
      const lower = from;
      const inside = exemplars.find(({ value }) => value > lower && value <= upTo);
      lines += exemplarText(inside, unit);
    }
    lines += '\n';
    from = upTo;
  };
  for (let i = 0; i < buckets.length; i++) {
    const { upTo = Infinity, count: below = 0 } = buckets[i] ?? {};
    // Two bounds may be one number in another unit; then the second says it for both.
    const bound = scaled(upTo, unit);
    if (bound < scaled(buckets[i + 1]?.upTo ?? Infinity, unit)) line(bound, upTo, below);
  }
  line(Infinity, Infinity, count);
  return lines + totals(name, labels, series, unit);
};

function totals(
  name: string,
  labels: string,
  { sum, count }: Pick<MetricSeries, 'sum' | 'count'>,
  unit: PrometheusUnit,
): string {
  const braces = braced(labels);
  return `${name}_sum${braces} ${shown(sum, unit)}\n${name}_count${braces} ${count}\n`;
}

const MOST_EXEMPLAR = 128; // characters of names and values, by OpenMetrics

function exemplarText(exemplar: MetricExemplar | undefined, unit: PrometheusUnit): string {
  if (!exemplar) return '';
  const { traceId, spanId, value, timestamp } = exemplar;
  if (`trace_idspan_id${traceId}${spanId}`.length > MOST_EXEMPLAR) return '';
  const labels = `trace_id="${escapeLabel(traceId)}",span_id="${escapeLabel(spanId)}"`;
  return ` # {${labels}} ${shown(value, unit)} ${timestamp.getTime() / 1000}`;
}

function braced(labels: string): string {
  return labels === '' ? '' : `{${labels}}`;
}

function scaled(value: number, { times, per }: PrometheusUnit): number {
  return (value * times) / per;
}

function shown(value: number, unit: PrometheusUnit): string {
  return numberText(scaled(value, unit));
}
