import { QuantileSketch } from 'rx-mesh/kernel';
import {
  type MetricBucket,
  type MetricSeries,
  type MetricType,
  isMetricName,
} from '../metric-data';
import { type TabSeries, keyOf } from './tab-series';

/** The most series of a tab that others are told. */
export const MOST_SERIES = 1000;
const MOST_TAGS = 64;
const MOST_BUCKETS = 201;
const MOST_SKETCH = 2048;
const LONGEST = 255;
const LONGEST_TEXT = 1000;

/** What tabs tell each other. */
export type TabMessage =
  /** Somebody looks, and will look again after `every` milliseconds. `whole`: tell everything, not what is new only. */
  | {
      readonly type: 'look';
      readonly from: string;
      readonly every: number;
      readonly whole: boolean;
    }
  /** What is new of the series of a tab; all of them when it is `whole`. */
  | {
      readonly type: 'series';
      readonly from: string;
      readonly whole: boolean;
      readonly series: readonly TabSeries[];
    }
  /** Nothing is new, but the tab is there. */
  | { readonly type: 'alive'; readonly from: string }
  /** The tab is left. */
  | { readonly type: 'left'; readonly from: string };

/** A message as it is posted. */
export function writeMessage(message: TabMessage): object {
  if (message.type !== 'series') return { v: 1, ...message };
  // Others refuse the whole message for one series beyond their bounds.
  const fit = message.series.filter(({ series }) => Object.keys(series.tags).length <= MOST_TAGS);
  return { v: 1, ...message, series: fit.map(writeSeries) };
}

function writeSeries({ series, sketch }: TabSeries): object {
  const { name, type, unit, description, tags, startTime, value, count, sum, min, max, buckets } =
    series;
  const start = startTime.getTime();
  return {
    ...{ name, type, unit, tags, start, value, count, sum, min, max },
    description: description?.slice(0, LONGEST_TEXT),
    bounds: buckets?.map(({ upTo }) => upTo),
    counts: buckets?.map((bucket) => bucket.count),
    sketch: sketch?.snapshot(),
  };
}

type Wire = Readonly<Record<string, unknown>>;

/** What was posted, if it can be understood; any page of the origin may post anything. */
export function readMessage(data: unknown): TabMessage | undefined {
  if (!isRecord(data) || data['v'] !== 1) return undefined;
  const { type, from, every, whole, series } = data;
  if (typeof from !== 'string' || from === '' || from.length > LONGEST) return undefined;
  if (type === 'alive' || type === 'left') return { type, from };
  if (typeof whole !== 'boolean') return undefined;
  if (type === 'look') {
    return typeof every === 'number' && every > 0 ? { type, from, every, whole } : undefined;
  }
  if (type !== 'series' || !Array.isArray(series) || series.length > MOST_SERIES) return undefined;
  const read = series.map(readSeries);
  return read.every((each) => each !== undefined) ? { type, from, whole, series: read } : undefined;
}

function readSeries(wire: unknown): TabSeries | undefined {
  if (!isRecord(wire)) return undefined;
  const { name, type, unit, description, start, value, count, sum, min, max } = wire;
  if (!isMetricName(name) || !isType(type) || !isText(unit) || !isText(description))
    return undefined;
  const tags = readTags(wire['tags']);
  const isNumber = type === 'counter' || type === 'gauge';
  if (!tags || !isCount(count) || !isTime(start) || !Number.isFinite(sum)) return undefined;
  if (isNumber ? !Number.isFinite(value) : !Number.isFinite(min) || !Number.isFinite(max)) {
    return undefined;
  }
  if (type !== 'gauge' && Number(sum) < 0) return undefined;
  const buckets = readBuckets(wire['bounds'], wire['counts'], count);
  const sketch = readSketch(wire['sketch'], count);
  if (buckets === null || sketch === null) return undefined;
  const series: MetricSeries = {
    name,
    type,
    unit,
    description,
    tags,
    startTime: new Date(start),
    value: isNumber ? (value as number) : undefined,
    count,
    sum: sum as number,
    min: isNumber ? undefined : (min as number),
    max: isNumber ? undefined : (max as number),
    buckets: isNumber ? undefined : buckets,
  };
  return { key: keyOf(series), series, sketch: isNumber ? undefined : sketch };
}

function readTags(wire: unknown): Readonly<Record<string, string>> | undefined {
  if (!isRecord(wire)) return undefined;
  const entries = Object.entries(wire);
  const isGood = entries.every(
    ([name, value]) =>
      name !== '' &&
      name.length <= LONGEST &&
      !name.startsWith('__') &&
      typeof value === 'string' &&
      value.length <= LONGEST,
  );
  if (!isGood || entries.length > MOST_TAGS) return undefined;
  // In the order of their names, so that the same tags are the same key.
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1))) as Record<string, string>;
}

// `null`: they cannot be.
function readBuckets(
  bounds: unknown,
  counts: unknown,
  count: number,
): readonly MetricBucket[] | undefined | null {
  if (bounds === undefined && counts === undefined) return undefined;
  if (!Array.isArray(bounds) || !Array.isArray(counts)) return null;
  if (bounds.length === 0 || bounds.length > MOST_BUCKETS) return null;
  const buckets: MetricBucket[] = [];
  let before = { upTo: -Infinity, count: 0 };
  for (const [i, upTo] of (bounds as readonly unknown[]).entries()) {
    const below: unknown = counts[i];
    if (typeof upTo !== 'number' || !isCount(below)) return null;
    if (!(upTo > before.upTo) || below < before.count) return null;
    buckets.push((before = { upTo, count: below }));
  }
  const isWhole = before.upTo === Infinity && before.count === count;
  return isWhole && counts.length === bounds.length ? buckets : null;
}

// `null`: it cannot be.
function readSketch(wire: unknown, count: number): QuantileSketch | undefined | null {
  if (wire === undefined) return undefined;
  const { accuracy, maxBuckets } = new QuantileSketch().snapshot();
  try {
    const sketch = QuantileSketch.from(wire as Parameters<typeof QuantileSketch.from>[0]);
    const own = sketch.snapshot();
    const isOurs = own.accuracy === accuracy && own.maxBuckets === maxBuckets;
    return isOurs && sketch.count === count && own.buckets.length <= MOST_SKETCH ? sketch : null;
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Wire {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isType(value: unknown): value is MetricType {
  return value === 'counter' || value === 'gauge' || value === 'histogram' || value === 'timer';
}

function isText(value: unknown): value is string | undefined {
  return value === undefined || (typeof value === 'string' && value.length <= LONGEST_TEXT);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

// What a date can be.
function isTime(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= 8.64e15;
}
