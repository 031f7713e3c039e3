import type { MetricSeries } from '../metric-data';
import { Exposition, type PrometheusLeftOut } from './exposition';
import { LabelRenderer } from './label-renderer';

/** The `Content-Type` of what {@link prometheusText} makes. */
export const PROMETHEUS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** The `Content-Type` of what {@link openMetricsText} makes. */
export const OPENMETRICS_CONTENT_TYPE =
  'application/openmetrics-text; version=1.0.0; charset=utf-8';

/** Options of {@link prometheusText}. */
export interface PrometheusTextOptions {
  /** What is known about the application, such as `service.name`: the labels of `target_info`. @default no such line */
  readonly resource?: Readonly<Record<string, string | number | boolean>> | undefined;
  /** Labels that the receiver sets itself: tags that would have them get `exported_` before it. @default none */
  readonly reserved?: readonly string[] | undefined;
  /** Told what is not in the text, once a metric and reason. @default nobody is */
  readonly onLeftOut?: ((leftOut: PrometheusLeftOut) => void) | undefined;
}

/** Options of {@link openMetricsText}. */
export interface OpenMetricsTextOptions extends PrometheusTextOptions {
  /**
   * Whether there are `_created` lines with the start times. A Prometheus that does not know what they are for stores a
   * series for each. @default false
   */
  readonly created?: boolean | undefined;
}

/**
 * Series in the text format 0.0.4 of Prometheus, under the names that OpenTelemetry gives them there: dots become `_`, the
 * base unit is at the end, then `_total` for a counter. Values are in base units: a timer, in milliseconds here, is in
 * seconds there. A distribution is a histogram where it has buckets, else a summary with three quantiles.
 *
 * Families come in the order of their names, series in the given order. Of two metrics that cannot share a name, and of two
 * series with the same labels, the second is left out.
 *
 * @usageNotes
 * ```ts
 * const text = prometheusText(metrics.collect(), { resource: { 'service.name': 'shop' } });
 * ```
 */
export function prometheusText(
  series: readonly MetricSeries[],
  options: PrometheusTextOptions = {},
): string {
  return exposition(series, options, false, false);
}

/**
 * Series in the text format OpenMetrics 1.0, under the same names as in {@link prometheusText}: with units, exemplars and
 * `# EOF` at the end.
 *
 * @usageNotes
 * ```ts
 * const text = openMetricsText(metrics.collect(), { created: true });
 * ```
 */
export function openMetricsText(
  series: readonly MetricSeries[],
  options: OpenMetricsTextOptions = {},
): string {
  return `${exposition(series, options, true, options.created === true)}# EOF\n`;
}

function exposition(
  series: readonly MetricSeries[],
  { resource, reserved, onLeftOut }: PrometheusTextOptions,
  openMetrics: boolean,
  created: boolean,
): string {
  const labels = new LabelRenderer(reserved);
  const text = new Exposition({ openMetrics, created, labels, onLeftOut });
  if (resource) text.addResource(resource);
  for (const each of series) text.add(each);
  return text.toString();
}
