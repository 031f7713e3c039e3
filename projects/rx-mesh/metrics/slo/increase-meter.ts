import type { MetricSeries } from '../metric-data';

/** What came to a series since it was looked at before. */
export interface Increase {
  /** How many samples. */
  readonly count: number;
  /** Their sum; for a counter what it grew by. */
  readonly sum: number;
}

interface Seen {
  readonly startTime: number;
  readonly count: number;
  readonly sum: number;
}

/**
 * What comes to the series of one metric between looks. A series that starts anew counts from nothing; one that is there
 * at the first look already counts from then on.
 */
export class IncreaseMeter {
  #seen: ReadonlyMap<string, Seen> | undefined;

  /**
   * Takes note of what there is now.
   *
   * @param each Told of each series and its increase.
   * @returns Whether a series started anew, or is gone.
   */
  look(
    series: readonly MetricSeries[],
    each: (series: MetricSeries, increase: Increase) => void = () => undefined,
  ): boolean {
    const before = this.#seen;
    const seen = new Map<string, Seen>();
    let kept = 0;
    for (const one of series) {
      const key = JSON.stringify(one.tags); // they are in order
      const now = { startTime: one.startTime.getTime(), count: one.count, sum: one.sum };
      seen.set(key, now);
      const last = before?.get(key);
      const isSame = last?.startTime === now.startTime && last.count <= now.count;
      if (isSame) kept++;
      if (!before) continue;
      const { count, sum } = isSame ? last : NOTHING;
      each(one, { count: now.count - count, sum: now.sum - sum });
    }
    this.#seen = seen;
    return before !== undefined && kept < before.size;
  }
}

const NOTHING: Increase = { count: 0, sum: 0 };
