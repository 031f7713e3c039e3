import type { Alert } from '../alerting/alert';
import type { MetricSeries } from '../metric-data';
import type { ResourceUtilization } from '../resources/resource-utilization';
import type { SloReport } from '../slo/slo-tracker';
import type { ServiceMetrics } from './aggregated-metrics';

/** One look at a service, for a chart. */
export interface DashboardPoint {
  /** When, by the wall clock. */
  readonly timestamp: Date;
  /** How many calls ended since the look before. */
  readonly requests: number;
  /** How many ended a second. */
  readonly rate: number;
  /** Which share of them failed, from 0 to 1; `undefined` when none ended. */
  readonly errorShare: number | undefined;
  /** The median of the durations in milliseconds; `undefined` when none ended. */
  readonly p50: number | undefined;
  /** The 95th percentile of the durations in milliseconds; `undefined` when none ended. */
  readonly p95: number | undefined;
  /** The 99th percentile of the durations in milliseconds; `undefined` when none ended. */
  readonly p99: number | undefined;
}

/** A service with what it did since the last look, and before. */
export interface DashboardService extends ServiceMetrics {
  /** The last looks, oldest first, this one included: at most `history`. It starts with the first call that was seen. */
  readonly history: readonly DashboardPoint[];
}

/** A circuit breaker, as its metrics tell. */
export interface DashboardBreaker {
  /** Which service it guards. */
  readonly service: string;
  /** What it does with calls: a `CircuitBreakerPhase`, or `unknown`; `undefined` while no metric tells. */
  readonly state: string | undefined;
  /** How many calls failed in its window; `undefined` when no metric tells. */
  readonly failureCount: number | undefined;
  /** How many calls succeeded in its window; `undefined` when no metric tells. */
  readonly successCount: number | undefined;
}

/** All that a page shows of itself. */
export interface DashboardData {
  /** When it was so, by the wall clock. */
  readonly timestamp: Date;
  /** Services that did something within the history: none at the first look, which has nothing to compare with. */
  readonly services: readonly DashboardService[];
  /** The circuit breakers that `monitorCircuitBreaker` or `monitorCircuitBreakers` watches or has watched. */
  readonly breakers: readonly DashboardBreaker[];
  /** How the SLOs are doing; none where none are defined. */
  readonly slos: readonly SloReport[];
  /** The alerts that are pending or firing. */
  readonly alerts: readonly Alert[];
  /** What the platform tells of its resources; `undefined` before the first answer. */
  readonly resources: ResourceUtilization | undefined;
}

/** Remembers the last looks at each service. One that was silent for all of them is forgotten. */
export class DashboardHistory {
  readonly #size: number;
  #rows: ReadonlyMap<string, DashboardService> = new Map();

  /** @param size How many looks, at least 1. */
  constructor(size: number) {
    this.#size = size;
  }

  /** Takes a look in, and returns the services that are remembered, in the order in which they were first seen. */
  take(services: readonly ServiceMetrics[], timestamp: Date): readonly DashboardService[] {
    const now = new Map(services.map((one) => [keyOf(one), one]));
    const rows = new Map<string, DashboardService>();
    for (const key of new Set([...this.#rows.keys(), ...now.keys()])) {
      const before = this.#rows.get(key);
      const one = now.get(key) ?? (before && silenceOf(before));
      if (!one) continue;
      const history = [...(before?.history ?? []), pointOf(one, timestamp)].slice(-this.#size);
      const isSilent = history.every(({ requests }) => requests === 0) && !one.inFlight;
      if (!isSilent) rows.set(key, Object.assign({}, one, { history }));
    }
    this.#rows = rows;
    return [...rows.values()];
  }
}

function keyOf({ kind, service }: ServiceMetrics): string {
  return `${kind} ${service}`;
}

// Nothing came: that is a rate of 0, while of errors and durations nothing is known.
function silenceOf({ inFlight, kind, service }: ServiceMetrics): ServiceMetrics {
  return {
    service,
    kind,
    requests: 0,
    rate: 0,
    errors: 0,
    errorShare: undefined,
    p50: undefined,
    p95: undefined,
    p99: undefined,
    inFlight: inFlight === undefined ? undefined : 0,
  };
}

function pointOf(one: ServiceMetrics, timestamp: Date): DashboardPoint {
  const { requests, rate, errorShare, p50, p95, p99 } = one;
  return { timestamp, requests, rate, errorShare, p50, p95, p99 };
}

const STATE = 'circuit_breaker.state';
const FAILURES = 'circuit_breaker.failure_count';
const SUCCESSES = 'circuit_breaker.success_count';

/** The circuit breakers of which the metrics tell. */
export function breakersOf(series: readonly MetricSeries[]): readonly DashboardBreaker[] {
  const own = series.filter(
    ({ name }) => name === STATE || name === FAILURES || name === SUCCESSES,
  );
  const names = new Set(
    own.map(({ tags }) => tags['service']).filter((name) => name !== undefined),
  );
  return [...names].map((service) => {
    const about = own.filter(({ tags }) => tags['service'] === service);
    const valueOf = (wanted: string) => about.find(({ name }) => name === wanted)?.value;
    return {
      service,
      state: about.find(({ name, value }) => name === STATE && value === 1)?.tags['state'],
      failureCount: valueOf(FAILURES),
      successCount: valueOf(SUCCESSES),
    };
  });
}
