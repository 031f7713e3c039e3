import type { MetricSeries } from '../metric-data';
import { IncreaseMeter } from './increase-meter';

const series = (count: number, changes: Partial<MetricSeries> = {}): MetricSeries => ({
  name: 'a',
  type: 'counter',
  tags: {},
  startTime: new Date(0),
  count,
  sum: count * 2,
  ...changes,
});

describe(IncreaseMeter.name, () => {
  it('tells what came since the last look, and of what is new all', () => {
    const meter = new IncreaseMeter();
    const look = (...all: readonly MetricSeries[]) => {
      const seen: unknown[] = [];
      const restarted = meter.look(all, ({ tags }, { count, sum }) => {
        seen.push([tags['n'] ?? '', count, sum]);
      });
      return [restarted, ...seen];
    };

    expect(look(series(5))).toEqual([false]);
    expect(look(series(7), series(3, { tags: { n: '1' } }))).toEqual([
      false,
      ['', 2, 4],
      ['1', 3, 6],
    ]);
    expect(look(series(7), series(3, { tags: { n: '1' } }))).toEqual([
      false,
      ['', 0, 0],
      ['1', 0, 0],
    ]);
  });

  it('counts a series that started anew from nothing, by its start or by its count', () => {
    const meter = new IncreaseMeter();
    const look = (one: MetricSeries) => {
      let got = NaN;
      const restarted = meter.look([one], (_series, { count }) => (got = count));
      return [restarted, got];
    };
    meter.look([series(5)]);

    expect(look(series(9, { startTime: new Date(1) }))).toEqual([true, 9]);
    expect(look(series(2, { startTime: new Date(1) }))).toEqual([true, 2]);
    expect(look(series(3, { startTime: new Date(1) }))).toEqual([false, 1]);
    expect(meter.look([])).toBe(true);
    expect(meter.look([])).toBe(false);
  });
});
