import { HttpErrorResponse } from '@angular/common/http';
import {
  type Clock,
  isBulkheadFullError,
  isCallTimeoutError,
  isCircuitOpenError,
  isGatewayError,
  isNoInstanceError,
  isOfflineError,
  isRateLimitedError,
  isRetriesExhaustedError,
  isRxMeshError,
  isThrottledError,
  retryAfterOf,
  statusOf,
} from 'rx-mesh';

// #region recipe
export interface Told {
  /** What to say. */
  readonly text: string;
  /** After what time to try again makes sense, in milliseconds; `undefined`: it does not. */
  readonly again: number | undefined;
  /** For whoever is called about it: `RXM201`, `HTTP 404`. */
  readonly code: string;
}

/** Says what happened, whether it was done, and when to try again. `saves`: the user wanted something to be stored. */
export function tellUser(error: unknown, clock: Clock, { saves = false } = {}): Told {
  // Of several attempts the last one tells how things are now; but any of them may have done it.
  if (isRetriesExhaustedError(error)) {
    const last = tellUser(error.attempts.at(-1), clock, { saves });
    const inDoubt = saves && error.attempts.some(mayHaveHappened);
    return inDoubt ? { ...last, text: IN_DOUBT } : last;
  }
  const code = isRxMeshError(error) ? error.code : `HTTP ${statusOf(error) ?? '?'}`;
  const later = (text: string, again: number | undefined) => ({ text, again, code });

  if (isOfflineError(error)) return later('You are offline. Nothing was sent.', 0);
  if (isCircuitOpenError(error)) return later(`${OURS} Nothing was sent.`, whole(error.retryAfter));
  if (isRateLimitedError(error)) return later('That was too much at once.', error.retryAfter);
  if (isThrottledError(error) || isBulkheadFullError(error)) {
    return later('We are very busy just now. Nothing was sent.', 5000);
  }
  if (isNoInstanceError(error)) return later(`${OURS} Nothing was sent.`, 30_000);
  if (saves && mayHaveHappened(error)) return later(IN_DOUBT, 0);
  if (isGatewayError(error)) return { ...ofStatus(error.status), again: error.retryAfter, code };
  if (isCallTimeoutError(error)) return later('That took too long.', 0);
  if (error instanceof HttpErrorResponse) {
    const { text, again } = ofStatus(error.status);
    return later(text, retryAfterOf(error, clock) ?? again);
  }
  return later('Something went wrong here. It is not your fault.', undefined);
}

const OURS = 'A part of our service does not answer.';
const IN_DOUBT =
  'We do not know whether it was saved. Trying again does no harm: it is saved once.';

/** No answer, or one of a proxy that gave up: the service may have done it all the same. */
function mayHaveHappened(error: unknown): boolean {
  return isCallTimeoutError(error) || [0, 502, 504].includes(statusOf(error) ?? -1);
}

function ofStatus(status: number): { readonly text: string; readonly again: number | undefined } {
  if (status === 401) return { text: 'Please sign in again.', again: undefined };
  if (status === 403) return { text: 'You may not do that.', again: undefined };
  if (status === 404) return { text: 'That is not there any more.', again: undefined };
  if (status === 409) return { text: 'Somebody else was faster. Look at it again.', again: 0 };
  if (status === 429) return { text: 'That was too much at once.', again: 1000 };
  if (status === 0 || status >= 500) return { text: OURS, again: 5000 };
  return { text: 'That could not be done as it is. Please check what you entered.', again: undefined }; // prettier-ignore
}

/** A circuit that is held open by hand says `Infinity`: nobody can promise a time. */
function whole(ms: number): number | undefined {
  return Number.isFinite(ms) ? ms : undefined;
}
// #endregion
