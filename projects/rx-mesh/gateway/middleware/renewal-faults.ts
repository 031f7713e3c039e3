import type { Clock } from 'rx-mesh/kernel';
import { retryAfterOf, statusOf } from 'rx-mesh/resilience';
import { type GatewayError, type GatewayStatus, isGatewayError } from '../gateway-errors';
import { toGatewayError } from '../pipeline/problem';
import { refusal } from './refusal';
import { tokenRefused } from './token-ports';

// Who says one of these says no more of the token than who says nothing.
const LATER: ReadonlyMap<number, GatewayStatus> = /* @__PURE__ */ new Map([
  [408, 504],
  [425, 503],
  [429, 503],
  [503, 503],
  [504, 504],
]);

/**
 * What callers are told of a renewal that has failed: 401 where it was refused, by `tokenRefused()` or a status of 4xx; 502, 503 or 504
 * where nobody could say, for an outage signs nobody out. Nothing of the error is in it: it may have the token in it.
 *
 * @param error What went wrong.
 * @param clock Reads dates of `Retry-After`.
 */
export function renewalFault(error: unknown, clock: Clock): GatewayError {
  const told = toGatewayError(error, clock);
  // Its own word goes before what it came from.
  const origin = isGatewayError(told) && told !== error ? (told.cause ?? told) : told;
  if (isTimeout(origin)) return outage(504);
  const status = statusOf(origin) ?? told.status;
  const later = LATER.get(status);
  if (later === undefined && status >= 400 && status < 500) return notRenewed();
  return outage(later ?? 502, isGatewayError(told) ? told.retryAfter : retryAfterOf(told, clock));
}

/** The error of a renewal that was refused. */
export function notRenewed(): GatewayError {
  return tokenRefused('The token could not be renewed.');
}

function outage(status: GatewayStatus, retryAfter?: number): GatewayError {
  return refusal(status, 'Nobody can renew the token at the moment.', retryAfter);
}

// That of RxJS, of `AbortSignal.timeout`, and of `HttpClient`, which has it inside.
function isTimeout(error: unknown): boolean {
  const { error: inner, name } = Object(error) as {
    readonly error?: unknown;
    readonly name?: unknown;
  };
  return (
    name === 'TimeoutError' ||
    (Object(inner) as { readonly name?: unknown }).name === 'TimeoutError'
  );
}
