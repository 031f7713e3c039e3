import {
  type GatewayLatency,
  type GatewayReport,
  type RouteConfig,
  type ServedBy,
} from 'rx-mesh/gateway';
import { formatDuration } from '../ui/format';
import { type ToneLook } from '../ui/tone-badge';
import { type BookedRequest, type RouteCounts } from './request-book';
import { BASE_PATH, stepsOf } from './shop-routes';

/** A route as the table shows it. */
export interface RouteRow {
  readonly route: RouteConfig;
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly steps: readonly string[];
  readonly counts: RouteCounts;
  /** The errors by their status, such as `7 × 429`. */
  readonly errors: string;
  readonly latency: string;
}

/** A request as the list shows it. */
export interface RequestRow {
  readonly request: BookedRequest;
  readonly status: ToneLook;
  readonly by: ToneLook;
  readonly duration: string;
  readonly problem: string;
}

const SHARED: ToneLook = { tone: 'quiet', icon: 'copy', text: 'Shared' };
const BY: Readonly<Record<ServedBy, ToneLook>> = {
  service: { tone: 'quiet', icon: 'exchange', text: 'Service' },
  cache: { tone: 'held', icon: 'database', text: 'Cache' },
  fallback: { tone: 'warn', icon: 'half', text: 'Stand-in' },
  gateway: { tone: 'quiet', icon: 'gate', text: 'Gateway' },
};

/** A route with what became of its requests. */
export function rowOf(
  route: RouteConfig,
  counts: RouteCounts,
  latency: GatewayLatency | undefined,
): RouteRow {
  const { method, name = '', path, targetPath, targetService } = route;
  const errors = [...counts.statuses].filter(([status]) => status >= 400);
  return {
    route,
    name,
    from: `${method} ${BASE_PATH}${path}`,
    to: `${targetService} ${targetPath}`,
    steps: stepsOf(route),
    counts,
    errors: errors.map(([status, count]) => `${count} × ${status}`).join(', '),
    latency: latency ? `${formatDuration(latency.p50)} · ${formatDuration(latency.p95)}` : '–',
  };
}

/** A request that is over. */
export function requestRow(request: BookedRequest): RequestRow {
  const { duration, outcome, problem, retryAfter, servedBy } = request;
  // An answer that the gateway gives by itself is that to an identical request.
  const isShared = servedBy === 'gateway' && outcome === 'success';
  const wait = retryAfter === undefined ? '' : ` Again in ${formatDuration(retryAfter)}.`;
  return {
    request,
    status: statusLook(request),
    by: isShared ? SHARED : BY[servedBy],
    duration: formatDuration(duration),
    problem: problem === '' ? '' : `${problem}${wait}`,
  };
}

/** How a status looks. */
export function statusLook({
  outcome,
  status,
}: Pick<BookedRequest, 'outcome' | 'status'>): ToneLook {
  if (outcome === 'cancelled') return { tone: 'quiet', icon: 'minus', text: 'Left' };
  if (outcome === 'success') return { tone: 'good', icon: 'check', text: String(status) };
  if (status >= 400 && status < 500) return { tone: 'warn', icon: 'alert', text: String(status) };
  return { tone: 'bad', icon: 'cross', text: status === 0 ? 'None' : String(status) };
}

/** The latency of each route in the last window in which it had requests. */
export type Latencies = ReadonlyMap<string, GatewayLatency>;

/** Takes what a window says into what is known. Routes that are gone are forgotten when there are many. */
export function withReport(known: Latencies, { routes }: GatewayReport): Latencies {
  const seen = routes
    .filter(({ latency }) => latency.p50 !== undefined)
    .map(({ latency, route }) => [route, latency] as const);
  return new Map([...known, ...seen].slice(-100));
}

/** What happened in the last window, in a line. */
export function windowText(report: GatewayReport | undefined): string {
  if (!report) return 'The first window of five seconds is not over.';
  const { failures, latency, queued, requests, running } = report;
  const count = requests === 1 ? '1 request' : `${requests} requests`;
  return `Last 5 s: ${count}, ${failures} failed, ${running} running, ${queued} waiting, p95 ${formatDuration(latency.p95)}`;
}
