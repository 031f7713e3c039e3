import type { MetricExemplar, MetricSeries } from '../metric-data';
import { attributesOf, nanosOf } from './otlp-values';

/**
 * Whether each number counts from the last one that was sent (`delta`) or from the start of its series (`cumulative`).
 * Gauges are neither; summaries are always `cumulative`.
 */
export type MetricsTemporality = 'delta' | 'cumulative';

/** Who the metrics are of. */
export interface MetricsResource {
  /** What the application is called, not empty. */
  readonly serviceName: string;
  /** What else is known about it, such as `service.version`. */
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

/** How {@link otlpMetricsJson} writes. */
export interface OtlpMetricsOptions {
  /** Who the metrics are of. */
  readonly resource: MetricsResource;
  /** What the numbers of the series are: it is written beside them, nothing is computed. */
  readonly temporality: MetricsTemporality;
  /** When they were so. A start that is later, for the clock was set back, becomes this. */
  readonly now: Date;
}

/** A request body, and what is in it. */
export interface OtlpMetricsBody {
  /** The body. */
  readonly text: string;
  /** Its size in UTF-8. */
  readonly bytes: number;
  /** Which of the given series are in it, by their places. */
  readonly places: readonly number[];
}

// Those of the protocol: enums are numbers in JSON.
const TEMPORALITY = { delta: 1, cumulative: 2 } as const;

/**
 * Series as the JSON of OTLP/HTTP (`ExportMetricsServiceRequest`), one data point each: counters as monotonic sums, gauges,
 * histograms and timers with buckets as histograms, those without as summaries with the quantiles 0, 0.5, 0.95, 0.99 and 1.
 * Integers of 64 bits are decimal strings, for a number would lose their last digits.
 *
 * A sketch is not sent as an exponential histogram: its buckets grow by another factor than the protocol has, so they would
 * have to be guessed anew. Summaries of several pages cannot be added up; give a metric buckets where that is needed.
 *
 * @usageNotes
 * ```ts
 * const body = otlpMetricsJson(metrics.collect(), {
 *   resource: { serviceName: 'shop', attributes: {} },
 *   temporality: 'cumulative',
 *   now: new Date(clock.now()),
 * });
 * ```
 */
export function otlpMetricsJson(
  series: readonly MetricSeries[],
  options: OtlpMetricsOptions,
): string {
  const groups = series.map((each) => ({
    head: headOf(each, options),
    point: pointOf(each, options),
  }));
  return wrap(metricsOf(groups), options);
}

/**
 * The same in several bodies, none above a size; only a series that is larger by itself makes one that is.
 *
 * @param most The most bytes of a body.
 */
export function otlpMetricsBodies(
  series: readonly MetricSeries[],
  options: OtlpMetricsOptions,
  most: number,
): readonly OtlpMetricsBody[] {
  const encoder = new TextEncoder();
  const sizeOf = (text: string): number => encoder.encode(text).length;
  const empty = sizeOf(wrap('', options));
  const bodies: OtlpMetricsBody[] = [];
  let written: Written[] = [];
  let places: number[] = [];
  let heads = new Set<string>();
  let room = most - empty;
  const close = (): void => {
    if (places.length === 0) return;
    const text = wrap(metricsOf(written), options);
    bodies.push({ text, bytes: sizeOf(text), places });
    written = [];
    places = [];
    heads = new Set();
    room = most - empty;
  };
  series.forEach((each, place) => {
    const head = headOf(each, options);
    const point = pointOf(each, options);
    const own = sizeOf(point) + 1;
    const whole = own + sizeOf(head.start + head.end) + 1;
    if ((heads.has(head.start) ? own : whole) > room) close();
    room -= heads.has(head.start) ? own : whole;
    heads.add(head.start);
    written.push({ head, point });
    places.push(place);
  });
  close();
  return bodies;
}

interface Head {
  readonly start: string;
  readonly end: string;
}

interface Written {
  readonly head: Head;
  readonly point: string;
}

// Points of one metric stand together, wherever they came.
function metricsOf(written: readonly Written[]): string {
  const metrics = new Map<string, { readonly end: string; readonly points: string[] }>();
  for (const { head, point } of written) {
    const known = metrics.get(head.start);
    if (known) known.points.push(point);
    else metrics.set(head.start, { end: head.end, points: [point] });
  }
  return [...metrics].map(([start, { points, end }]) => start + points.join() + end).join();
}

function wrap(metrics: string, { resource }: OtlpMetricsOptions): string {
  const attributes = new Map<string, unknown>(Object.entries(resource.attributes))
    .set('service.name', resource.serviceName)
    .set('telemetry.sdk.name', 'rx-mesh')
    .set('telemetry.sdk.language', 'webjs');
  return (
    `{"resourceMetrics":[{"resource":${JSON.stringify({ attributes: attributesOf(attributes) })},` +
    `"scopeMetrics":[{"scope":{"name":"rx-mesh"},"metrics":[${metrics}]}]}]}`
  );
}

// What stands around the points of a metric.
function headOf(
  { name, description, unit, type, buckets }: MetricSeries,
  options: OtlpMetricsOptions,
): Head {
  const said = JSON.stringify({ name, description, unit }).slice(0, -1);
  const temporality = `"aggregationTemporality":${TEMPORALITY[options.temporality]}`;
  const [kind, more] =
    type === 'counter'
      ? ['sum', `,${temporality},"isMonotonic":true`]
      : type === 'gauge'
        ? ['gauge', '']
        : buckets
          ? ['histogram', `,${temporality}`]
          : ['summary', ''];
  return { start: `${said},"${kind}":{"dataPoints":[`, end: `]${more}}}` };
}

function pointOf(series: MetricSeries, { now }: OtlpMetricsOptions): string {
  const { type, tags, startTime, value, count, sum, min, max, buckets } = series;
  const start = startTime > now ? now : startTime;
  const point: Record<string, unknown> = {
    attributes: attributesOf(Object.entries(tags)),
    // A gauge has no start.
    startTimeUnixNano: type === 'gauge' ? undefined : nanosOf(start),
    timeUnixNano: nanosOf(now),
  };
  if (value !== undefined) {
    point['asDouble'] = value;
  } else {
    point['count'] = String(count);
    point['sum'] = sum;
    if (buckets) {
      point['bucketCounts'] = buckets.map((each, i) =>
        String(each.count - (buckets[i - 1]?.count ?? 0)),
      );
      point['explicitBounds'] = buckets.map(({ upTo }) => upTo).filter(Number.isFinite);
      point['min'] = min;
      point['max'] = max;
    } else {
      point['quantileValues'] = quantilesOf(series);
      // The protocol has no place for exemplars there.
      return JSON.stringify(point);
    }
  }
  if (type !== 'gauge') point['exemplars'] = series.exemplars?.map(otlpExemplar);
  return JSON.stringify(point);
}

function quantilesOf({ min, p50, p95, p99, max }: MetricSeries): object[] {
  const all = [
    [0, min],
    [0.5, p50],
    [0.95, p95],
    [0.99, p99],
    [1, max],
  ] as const;
  return all.flatMap(([quantile, value]) => (value === undefined ? [] : [{ quantile, value }]));
}

function otlpExemplar({ timestamp, value, traceId, spanId }: MetricExemplar): object {
  return { timeUnixNano: nanosOf(timestamp), asDouble: value, spanId, traceId };
}
