import type { MetricBucket, MetricExemplar, MetricSeries } from '../metric-data';

/** What is new of a series. */
export interface DeltaChange {
  /** What is new, as a series; `startTime` is since when it is. */
  readonly series: MetricSeries;
  /** The whole series. */
  readonly whole: MetricSeries;
  /** How many samples are new. */
  readonly count: number;
  /** What is known of the series; `undefined` for a gauge, which has no past. */
  readonly entry: DeltaEntry | undefined;
  /** When it was so: the end of what is new. */
  readonly until: Date;
}

// What a receiver has in total. The buckets are counted by themselves.
interface Totals {
  count: number;
  sum: number;
  readonly buckets: number[];
}

/** What a receiver has of a series, and what is on its way. */
export interface DeltaEntry {
  readonly since: number;
  readonly received: Totals;
  readonly flying: Totals;
  receivedUntil: Date | undefined;
  flyingUntil: Date | undefined;
  exemplars: readonly MetricExemplar[];
}

/**
 * Takes from each series what a receiver has already. What the receiver did not take, and what is given back, is part of
 * what is new the next time; what is on its way is not. It knows as many series as it was shown last.
 *
 * Sums of doubles are counted as the receiver counts them, so roundings do not add up.
 */
export class DeltaState {
  #entries = new Map<string, DeltaEntry>();

  /** How many series it knows. */
  get size(): number {
    return this.#entries.size;
  }

  /**
   * What is new: of a counter and a histogram with buckets the difference, of one without buckets the whole distribution if
   * there is a new sample, of a gauge its value. A series that was reset starts anew; one that is gone is forgotten.
   *
   * @param now The wall time at which the series were collected.
   */
  changes(series: readonly MetricSeries[], now: Date): readonly DeltaChange[] {
    const before = this.#entries;
    this.#entries = new Map();
    return series.flatMap((whole): DeltaChange[] => {
      if (whole.type === 'gauge') {
        return [{ series: whole, whole, count: whole.count, entry: undefined, until: now }];
      }
      const key = JSON.stringify([whole.type, whole.name, whole.tags]);
      const known = before.get(key);
      const entry = known && goesOn(known, whole) ? known : newEntry(whole);
      this.#entries.set(key, entry);
      const count = whole.count - entry.received.count - entry.flying.count;
      if (count === 0) return [];
      const hasDifference = whole.type === 'counter' || whole.buckets !== undefined;
      const news = hasDifference ? difference(whole, entry, count) : whole;
      return [{ series: news, whole, count, entry, until: now }];
    });
  }

  /** The changes are on their way. Each is to be settled later by one of the other two. */
  send(changes: readonly DeltaChange[]): void {
    for (const change of changes) {
      const { entry } = change;
      if (!entry) continue;
      add(entry.flying, change, 1);
      entry.flyingUntil = change.until;
    }
  }

  /** The receiver has the changes. */
  acknowledge(changes: readonly DeltaChange[]): void {
    for (const change of changes) {
      const { entry, until, whole } = change;
      if (!entry) continue;
      add(entry.flying, change, -1);
      add(entry.received, change, 1);
      land(entry);
      if (!entry.receivedUntil || entry.receivedUntil < until) entry.receivedUntil = until;
      entry.exemplars = whole.exemplars ?? [];
    }
  }

  /** The receiver does not have the changes. */
  giveBack(changes: readonly DeltaChange[]): void {
    for (const change of changes) {
      if (!change.entry) continue;
      add(change.entry.flying, change, -1);
      land(change.entry);
    }
  }
}

function newEntry({ startTime, buckets = [] }: MetricSeries): DeltaEntry {
  const none = (): Totals => ({ count: 0, sum: 0, buckets: buckets.map(() => 0) });
  return {
    since: startTime.getTime(),
    received: none(),
    flying: none(),
    receivedUntil: undefined,
    flyingUntil: undefined,
    exemplars: [],
  };
}

// A reset may come within a millisecond: then the numbers tell.
function goesOn({ since, received, flying }: DeltaEntry, series: MetricSeries): boolean {
  const { startTime, count, buckets = [] } = series;
  return (
    since === startTime.getTime() &&
    count >= received.count + flying.count &&
    buckets.length === received.buckets.length
  );
}

function difference(whole: MetricSeries, entry: DeltaEntry, count: number): MetricSeries {
  const { name, type, unit, description, tags, startTime, min, max, buckets } = whole;
  const { received, flying } = entry;
  // What rounding has made of nothing must not go down.
  const sum = Math.max(0, whole.sum - received.sum - flying.sum);
  const isFirst = received.count + flying.count === 0;
  const seen = new Set(entry.exemplars.map(identityOf));
  const exemplars = whole.exemplars?.filter((each) => !seen.has(identityOf(each)));
  return {
    name,
    type,
    unit,
    description,
    tags,
    startTime: entry.flyingUntil ?? entry.receivedUntil ?? startTime,
    value: type === 'counter' ? sum : undefined,
    count,
    sum,
    // The range of what is new is known only if all is new.
    min: isFirst ? min : undefined,
    max: isFirst ? max : undefined,
    buckets: buckets && newBuckets(buckets, entry),
    exemplars,
  };
}

function newBuckets(
  buckets: readonly MetricBucket[],
  { received, flying }: DeltaEntry,
): readonly MetricBucket[] {
  let known = 0;
  return buckets.map(({ upTo, count }, i) => {
    known += (received.buckets[i] ?? 0) + (flying.buckets[i] ?? 0);
    return { upTo, count: count - known };
  });
}

function identityOf({ traceId, spanId, value, timestamp }: MetricExemplar): string {
  return `${traceId}${spanId}${value} ${timestamp.getTime()}`;
}

// The sum of a distribution without buckets, which is sent as a whole, is not looked at.
function add(totals: Totals, { count: samples, series }: DeltaChange, sign: 1 | -1): void {
  totals.count += sign * samples;
  totals.sum += sign * series.sum;
  let below = 0;
  series.buckets?.forEach(({ count }, i) => {
    totals.buckets[i] = (totals.buckets[i] ?? 0) + sign * (count - below);
    below = count;
  });
}

// Nothing is on its way: no rounding either.
function land(entry: DeltaEntry): void {
  if (entry.flying.count > 0) return;
  entry.flying.sum = 0;
  entry.flyingUntil = undefined;
}
