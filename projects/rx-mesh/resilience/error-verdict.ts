import { isRxMeshError } from 'rx-mesh/kernel';
import { isCallTimeoutError, isOfflineError, isRetriesExhaustedError } from './resilience-errors';

/**
 * What a failed call says about the health of whoever was called. `failure`: it is ill; `success`: it answered, and
 * the answer was no; `neutral`: it was never reached, so nothing is known.
 */
export type ErrorVerdict = 'failure' | 'success' | 'neutral';

// Statuses below 500 that tell of overload or of a server that gave up, not of a wrong question.
const UNHEALTHY = [0, 408, 425, 429];

/**
 * The default verdict. An HTTP answer below 500 is a success of the server, but for 408, 425 and 429; status 0 (no
 * network, refused, blocked) is a failure. A call that rx-mesh itself turned away is neutral, and so is an `AbortError`:
 * somebody on this side cancelled. After several attempts the last one counts. Everything else, a time-out too, is a
 * failure.
 */
export function judgeError(error: unknown): ErrorVerdict {
  if (isRetriesExhaustedError(error)) return judgeError(error.attempts.at(-1));
  if (isRxMeshError(error)) return isCallTimeoutError(error) ? 'failure' : 'neutral';
  if (nameOf(error) === 'AbortError') return 'neutral';
  const status = statusOf(error);
  if (status === undefined || status >= 500 || UNHEALTHY.includes(status)) return 'failure';
  return 'success';
}

/** The statuses that are worth a second try: nothing was done, or somebody else may do it (RFC 9110, RFC 6585, RFC 8470). */
const TRANSIENT = [0, 408, 425, 429, 502, 503, 504];

/**
 * Whether a new try may succeed where this one failed: no connection, no network, a time-out of the attempt, and the
 * statuses 408, 425, 429, 502, 503 and 504. An open circuit is not: its `retryAfter` says when.
 */
export function isTransientError(error: unknown): boolean {
  if (isRxMeshError(error)) {
    return isOfflineError(error) || (isCallTimeoutError(error) && error.scope === 'attempt');
  }
  const status = statusOf(error);
  return status !== undefined && TRANSIENT.includes(status);
}

/** The HTTP status that an error carries: `HttpErrorResponse` has one, and so have errors of other clients. */
export function statusOf(error: unknown): number | undefined {
  return typeof error === 'object' &&
    error !== null &&
    'status' in error &&
    typeof error.status === 'number'
    ? error.status
    : undefined;
}

function nameOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'name' in error ? error.name : undefined;
}
