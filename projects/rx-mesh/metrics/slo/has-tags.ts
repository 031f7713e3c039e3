import type { MetricSeries, MetricTags } from '../metric-data';

/** Whether a series has all of these tags, and maybe others. */
export function hasTags({ tags }: MetricSeries, wanted: MetricTags): boolean {
  return Object.entries(wanted).every(
    ([name, value]) => Object.hasOwn(tags, name) && tags[name] === String(value),
  );
}
