import { type MetricSeries } from 'rx-mesh/metrics';
import { CATALOG, INSTANCES } from '../backends/catalog';

/** What became of the calls of one service since the page was loaded. */
export interface ServiceCounters {
  readonly service: string;
  readonly succeeded: number;
  readonly failed: number;
  /** Answered by a stand-in. */
  readonly fallbacks: number;
  /** Requests beyond the first one of a call. */
  readonly retries: number;
  /** Requests that were not made, for the breaker was open. */
  readonly rejected: number;
}

/** What became of the requests of one route. */
export interface RouteCounters {
  readonly service: string;
  /** Such as `GET /orders/:id`. */
  readonly operation: string;
  readonly requests: number;
  /** Answers with a status below 400. */
  readonly answered: number;
  /** Answers with a status from 400 to 499. */
  readonly refused: number;
  /** Answers with a status of 500 and more. */
  readonly broken: number;
  /** No answer at all, or none in time. */
  readonly unanswered: number;
}

const SERVICES = CATALOG.map(({ name }) => name);
const SERVICE_OF_HOST: ReadonlyMap<string, string> = new Map(
  INSTANCES.map(({ service, url }) => [new URL(url).hostname, service]),
);

/** The counters of each service of the catalog, in its order, out of what the metrics collected. */
export function serviceCounters(series: readonly MetricSeries[]): readonly ServiceCounters[] {
  const count = (name: string, service: string, tag?: readonly [string, string]) =>
    series
      .filter((one) => one.name === name && one.tags['service'] === service)
      .filter(({ tags }) => tag === undefined || tags[tag[0]] === tag[1])
      .reduce((sum, one) => sum + (one.value ?? one.count), 0);
  return SERVICES.map((service) => ({
    service,
    succeeded: count('rx_mesh.call.duration', service, ['outcome', 'success']),
    failed: count('rx_mesh.call.duration', service, ['outcome', 'failure']),
    fallbacks: count('circuit_breaker_fallback', service),
    retries: count('rx_mesh.call.retries', service),
    rejected: count('rx_mesh.call.rejections', service, ['reason', 'RXM201']),
  }));
}

/** The counters of each route that was asked, by service and name, out of what the metrics collected. */
export function routeCounters(series: readonly MetricSeries[]): readonly RouteCounters[] {
  const rows = new Map<string, RouteCounters>();
  for (const { count, name, tags } of series) {
    if (name !== 'http.client.request.duration' || tags['rx_mesh.cancelled'] === 'true') continue;
    const host = tags['server.address'] ?? '';
    const service = SERVICE_OF_HOST.get(host) ?? host;
    const operation = `${tags['http.request.method'] ?? ''} ${tags['url.template'] ?? ''}`.trim();
    const key = `${service} ${operation}`;
    const row = rows.get(key) ?? emptyRow(service, operation);
    const kind = kindOf(tags['http.response.status_code']);
    rows.set(key, { ...row, requests: row.requests + count, [kind]: row[kind] + count });
  }
  return [...rows.values()].sort(
    (a, b) => placeOf(a) - placeOf(b) || a.operation.localeCompare(b.operation),
  );
}

function emptyRow(service: string, operation: string): RouteCounters {
  return { service, operation, requests: 0, answered: 0, refused: 0, broken: 0, unanswered: 0 };
}

function kindOf(status: string | undefined): 'answered' | 'refused' | 'broken' | 'unanswered' {
  const code = Number(status ?? 0);
  if (code >= 500) return 'broken';
  if (code >= 400) return 'refused';
  return code > 0 ? 'answered' : 'unanswered';
}

/** Services in the order of the catalog, strangers after them. */
function placeOf({ service }: RouteCounters): number {
  const place = SERVICES.indexOf(service);
  return place < 0 ? SERVICES.length : place;
}
