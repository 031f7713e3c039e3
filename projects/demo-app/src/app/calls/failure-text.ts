import { isNoInstanceError } from 'rx-mesh/mesh';
import {
  isCallTimeoutError,
  isCircuitOpenError,
  isRetriesExhaustedError,
  statusOf,
} from 'rx-mesh/resilience';
import { formatDuration } from '../ui/format';

/** What came of one attempt that failed, in a word or two: `503`, `timed out`, `breaker open`. */
export function answerOf(error: unknown): string {
  if (isCircuitOpenError(error)) {
    return error.retryAfter === Infinity ? 'breaker isolated' : 'breaker open';
  }
  if (isCallTimeoutError(error)) return 'timed out';
  if (isNoInstanceError(error)) return 'no instance';
  const status = statusOf(error);
  if (status === undefined) return 'failed';
  return status === 0 ? 'unreachable' : String(status);
}

/** Why a call failed, in one short line. */
export function reasonOf(error: unknown): string {
  if (isCircuitOpenError(error)) {
    return error.retryAfter === Infinity
      ? 'The breaker is isolated by hand'
      : 'The breaker is open';
  }
  if (isCallTimeoutError(error)) {
    return error.scope === 'call'
      ? `No answer before the deadline of ${formatDuration(error.limit)}`
      : `No answer within ${formatDuration(error.limit)}`;
  }
  if (isRetriesExhaustedError(error)) {
    return `All ${error.attempts.length} attempts failed, the last one: ${answerOf(error.attempts.at(-1))}`;
  }
  if (isNoInstanceError(error)) return 'There is no instance to call';
  const status = statusOf(error);
  if (status !== undefined) {
    return status === 0 ? 'The instance could not be reached' : `The answer was ${status}`;
  }
  return error instanceof Error ? error.message : String(error);
}
