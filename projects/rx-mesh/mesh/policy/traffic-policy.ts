import type { CircuitBreakerOptions } from 'rx-mesh/resilience';
import type { OutlierOptions } from '../health/outlier-options';

/** Rules of the mesh as data: what a mesh operator changes while the application runs. */
export interface TrafficPolicy {
  /** Rules for every service that has none of its own for the same thing. @default none */
  readonly defaults?: ServicePolicy | undefined;
  /** Rules by service. @default none */
  readonly services?: Readonly<Record<string, ServicePolicy>> | undefined;
}

/** The rules for one service. What is left out is as the application has configured it. */
export interface ServicePolicy {
  /** How long one attempt may take, in milliseconds, above 0. A call that says its own keeps it. */
  readonly timeout?: number | undefined;
  /** How long a call may take with all attempts, in milliseconds, above 0. A call that says its own keeps it. */
  readonly deadline?: number | undefined;
  /** How failed attempts are repeated. */
  readonly retry?: RetryRule | undefined;
  /** When no more calls are sent. */
  readonly breaker?: BreakerRule | undefined;
  /** Which instance gets a call. */
  readonly balancing?: BalancingRule | undefined;
  /** Which versions get which part of the calls that ask for none. */
  readonly split?: readonly SplitRule[] | undefined;
  /** When an instance gets no calls for a while; `false`: never. */
  readonly outliers?: OutlierOptions | false | undefined;
  /** What goes wrong on purpose. */
  readonly fault?: FaultRule | undefined;
}

/** How failed attempts are repeated. */
export interface RetryRule {
  /** How often an attempt is repeated at most, at least 0. A call that says its own keeps it. */
  readonly retries?: number | undefined;
}

/** When no more calls are sent: the options of a circuit breaker that are data. */
export type BreakerRule = Omit<CircuitBreakerOptions, 'judge'>;

/** Which instance gets a call. */
export interface BalancingRule {
  /** The name of the strategy. A call that names one keeps it. */
  readonly strategy?: string | undefined;
  /** Only instances with all these facts in their metadata. */
  readonly subset?: Readonly<Record<string, string>> | undefined;
  /** The zone that is preferred; `''` for none. */
  readonly zone?: string | undefined;
  /** Below this share of instances that are well, all get calls: from 0 to 1. */
  readonly panicThreshold?: number | undefined;
  /** How long a new instance warms up, in milliseconds, at least 0. */
  readonly slowStart?: number | undefined;
}

/** One part of a canary split. */
export interface SplitRule {
  /** The version: `2` stands for `2.1.0` too. */
  readonly version: string;
  /** Its part beside the others, at least 0. */
  readonly weight: number;
}

/** What goes wrong on purpose, to see how an application bears it. */
export interface FaultRule {
  /** Which share of the attempts waits, from 0 to 1, and how long in milliseconds, above 0. */
  readonly delay?: { readonly share: number; readonly time: number } | undefined;
  /** Which share of the attempts is answered with this status instead of being sent: from 0 to 1, and 400 to 599. */
  readonly abort?: { readonly share: number; readonly status: number } | undefined;
}
