import type { MetricsView } from '../slo/call-feed';
import { callSource, httpSource } from '../slo/slo-source';
import type { AggregatedMetrics } from './aggregated-metrics';
import { ServiceMeter } from './service-meter';

/**
 * What the metrics of an application say between two looks, service by service. It looks when it is told to; nothing ticks
 * here. What is there at the start does not count, and a series that starts anew counts from nothing.
 *
 * @usageNotes
 * ```ts
 * const aggregator = new MetricAggregator(inject(MetricsService), clock.monotonic());
 * // some time later
 * const { services } = aggregator.look(clock.monotonic(), new Date(clock.now()));
 * ```
 */
export class MetricAggregator {
  readonly #calls: ServiceMeter;
  readonly #requests: ServiceMeter;
  #lookedAt: number;

  /** @param metrics Where the numbers are. @param at A reading of the monotonic clock. */
  constructor(metrics: MetricsView, at: number) {
    // The verdict on a call is the same for each service.
    this.#calls = new ServiceMeter(metrics, {
      kind: 'calls',
      tag: 'service',
      calls: callSource(''),
    });
    this.#requests = new ServiceMeter(metrics, {
      kind: 'requests',
      tag: 'server.address',
      calls: httpSource(),
      active: 'http.client.active_requests',
    });
    this.#lookedAt = at;
  }

  /**
   * What came since the last look, or since it was made.
   *
   * @param at A reading of the monotonic clock, later than the last.
   * @param timestamp The same time by the wall clock.
   */
  look(at: number, timestamp: Date): AggregatedMetrics {
    const window = at - this.#lookedAt;
    this.#lookedAt = at;
    const calls = this.#calls.look(window);
    const requests = this.#requests.look(window);
    const services = [...calls.services, ...requests.services];
    const totals = { calls: calls.totals, requests: requests.totals };
    return { timestamp, window, services, totals };
  }
}
