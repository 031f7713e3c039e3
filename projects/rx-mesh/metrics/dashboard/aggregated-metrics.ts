/**
 * What is counted. `calls`: calls of rx-mesh/communication, by the name of the service; `requests`: HTTP requests as
 * `metricsInterceptor` measures them, by host. A call makes one request or more, so the two must not be added up.
 */
export type ServiceMetricsKind = 'calls' | 'requests';

/** Rate, errors and durations of what ended within a window. What nobody knows is `undefined`, never 0. */
export interface CallStatistics {
  /** How many ended; those that their caller left do not count. */
  readonly requests: number;
  /** How many ended a second. */
  readonly rate: number;
  /** How many of them failed, by whomever: a 404 is among them, and an answer of a fallback. */
  readonly errors: number;
  /** Which share of them failed, from 0 to 1; `undefined` when none ended. */
  readonly errorShare: number | undefined;
  /** The median of the durations in milliseconds, within 1 %; `undefined` when none ended. */
  readonly p50: number | undefined;
  /** The 95th percentile of the durations in milliseconds, within 1 %; `undefined` when none ended. */
  readonly p95: number | undefined;
  /** The 99th percentile of the durations in milliseconds, within 1 %; `undefined` when none ended. */
  readonly p99: number | undefined;
  /** How many are under way now; `undefined` where no metric tells: calls of rx-mesh/communication have none. */
  readonly inFlight: number | undefined;
}

/** One service in one window. */
export interface ServiceMetrics extends CallStatistics {
  /** The name of the service, or the host. */
  readonly service: string;
  /** What is counted. */
  readonly kind: ServiceMetricsKind;
}

/** All services of one kind together. */
export interface ServiceTotals extends CallStatistics {
  /** How many more ended of which no tag tells the service, such as those beyond `maxSeriesPerMetric`. */
  readonly unattributed: number;
}

/** What the metrics of an application say of one window, service by service. */
export interface AggregatedMetrics {
  /** The end of the window, by the wall clock. */
  readonly timestamp: Date;
  /** How long the window really was, in milliseconds: timers of a hidden page run late. */
  readonly window: number;
  /** The services for which something ended or is under way; the others are absent. */
  readonly services: readonly ServiceMetrics[];
  /** The sums by kind; `undefined` for a kind of which nothing ended and nothing is under way. */
  readonly totals: Readonly<Record<ServiceMetricsKind, ServiceTotals | undefined>>;
}
