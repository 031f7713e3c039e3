/** What kind of numbers a metric holds: sums that only go up, present values, or distributions. */
export type MetricType = 'counter' | 'gauge' | 'histogram' | 'timer';

/**
 * What tells the series of one metric apart. Values become text, so `404` and `'404'` are the same.
 *
 * A name has 1 to 255 characters, does not start with `__` and is not `otel.metric.overflow`; a longer value is cut
 * to 255 characters. Take tags of which there are few values (a route template, never a path with ids in it).
 */
export type MetricTags = Readonly<Record<string, string | number | boolean>>;

/** What is said of a metric once, where it is first named. */
export interface MetricDefinition {
  /** The unit of its values in UCUM notation, such as `s`, `By` or `{request}`. @default none */
  readonly unit?: string | undefined;
  /** What the metric says, in a sentence. @default none */
  readonly description?: string | undefined;
  /**
   * Upper bounds of the buckets of a histogram or timer, in its unit: finite, ascending, at most 200. The last bucket,
   * without a bound, is there anyway. @default none, for quantiles need none
   */
  readonly buckets?: readonly number[] | undefined;
}

/** The span in which a sample was taken. With it, the sample may become an exemplar of its series. */
export interface MetricTrace {
  /** 32 lower case hexadecimal digits, not all 0. */
  readonly traceId: string;
  /** 16 lower case hexadecimal digits, not all 0. */
  readonly spanId: string;
  /** Whether the trace is kept; `false` makes no exemplar, for nobody could follow it. @default true */
  readonly sampled?: boolean | undefined;
}

/** How many samples were at most as large as a bound. */
export interface MetricBucket {
  /** The bound, itself included; `Infinity` for the last bucket. */
  readonly upTo: number;
  /** How many samples lie at or below the bound: those of the buckets before are among them. */
  readonly count: number;
}

/** One sample of a series together with the span in which it was taken. */
export interface MetricExemplar {
  /** What was recorded; of a counter, the step. */
  readonly value: number;
  /** The trace: 32 lower case hexadecimal digits. */
  readonly traceId: string;
  /** The span: 16 lower case hexadecimal digits. */
  readonly spanId: string;
  /** When it was recorded, by the wall clock. */
  readonly timestamp: Date;
}

/** The numbers of one metric under one set of tags, as they were when somebody looked. It never changes. */
export interface MetricSeries {
  /** The name of the metric. */
  readonly name: string;
  /** The kind of the metric. */
  readonly type: MetricType;
  /** The unit of the values; `ms` for every timer; absent when nobody said. */
  readonly unit?: string | undefined;
  /** What the metric says; absent when nobody said. */
  readonly description?: string | undefined;
  /** The tags as text, in the order of their names. */
  readonly tags: Readonly<Record<string, string>>;
  /** Since when `count`, `sum` and `value` run, by the wall clock: since the first sample of the series. */
  readonly startTime: Date;
  /** The total of a counter, the present value of a gauge; absent for the others. */
  readonly value?: number | undefined;
  /** How many samples were recorded, at least 1: for a gauge, how often it was set or moved. */
  readonly count: number;
  /** The sum of all samples; for a counter and a gauge the same as `value`. */
  readonly sum: number;
  /** The smallest sample of a histogram or timer. */
  readonly min?: number | undefined;
  /** The largest sample of a histogram or timer. */
  readonly max?: number | undefined;
  /** The median of a histogram or timer, within 1 %. */
  readonly p50?: number | undefined;
  /** The 95th percentile of a histogram or timer, within 1 %. */
  readonly p95?: number | undefined;
  /** The 99th percentile of a histogram or timer, within 1 %. */
  readonly p99?: number | undefined;
  /** The buckets of a histogram or timer in ascending order; absent where none were defined. */
  readonly buckets?: readonly MetricBucket[] | undefined;
  /**
   * Samples with the spans in which they were taken: the latest of each bucket, or the latest of all where there are
   * no buckets and of a counter. Absent where there are none.
   */
  readonly exemplars?: readonly MetricExemplar[] | undefined;
}

/** One number of a metric at one time: the shape in which metrics leave the page. */
export interface MetricData {
  /** The name of the metric. */
  readonly name: string;
  /** The total of a counter, the present value of a gauge, the mean of a histogram or timer. */
  readonly value: number;
  /** When it was so, by the wall clock. */
  readonly timestamp: Date;
  /** The tags as text. */
  readonly tags: Readonly<Record<string, string>>;
  /** The kind of the metric. */
  readonly type: MetricType;
  /** How many samples stand behind it. */
  readonly count?: number | undefined;
  /** The sum of the samples. */
  readonly sum?: number | undefined;
  /** The smallest sample of a histogram or timer. */
  readonly min?: number | undefined;
  /** The largest sample of a histogram or timer. */
  readonly max?: number | undefined;
  /** Quantiles of a histogram or timer, keyed by their share: `'0.5'`, `'0.95'`, `'0.99'`. */
  readonly quantiles?: Readonly<Record<string, number | undefined>> | undefined;
}

/**
 * A series as one {@link MetricData} of a given time.
 *
 * @usageNotes
 * ```ts
 * const at = new Date(clock.now());
 * metrics.collect().map((series) => toMetricData(series, at));
 * ```
 */
export function toMetricData(series: MetricSeries, timestamp: Date): MetricData {
  const { name, type, tags, count, sum, value, min, max, p50, p95, p99 } = series;
  if (value !== undefined) return { name, value, timestamp, tags, type, count, sum };
  const quantiles = { '0.5': p50, '0.95': p95, '0.99': p99 };
  return { name, value: sum / count, timestamp, tags, type, count, sum, min, max, quantiles };
}

/** Whether a tag is kept. */
export type TagFilter = (name: string) => boolean;

/** The tag of the series that takes what is beyond the limit; the name is that of OpenTelemetry. */
export const OVERFLOW_TAG = 'otel.metric.overflow';

/** No tags at all. */
export const NO_TAGS: MetricTags = /* @__PURE__ */ Object.freeze({});

const LONGEST = 255;

/** Whether a text can name a metric: the instrument name syntax of OpenTelemetry. */
export function isMetricName(name: unknown): name is string {
  return typeof name === 'string' && /^[A-Za-z][\w.\-/]{0,254}$/.test(name);
}

/**
 * A frozen copy of the tags as text, in the order of their names; `undefined` when a name or value cannot be.
 *
 * @param keeps Which tags to take; the others are not looked at.
 */
export function textTags(
  tags: MetricTags,
  keeps?: TagFilter,
): Readonly<Record<string, string>> | undefined {
  const text: Record<string, string> = {};
  for (const name of Object.keys(tags).sort()) {
    if (keeps?.(name) === false) continue;
    const value = textOf(tags[name]);
    if (value === undefined || !isTagName(name)) return undefined;
    text[name] = value;
  }
  return Object.freeze(text);
}

// Prometheus keeps names with two leading underscores for itself, and `__proto__` is among them.
function isTagName(name: string): boolean {
  return name !== '' && name.length <= LONGEST && !name.startsWith('__') && name !== OVERFLOW_TAG;
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value.length > LONGEST ? value.slice(0, LONGEST) : value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}
