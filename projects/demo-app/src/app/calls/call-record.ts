/** How a call or an attempt of it stands. */
export type CallOutcome =
  'running' | 'succeeded' | 'failed' | 'rejected' | 'cancelled' | 'fell-back';

/** One request of a call, or the refusal to make one. */
export interface AttemptRecord {
  /** From 1. */
  readonly attempt: number;
  readonly outcome: Exclude<CallOutcome, 'fell-back'>;
  readonly instance?: string | undefined;
  /** The status of the answer, or a word for what came instead of one. */
  readonly answer?: string | undefined;
  /** In milliseconds. */
  readonly duration?: number | undefined;
  /** How long the next attempt was put off, in milliseconds. */
  readonly retryIn?: number | undefined;
}

/** One call with all its attempts, as the event feed shows it. */
export interface CallRecord {
  readonly id: string;
  readonly service: string;
  /** Such as `GET /orders/:id`; empty when somebody else made the call. */
  readonly operation: string;
  readonly outcome: CallOutcome;
  /** In milliseconds, from the call to its end. */
  readonly duration?: number | undefined;
  /** All requests of the call belong to this trace. */
  readonly traceId?: string | undefined;
  /** Why it failed, in a few words. */
  readonly reason?: string | undefined;
  readonly attempts: readonly AttemptRecord[];
}
