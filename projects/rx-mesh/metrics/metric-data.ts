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
}

/** The numbers of one metric under one set of tags, as they were when somebody looked. It never changes. */
export interface MetricSeries {
  /** The name of the metric. */
  readonly name: string;
  /** The kind of the metric. */
  readonly type: MetricType;
  /** The unit of the values; `ms` for every timer; absent when nobody said. */
  readonly unit?: string;
  /** The tags as text, in the order of their names. */
  readonly tags: Readonly<Record<string, string>>;
  /** The total of a counter, the present value of a gauge; absent for the others. */
  readonly value?: number;
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
 * One text for one set of tags, whatever order they were written in; `undefined` when a value cannot be a tag. Each
 * part carries its length, so no two sets share a key, be there any characters in it.
 */
export function tagKey(tags: MetricTags | null): string | undefined {
  let key = '';
  for (const name of sortedNames(tags)) {
    const value = textOf(tags?.[name]);
    if (value === undefined) return undefined;
    key += `${name.length}:${name}${value.length}:${value}`;
  }
  return key;
}

/** A frozen copy of the tags as text, in the order of their names; `undefined` when a name or value cannot be. */
export function textTags(tags: MetricTags | null): Readonly<Record<string, string>> | undefined {
  const entries: (readonly [string, string])[] = [];
  for (const name of sortedNames(tags)) {
    const value = textOf(tags?.[name]);
    if (value === undefined || !isTagName(name)) return undefined;
    entries.push([name, value]);
  }
  return Object.freeze(Object.fromEntries(entries));
}

// Prometheus keeps names with two leading underscores for itself, and `__proto__` is among them.
function isTagName(name: string): boolean {
  return name !== '' && name.length <= LONGEST && !name.startsWith('__') && name !== OVERFLOW_TAG;
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value.length > LONGEST ? value.slice(0, LONGEST) : value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

// Most are in order already: those of a bound child are, and to look is cheaper than to sort.
function sortedNames(tags: MetricTags | null): string[] {
  const names = Object.keys(tags ?? NO_TAGS);
  let before = '';
  for (const name of names) {
    if (name < before) return names.sort();
    before = name;
  }
  return names;
}
