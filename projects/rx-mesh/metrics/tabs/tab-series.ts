import type { QuantileSketch } from 'rx-mesh/kernel';
import type { MetricSeries } from '../metric-data';

/** A series of one tab, with all that is needed to add it to that of another. */
export interface TabSeries {
  /** By which it is found in other tabs. */
  readonly key: string;
  readonly series: MetricSeries;
  /** The distribution; `undefined` for a counter and a gauge, and where it is not known. */
  readonly sketch: QuantileSketch | undefined;
}

/** By which a series is found in other tabs. */
export function keyOf({ type, name, unit = '', tags }: MetricSeries): string {
  return JSON.stringify([type, name, unit, tags]);
}
