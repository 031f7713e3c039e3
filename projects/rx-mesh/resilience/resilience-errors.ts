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

/** A bulkhead is full: all slots are taken, and so are the places of those who wait; or the wait was too long. */
export class BulkheadFullError extends RxMeshError {
  readonly code = 'RXM204';

  constructor(
    /** The name of the bulkhead, usually that of the service. */
    readonly bulkhead: string,
    /** How many may run at once. */
    readonly limit: number,
    /** How long the call had waited, in milliseconds; 0 when there was no place to wait. */
    readonly waited: number,
  ) {
    super(
      waited > 0
        ? `A call of ${bulkhead} waited ${Math.round(waited)} ms for one of ${limit} slots. Raise maxWait, or call less.`
        : `All ${limit} slots of ${bulkhead} and its queue are taken. Raise queue, or call less.`,
    );
  }
}

/** Whether an error says that a bulkhead is full. */
export const isBulkheadFullError: (error: unknown) => error is BulkheadFullError =
  /* @__PURE__ */ createErrorGuard<BulkheadFullError>('RXM204');

/** A limit of rate on this side is reached: nothing was sent. */
export class RateLimitedError extends RxMeshError {
  readonly code = 'RXM205';

  constructor(
    /** What was called. */
    readonly call: string,
    /** After how many milliseconds there is room again. */
    readonly retryAfter: number,
  ) {
    super(
      `${call} is called more often than its limit allows. There is room in ${Math.ceil(retryAfter)} ms; raise maxWait to wait for it.`,
    );
  }
}

/** Whether an error says that a limit of rate on this side is reached. */
export const isRateLimitedError: (error: unknown) => error is RateLimitedError =
  /* @__PURE__ */ createErrorGuard<RateLimitedError>('RXM205');

/** The call was spared: the service is overloaded, and part of the calls is not sent so that the others get through. */
export class ThrottledError extends RxMeshError {
  readonly code = 'RXM206';

  constructor(
    /** What was called. */
    readonly call: string,
    /** The share of calls that is sent at present, from 0 to 1. */
    readonly admission: number,
  ) {
    super(
      `${call} was not sent: the service is overloaded, and only ${Math.round(admission * 100)} % of its calls go out. Try again later, or answer from a fallback.`,
    );
  }
}

/** Whether an error says that a call was spared because the service is overloaded. */
export const isThrottledError: (error: unknown) => error is ThrottledError =
  /* @__PURE__ */ createErrorGuard<ThrottledError>('RXM206');

/** There is no network, and none came within the time that the call could wait. */
export class OfflineError extends RxMeshError {
  readonly code = 'RXM207';

  constructor(
    /** What was called. */
    readonly call: string,
    /** How long it had waited, in milliseconds. */
    readonly waited: number,
  ) {
    super(
      `${call} was not sent: the browser is offline${waited > 0 ? `, for ${Math.round(waited)} ms up to now` : ''}. Answer from a fallback, or raise maxWait.`,
    );
  }
}

/** Whether an error says that there is no network. */
export const isOfflineError: (error: unknown) => error is OfflineError =
  /* @__PURE__ */ createErrorGuard<OfflineError>('RXM207');

// Whatever was thrown: not every object can be made a string.
function describe(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  return 'message' in error && typeof error.message === 'string' ? error.message : 'an object';
}
