import type { CircuitBreakerPhase, CircuitBreakerReason } from './circuit-breaker-events';
import type { ErrorVerdict } from './error-verdict';

/** Hears what the machine does, once it has done it. */
export interface CircuitListener {
  /** It has counted something. */
  counted(): void;
  /** It does something else with calls. */
  moved(from: CircuitBreakerPhase, to: CircuitBreakerPhase, reason: CircuitBreakerReason): void;
  /** It would have opened. */
  reached(reason: CircuitBreakerReason): void;
  /** A call has ended. */
  settled(verdict: ErrorVerdict, duration: number, stale: boolean): void;
}
