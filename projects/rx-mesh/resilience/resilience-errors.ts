import { RxMeshError, createErrorGuard } from 'rx-mesh/kernel';

/** A circuit breaker turned the call away: nothing was sent. */
export class CircuitOpenError extends RxMeshError {
  readonly code = 'RXM201';

  constructor(
    /** The name of the breaker, usually that of the service. */
    readonly breaker: string,
    /** After how many milliseconds a probe may go through; `Infinity` while it is held open by hand. */
    readonly retryAfter: number,
  ) {
    super(
      retryAfter === Infinity
        ? `The circuit of ${breaker} is isolated by hand. Release it, or answer from a fallback.`
        : `The circuit of ${breaker} is open. Try again in ${Math.ceil(retryAfter)} ms, or answer from a fallback.`,
    );
  }
}

/** Whether an error says that a circuit breaker turned the call away. */
export const isCircuitOpenError: (error: unknown) => error is CircuitOpenError =
  /* @__PURE__ */ createErrorGuard<CircuitOpenError>('RXM201');

/** An attempt, or a call with all its attempts, took longer than it may. What was under way is cancelled. */
export class CallTimeoutError extends RxMeshError {
  readonly code = 'RXM202';

  constructor(
    /** What was called. */
    readonly call: string,
    /** The limit that was passed, in milliseconds. */
    readonly limit: number,
    /** Whether one attempt was too slow, or the whole call had no time left. */
    readonly scope: 'attempt' | 'call',
  ) {
    super(
      scope === 'attempt'
        ? `An attempt of ${call} took longer than ${limit} ms. Raise its timeout, or ask for less.`
        : `${call} had no answer within its deadline of ${limit} ms, all attempts included. Raise the deadline, or retry less.`,
    );
  }
}

/** Whether an error says that an attempt or a call took too long. */
export const isCallTimeoutError: (error: unknown) => error is CallTimeoutError =
  /* @__PURE__ */ createErrorGuard<CallTimeoutError>('RXM202');

/** Every attempt that the retry policy allowed has failed. `cause` is an `AggregateError` of all of them. */
export class RetriesExhaustedError extends RxMeshError {
  readonly code = 'RXM203';

  constructor(
    /** What was called. */
    readonly call: string,
    /** What each attempt failed with, in order. */
    readonly attempts: readonly unknown[],
  ) {
    super(
      `${call} failed ${attempts.length} times and is not tried again. The last failure: ${describe(attempts.at(-1))}`,
      { cause: new AggregateError(attempts, `${attempts.length} attempts of ${call}`) },
    );
  }
}

/** Whether an error says that every attempt has failed. */
export const isRetriesExhaustedError: (error: unknown) => error is RetriesExhaustedError =
  /* @__PURE__ */ createErrorGuard<RetriesExhaustedError>('RXM203');

// Whatever was thrown: not every object can be made a string.
function describe(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  return 'message' in error && typeof error.message === 'string' ? error.message : 'an object';
}
