import type { QuantileSketch } from 'rx-mesh/kernel';
import type { MetricSeries } from '../metric-data';
import { IncreaseMeter } from '../slo/increase-meter';
import { TimeCells } from '../slo/time-cells';
import { WindowedQuantiles, noValues } from '../slo/windowed-quantiles';
import type { AlertAggregate, ThresholdCondition } from './alert-rule';

const WINDOW = 300_000;
const CELLS = 60;

/** What a threshold remembers of the series that become one number. */
export class GroupHistory {
  readonly #window: number;
  readonly #since: number;
  readonly #meter = new IncreaseMeter();
  readonly #cells: TimeCells;
  #quantiles: WindowedQuantiles | undefined;
  #lookedAt: number;

  /** @param before When the rule looked last and did not see the group: then all of it is new. */
  constructor({ window = WINDOW }: ThresholdCondition, at: number, before: number | undefined) {
    this.#window = window;
    this.#since = before ?? at;
    this.#lookedAt = this.#since;
    if (before !== undefined) {
      this.#meter.look([]);
      this.#quantiles = new WindowedQuantiles(window, noValues(), before);
    }
    this.#cells = new TimeCells([{ length: window / CELLS, count: CELLS }]);
  }

  /**
   * The number that the series of one group make; `undefined` while there is none.
   *
   * @param distribution Of the group, since it began.
   */
  read(
    { aggregate = 'sum', window }: ThresholdCondition,
    series: readonly MetricSeries[],
    distribution: () => QuantileSketch,
    at: number,
  ): number | undefined {
    if (typeof aggregate === 'object') {
      return this.#quantile(aggregate.quantile, series, distribution(), at);
    }
    if (aggregate !== 'rate' && window === undefined) return total(aggregate, series);
    let sum = 0;
    let count = 0;
    this.#meter.look(series, (one, more) => {
      sum += more.sum;
      count += more.count;
    });
    this.#add(sum, count, at);
    const { part, whole } = this.#cells.sum(this.#window, at);
    switch (aggregate) {
      case 'rate': {
        const seconds = Math.min(this.#window, at - this.#since) / 1000;
        if (seconds === 0) return undefined;
        return (series.every(({ type }) => type === 'counter') ? part : whole) / seconds;
      }
      case 'avg':
        return whole === 0 ? undefined : part / whole;
      default:
        return aggregate === 'count' ? whole : part;
    }
  }

  // What came in a long while in which nobody looked came evenly: only the last of it lies in the window, in all cells of it.
  #add(sum: number, count: number, at: number): void {
    const gap = at - this.#lookedAt;
    this.#lookedAt = at;
    const isLong = gap > this.#window;
    const share = isLong ? this.#window / CELLS / gap : 1;
    for (let back = isLong ? CELLS - 1 : 0; back >= 0; back--) {
      this.#cells.add(sum * share, count * share, at - (this.#window / CELLS) * back);
    }
  }

  #quantile(
    q: number,
    series: readonly MetricSeries[],
    all: QuantileSketch,
    at: number,
  ): number | undefined {
    const restarted = this.#meter.look(series);
    this.#quantiles ??= new WindowedQuantiles(this.#window, { all }, at);
    this.#quantiles.look({ all }, at, restarted);
    return this.#quantiles.quantile(q);
  }
}

function total(aggregate: AlertAggregate, series: readonly MetricSeries[]): number | undefined {
  const sum = series.reduce((all, one) => all + one.sum, 0);
  const count = series.reduce((all, one) => all + one.count, 0);
  switch (aggregate) {
    case 'max':
      return Math.max(...series.map(({ max, value, sum: own }) => max ?? value ?? own));
    case 'min':
      return Math.min(...series.map(({ min, value, sum: own }) => min ?? value ?? own));
    case 'count':
      return count;
    case 'avg':
      return series.some(({ value }) => value !== undefined) ? sum / series.length : sum / count;
    default:
      return sum;
  }
}
