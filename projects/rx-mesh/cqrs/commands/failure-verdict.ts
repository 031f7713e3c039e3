import { isEventLogUnavailableError, isWrongExpectedVersionError } from 'rx-mesh/event-sourcing';
import { isNoResponderError, isQueueFullError, isRequestTimeoutError } from 'rx-mesh/messaging';
import {
  isBulkheadFullError,
  isCallTimeoutError,
  isCircuitOpenError,
  isRateLimitedError,
  isRetriesExhaustedError,
  isThrottledError,
  isTransientError,
} from 'rx-mesh/resilience';
import { isCommandRefusedError, isCommandTimeoutError, isInvalidCommandError } from './command-errors'; // prettier-ignore

// A new try may succeed at once, and nobody knows whether this one did something.
const PASSING = [
  isTransientError,
  isCallTimeoutError,
  isRequestTimeoutError,
  isEventLogUnavailableError,
];

// Nothing was done, and later it may be.
const TURNED_AWAY = [
  isCircuitOpenError,
  isBulkheadFullError,
  isRateLimitedError,
  isThrottledError,
  isNoResponderError,
  isQueueFullError,
  isWrongExpectedVersionError,
  isInvalidCommandError,
];

/** Whether work that does no harm twice should be tried again after this failure, a little later. */
export function isWorthRetrying(error: unknown): boolean {
  if (isRetriesExhaustedError(error)) return isWorthRetrying(error.attempts.at(-1));
  return PASSING.some((is) => is(error)) || isNoResponderError(error);
}

/**
 * Whether the same command may be sent again after this failure, as it is and with its id: nothing is remembered of it. So
 * it is after time-outs and failures of the network, when it was turned away, and after a conflict of versions.
 *
 * @param isIdempotent Whether its handler does no harm when it is called again. @default true
 */
export function mayBeSentAgain(error: unknown, isIdempotent = true): boolean {
  if (isRetriesExhaustedError(error)) return mayBeSentAgain(error.attempts.at(-1), isIdempotent);
  if (isCommandRefusedError(error)) return error.reason !== 'already-begun';
  if (TURNED_AWAY.some((is) => is(error))) return true;
  if (isCommandTimeoutError(error)) return isIdempotent || !error.begun;
  if (isCallTimeoutError(error) || isRequestTimeoutError(error) || isAbort(error)) {
    return isIdempotent;
  }
  return PASSING.some((is) => is(error));
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
