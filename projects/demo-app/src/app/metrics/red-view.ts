import { type AggregatedMetrics, type DashboardData, type DashboardPoint } from 'rx-mesh/metrics';
import { CATALOG } from '../backends/catalog';
import { formatDuration, formatRate, formatShare } from '../ui/format';
import { type ChartLine } from '../ui/time-chart';

/** Rate, errors and durations over time, for charts that share their times. */
export interface RedCharts {
  /** Seconds before the last look, oldest first. */
  readonly ages: readonly number[];
  /** Calls a second, a line for each service. */
  readonly rate: readonly ChartLine[];
  /** The share of calls that failed, a line for each service. */
  readonly errors: readonly ChartLine[];
  /** Three quantiles of one service, in milliseconds. */
  readonly durations: readonly ChartLine[];
}

/** One service in numbers, as text. */
export interface RedRow {
  readonly service: string;
  readonly rate: string;
  readonly errors: string;
  readonly p50: string;
  readonly p95: string;
  readonly p99: string;
  readonly failing: boolean;
}

/** Reads a value out of a look and those just before, the latest last. */
type Read = (points: readonly DashboardPoint[]) => number | undefined;

// A look has few calls of one service: its rate would jump. A point of these lines looks back over ten seconds.
const SMOOTH = 5;

const QUANTILES: readonly (readonly [name: string, read: Read])[] = [
  ['p50', (points) => points.at(-1)?.p50],
  ['p95', (points) => points.at(-1)?.p95],
  ['p99', (points) => points.at(-1)?.p99],
];

/** What charts show of the dashboard. Each service of the catalog has its line, though nobody has called it. */
export function redCharts(data: DashboardData | undefined, chosen: string): RedCharts {
  const histories = new Map(
    data?.services.flatMap(({ history, kind, service }) =>
      kind === 'calls' ? [[service, history] as const] : [],
    ),
  );
  const longest = [...histories.values()].reduce<readonly DashboardPoint[]>(
    (one, other) => (other.length > one.length ? other : one),
    [],
  );
  const now = data?.timestamp.getTime() ?? 0;
  const times = longest.map(({ timestamp }) => timestamp.getTime());
  // A service that was called later than others has no points before.
  const valuesOf = (service: string, read: Read) => {
    const points = histories.get(service) ?? [];
    const places = new Map(points.map(({ timestamp }, i) => [timestamp.getTime(), i + 1]));
    return times.map((time) => {
      const end = places.get(time);
      return end && read(points.slice(Math.max(0, end - SMOOTH), end));
    });
  };
  const byService = (read: Read) =>
    CATALOG.map(({ name }, look) => ({ name, look, values: valuesOf(name, read) }));
  return {
    ages: times.map((time) => (time - now) / 1000),
    rate: byService(rateOf),
    errors: byService(errorsOf),
    durations: QUANTILES.map(([name, read], look) => ({
      name,
      look,
      values: valuesOf(chosen, read),
    })),
  };
}

function rateOf(points: readonly DashboardPoint[]): number | undefined {
  return points.reduce((sum, { rate }) => sum + rate, 0) / points.length;
}

function errorsOf(points: readonly DashboardPoint[]): number | undefined {
  const calls = points.reduce((sum, { requests }) => sum + requests, 0);
  const errors = points.reduce((sum, one) => sum + one.requests * (one.errorShare ?? 0), 0);
  return calls === 0 ? undefined : errors / calls;
}

/** The last window in numbers, a row for each service of the catalog. */
export function redRows(aggregated: AggregatedMetrics | undefined): readonly RedRow[] {
  return CATALOG.map(({ name }) => {
    const found = aggregated?.services.find(
      ({ kind, service }) => kind === 'calls' && service === name,
    );
    return {
      service: name,
      rate: formatRate(found?.rate ?? 0),
      errors: formatShare(found?.errorShare),
      p50: formatDuration(found?.p50),
      p95: formatDuration(found?.p95),
      p99: formatDuration(found?.p99),
      failing: (found?.errorShare ?? 0) > 0,
    };
  });
}
