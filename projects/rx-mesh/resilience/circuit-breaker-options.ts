import {
  type Clock,
  type EventHub,
  type RandomSource,
  createOptions,
  fraction,
  nonNegative,
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
  /** Where it tells what it does; breakers may share one. @default one of its own */
  readonly hub?: EventHub<CircuitBreakerEvent> | undefined;
}

/** Options of a {@link CircuitBreaker}. */
export interface CircuitBreakerOptions {
  /** How far back calls count, in milliseconds, above 0. @default 30000 */
  readonly windowLength?: number | undefined;
  /** The share of failed calls from which it opens: above 0, at most 1. @default 0.5 */
  readonly failureRate?: number | undefined;
  /** How many calls a rate needs before it means anything: at least 1. @default 10 */
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
  /** How many probes have to succeed, one after the other, before it closes: at least 1. @default 2 */
  readonly probes?: number | undefined;
  /**
   * How long one probe may take, in milliseconds, above 0. A probe may never end, and would block all calls; after this
   * time it counts as failed, and its end counts no more. Keep it above the time-out of a call. @default 15000
   */
  readonly probeDeadline?: number | undefined;
  /** What a failed call says of the health of the other side. @default {@link judgeError} */
  readonly judge?: ((error: unknown) => ErrorVerdict) | undefined;
}

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
    windowLength: 30_000,
    failureRate: 0.5,
    minimumCalls: 10,
    consecutiveFailures: 5,
    slowCall: Infinity,
    slowRate: 1,
    openWait: 5000,
    maxOpenWait: 120_000,
    jitter: 0.2,
    probes: 2,
    probeDeadline: 15_000,
    judge: judgeError,
  },
  {
    windowLength: positive,
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
    probeDeadline: positive,
  },
  ({ maxOpenWait, openWait }) =>
    maxOpenWait < openWait ? ['maxOpenWait', `at least openWait, which is ${openWait}`] : undefined,
);
