import { type Clock, CountWindow, TimeWindow } from 'rx-mesh/kernel';
import type { CircuitBreakerReason, CircuitBreakerState } from './circuit-breaker-events';
import type { CircuitBreakerValues } from './circuit-breaker-options';

/** The part of a breaker's state that is counted here. */
type TripCounts = Omit<CircuitBreakerState, 'name' | 'state' | 'rejectedCount'>;

/** Counts the ends of calls and says when it is enough: too many failures in a row, or too high a rate. */
export class TripConditions {
  readonly #clock: Clock;
  #options: CircuitBreakerValues;
  #window: CountWindow | TimeWindow;
  #consecutive = 0;

  constructor(clock: Clock, options: CircuitBreakerValues) {
    this.#clock = clock;
    this.#options = options;
    this.#window = this.#made();
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
  record(
    failed: boolean,
    slow: boolean,
    duration: number,
    now: number,
  ): CircuitBreakerReason | undefined {
    const { consecutiveFailures, failureRate, minimumCalls, slowRate, windowSize } = this.#options;
    this.#window.record({ failed, duration, slow }, now);
    this.#consecutive = failed ? this.#consecutive + 1 : 0;
    if (this.#consecutive >= consecutiveFailures) return 'consecutive-failures';
    const totals = this.#window.totals(now);
    // A window that holds fewer calls than are needed would never be asked.
    if (totals.count < Math.min(minimumCalls, windowSize || Infinity)) return undefined;
    if (totals.failureRate >= failureRate) return 'failure-rate';
    return totals.slowRate >= slowRate ? 'slow-rate' : undefined;
  }

  /** Counts a probe that failed: it belongs to no window. */
  recordFailedProbe(): void {
    this.#consecutive++;
  }

  /** Counts by other options from now on. A window of the same kind remembers what it can. */
  configure(options: CircuitBreakerValues): void {
    const { windowLength, windowSize } = options;
    const window = this.#window;
    this.#options = options;
    if (window instanceof CountWindow) {
      this.#window = windowSize ? window.resized(windowSize) : this.#made();
    } else {
      this.#window = windowSize ? this.#made() : window.resized({ length: windowLength });
    }
  }

  /** Forgets everything. */
  reset(): void {
    this.#window.reset();
    this.#consecutive = 0;
  }

  #made(): CountWindow | TimeWindow {
    const { windowLength, windowSize } = this.#options;
    return windowSize
      ? new CountWindow(windowSize)
      : new TimeWindow(this.#clock, { length: windowLength });
  }
}
