import type { ServiceInstance } from 'rx-mesh/mesh';

/** What every event of a call tells of the call. */
export interface ServiceCallIdentity {
  /** Tells the calls apart; it is the id of the span of the call. */
  readonly callId: string;
  /** The trace to which every attempt of the call belongs. */
  readonly traceId: string;
  /** The service that is called. */
  readonly service: string;
  /** The HTTP method. */
  readonly method: string;
  /** The path as a template, such as `/orders/:id`. */
  readonly route: string;
}

/** How a call or an attempt ended. A `cancelled` one was left by its subscriber. */
export type ServiceCallOutcome = 'success' | 'failure' | 'cancelled';

/** Something that happened to a call. */
export type ServiceCallEvent = ServiceCallIdentity &
  (
    | {
        /** Somebody subscribed: the call begins. */
        readonly type: 'call-started';
      }
    | {
        /** A request goes out. */
        readonly type: 'attempt-started';
        /** The number of the attempt, from 1. */
        readonly attempt: number;
        /** The instance that gets it. */
        readonly instance: ServiceInstance;
      }
    | {
        /** A request has ended. */
        readonly type: 'attempt-settled';
        /** The number of the attempt, from 1. */
        readonly attempt: number;
        /** The instance that got it. */
        readonly instance: ServiceInstance;
        /** How it ended. */
        readonly outcome: ServiceCallOutcome;
        /** The status of the answer; absent when none came. */
        readonly status?: number | undefined;
        /** What it failed with. */
        readonly error?: unknown;
        /** In milliseconds. */
        readonly duration: number;
      }
    | {
        /** No request went out: the circuit is open, or no instance was found in time. */
        readonly type: 'attempt-rejected';
        /** The number of the attempt, from 1. */
        readonly attempt: number;
        /** Why. */
        readonly error: unknown;
      }
    | {
        /** A new attempt was put off. */
        readonly type: 'retry-scheduled';
        /** The attempt that failed, from 1. */
        readonly attempt: number;
        /** Until the new one, in milliseconds. */
        readonly delay: number;
      }
    | {
        /** The call is over. */
        readonly type: 'call-settled';
        /** How it ended for its subscriber; `fallback` when a stand-in answered. */
        readonly outcome: ServiceCallOutcome | 'fallback';
        /** How many requests went out. */
        readonly attempts: number;
        /** From the start of the call, in milliseconds. */
        readonly duration: number;
        /** How old the answer is, in milliseconds, when an earlier one stood in. */
        readonly age?: number | undefined;
        /** What it failed with, also when the fallback made up for it. */
        readonly error?: unknown;
      }
  );
