import { type Clock, TimeWindow } from 'rx-mesh/kernel';
import type { CircuitBreakerReason, CircuitBreakerState } from './circuit-breaker-events';
import type { CircuitBreakerValues } from './circuit-breaker-options';

/** The part of a breaker's state that is counted here. */
type TripCounts = Omit<CircuitBreakerState, 'name' | 'state' | 'rejectedCount'>;

/** Counts the ends of calls and says when it is enough: too many failures in a row, or too high a rate. */
export class TripConditions {
  readonly #options: CircuitBreakerValues;
  readonly #window: TimeWindow;
  #consecutive = 0;

  constructor(clock: Clock, options: CircuitBreakerValues) {
    this.#options = options;
    this.#window = new TimeWindow(clock, { length: options.windowLength });
  }

  /** What was counted, as it is told. */
  get counts(): TripCounts {
    const { count, failureRate, failures, slowRate } = this.#window.totals();
    return {
      calls: count,
      failureCount: failures,
      successCount: count - failures,
      failureRate,
      slowRate,
      consecutiveFailures: this.#consecutive,
    };
  }

  /** Counts a call, and says why the breaker has to open, if it has. */
  record(failed: boolean, duration: number): CircuitBreakerReason | undefined {
    const { consecutiveFailures, failureRate, minimumCalls, slowCall, slowRate } = this.#options;
    this.#window.record({ failed, duration, slow: duration > slowCall });
    this.#consecutive = failed ? this.#consecutive + 1 : 0;
    if (this.#consecutive >= consecutiveFailures) return 'consecutive-failures';
    const totals = this.#window.totals();
    if (totals.count < minimumCalls) return undefined;
    if (totals.failureRate >= failureRate) return 'failure-rate';
    return totals.slowRate >= slowRate ? 'slow-rate' : undefined;
  }

  /** Counts a probe that failed: it belongs to no window. */
  recordFailedProbe(): void {
    this.#consecutive++;
  }

  /** Forgets everything. */
  reset(): void {
    this.#window.reset();
    this.#consecutive = 0;
  }
}
