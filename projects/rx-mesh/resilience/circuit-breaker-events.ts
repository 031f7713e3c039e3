/**
 * What a circuit breaker does with calls. `closed`: all go through; `open`: none does; `half-open`: a few probes do;
 * `isolated`: none does until a person releases it; `metrics-only`: all do, and it tells when it would have opened;
 * `disabled`: all do, and nothing is counted.
 */
export type CircuitBreakerPhase =
  'closed' | 'open' | 'half-open' | 'isolated' | 'metrics-only' | 'disabled';

/** What a circuit breaker has counted, at one moment. */
export interface CircuitBreakerState {
  /** The name of the breaker, usually that of the service. */
  readonly name: string;
  /** What it does with calls. */
  readonly state: CircuitBreakerPhase;
  /** How many calls have ended within the window. */
  readonly calls: number;
  /** How many of them failed. */
  readonly failureCount: number;
  /** How many of them succeeded. */
  readonly successCount: number;
  /** The share of them that failed, from 0 to 1; 0 without calls. */
  readonly failureRate: number;
  /** The share of them that was slow, from 0 to 1; 0 without calls. */
  readonly slowRate: number;
  /** How many calls failed in a row up to now, however long ago. */
  readonly consecutiveFailures: number;
  /** How many calls it has turned away since it was made. */
  readonly rejectedCount: number;
}

/** Why a breaker changed what it does. */
export type CircuitBreakerReason =
  /** The share of failed calls reached its limit. */
  | 'failure-rate'
  /** Too many failures in a row. */
  | 'consecutive-failures'
  /** The share of slow calls, or of slow probes, reached its limit. */
  | 'slow-rate'
  /** The server asked for a pause by `Retry-After`. */
  | 'retry-after'
  /** Another tab, or an earlier page, had found it ill. */
  | 'imported'
  /** Its `mode` was changed. */
  | 'configured'
  /** The time open is over, and a call came. */
  | 'wait-over'
  /** Enough probes succeeded. */
  | 'probes-succeeded'
  /** A probe failed. */
  | 'probe-failed'
  /** A probe did not end in time. */
  | 'probe-deadline'
  /** A person isolated it. */
  | 'isolated'
  /** The last one who had isolated it let go. */
  | 'released'
  /** A person reset it. */
  | 'reset';

/** Something that a circuit breaker did. */
export type CircuitBreakerEvent =
  | {
      /** It does something else with calls from now on. */
      readonly type: 'transition';
      /** The name of the breaker. */
      readonly name: string;
      /** What it did before. */
      readonly from: CircuitBreakerPhase;
      /** What it does now. */
      readonly to: CircuitBreakerPhase;
      /** Why. */
      readonly reason: CircuitBreakerReason;
    }
  | {
      /** In `metrics-only`: it would have opened now. Told once until it is reset or its mode is changed. */
      readonly type: 'threshold';
      /** The name of the breaker. */
      readonly name: string;
      /** Why it would have opened. */
      readonly reason: CircuitBreakerReason;
    }
  | {
      /** A person reset it: what it had counted is forgotten. */
      readonly type: 'reset';
      /** The name of the breaker. */
      readonly name: string;
    }
  | {
      /** It turned a call away. */
      readonly type: 'rejected';
      /** The name of the breaker. */
      readonly name: string;
      /** After how many milliseconds a probe may go through. */
      readonly retryAfter: number;
    }
  | {
      /** A call that it had let through has ended. */
      readonly type: 'settled';
      /** The name of the breaker. */
      readonly name: string;
      /** What the end says of the other side; `neutral` for a call that was cancelled. */
      readonly verdict: 'success' | 'failure' | 'neutral';
      /** From the permit to the end, in milliseconds. */
      readonly duration: number;
      /** Whether the breaker had moved on in the meantime: then the call counts no more. */
      readonly stale: boolean;
    };
