import {
  type Clock,
  type EventHub,
  type RandomSource,
  createOptions,
  type PageState,
  fraction,
  nonNegative,
  nonNegativeInteger,
  oneOf,
  positive,
  positiveInteger,
} from 'rx-mesh/kernel';
import type { CircuitBreakerEvent } from './circuit-breaker-events';
import { type ErrorVerdict, judgeError } from './error-verdict';

/** What a breaker needs of the kernel. */
export interface CircuitBreakerPorts {
  /** Measures windows, waits and calls, by its monotonic reading. */
  readonly clock: Clock;
  /** Spreads the time open. */
  readonly random: RandomSource;
  /** Knows of failures and slow calls that are the fault of this side. @default a page that is always well */
  readonly page?: PageState | undefined;
  /** Where it tells what it does; breakers may share one. @default one of its own */
  readonly hub?: EventHub<CircuitBreakerEvent> | undefined;
}

/** Options of a {@link CircuitBreaker}. */
export interface CircuitBreakerOptions {
  /**
   * What it does with what it finds. `enforce`: it opens; `metrics-only`: it lets all calls through and tells when it
   * would have opened, to try limits in the field; `disabled`: it counts nothing. @default 'enforce'
   */
  readonly mode?: CircuitBreakerMode | undefined;
  /** How far back calls count, in milliseconds, above 0. @default 30000 */
  readonly windowLength?: number | undefined;
  /**
   * How many of the latest calls count, in place of those of the last while: at least 1, 0 for a window of time.
   * @default 0
   */
  readonly windowSize?: number | undefined;
  /** The share of failed calls from which it opens: above 0, at most 1. @default 0.5 */
  readonly failureRate?: number | undefined;
  /**
   * How many calls a rate needs before it means anything: at least 1. A window of calls that is smaller needs to be full.
   * @default 10
   */
  readonly minimumCalls?: number | undefined;
  /**
   * How many failures in a row open it, whatever the rate: at least 1, `Infinity` for never. The traffic of one tab is
   * too thin to wait for a rate. @default 5
   */
  readonly consecutiveFailures?: number | undefined;
  /** A call that takes longer than so many milliseconds is slow: above 0, `Infinity` for never. @default Infinity */
  readonly slowCall?: number | undefined;
  /** The share of slow calls, or of slow probes, from which it opens: above 0, at most 1. @default 1 */
  readonly slowRate?: number | undefined;
  /** How long it stays open the first time, in milliseconds, above 0. It doubles with each failed probe. @default 5000 */
  readonly openWait?: number | undefined;
  /** The longest it stays open before jitter, in milliseconds, at least `openWait`. @default 120000 */
  readonly maxOpenWait?: number | undefined;
  /**
   * By which share the time open is spread up and down, so that tabs do not probe together: at least 0 and below 1.
   * @default 0.2
   */
  readonly jitter?: number | undefined;
  /** How many probes have to succeed, none between them failed, before it closes: at least 1. @default 2 */
  readonly probes?: number | undefined;
  /** How many probes may be under way at once: at least 1. @default 1 */
  readonly concurrentProbes?: number | undefined;
  /**
   * How long probes may be under way without a decision, in milliseconds, above 0. A probe may never end, and would block
   * all calls; after this time it counts as failed, and its end counts no more. Keep it above the time-out of a call.
   * @default 15000
   */
  readonly probeDeadline?: number | undefined;
  /**
   * Whether an answer of status 429 or 503 with a `Retry-After` opens it at once, until then, up to `maxOpenWait`.
   * @default true
   */
  readonly obeyRetryAfter?: boolean | undefined;
  /** What a failed call says of the health of the other side. @default {@link judgeError} */
  readonly judge?: ((error: unknown) => ErrorVerdict) | undefined;
}

/** What a breaker does with what it finds. */
export type CircuitBreakerMode = 'enforce' | 'metrics-only' | 'disabled';

/** The options of a {@link CircuitBreaker} with a value for each. */
export type CircuitBreakerValues = {
  readonly [K in keyof CircuitBreakerOptions]-?: NonNullable<CircuitBreakerOptions[K]>;
};

const rate = (value: number): string | undefined =>
  value > 0 && fraction(value) === undefined ? undefined : 'a number above 0 and at most 1';

/** The defaults of circuit breakers, and the token by which an application changes them. */
export const CIRCUIT_BREAKER = /* @__PURE__ */ createOptions<CircuitBreakerValues>(
  'CircuitBreakerOptions',
  {
    mode: 'enforce',
    windowLength: 30_000,
    windowSize: 0,
    failureRate: 0.5,
    minimumCalls: 10,
    consecutiveFailures: 5,
    slowCall: Infinity,
    slowRate: 1,
    openWait: 5000,
    maxOpenWait: 120_000,
    jitter: 0.2,
    probes: 2,
    concurrentProbes: 1,
    probeDeadline: 15_000,
    obeyRetryAfter: true,
    judge: judgeError,
  },
  {
    mode: /* @__PURE__ */ oneOf('enforce', 'metrics-only', 'disabled'),
    windowLength: positive,
    windowSize: nonNegativeInteger,
    failureRate: rate,
    minimumCalls: positiveInteger,
    consecutiveFailures: (value) => (value === Infinity ? undefined : positiveInteger(value)),
    slowCall: (value) => (value === Infinity ? undefined : positive(value)),
    slowRate: rate,
    openWait: positive,
    maxOpenWait: positive,
    jitter: (value) =>
      nonNegative(value) === undefined && value < 1
        ? undefined
        : 'a number of at least 0 and below 1',
    probes: positiveInteger,
    concurrentProbes: positiveInteger,
    probeDeadline: positive,
  },
  ({ maxOpenWait, openWait }) =>
    maxOpenWait < openWait ? ['maxOpenWait', `at least openWait, which is ${openWait}`] : undefined,
);
