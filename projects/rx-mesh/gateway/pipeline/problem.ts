import { HttpErrorResponse, HttpHeaders, type HttpRequest } from '@angular/common/http';
import { type Clock, isInvalidOptionError, withoutStack } from 'rx-mesh/kernel';
import { isNoInstanceError } from 'rx-mesh/mesh';
import {
  isBulkheadFullError,
  isCallTimeoutError,
  isCircuitOpenError,
  isOfflineError,
  isRateLimitedError,
  isRetriesExhaustedError,
  isThrottledError,
  retryAfterOf,
} from 'rx-mesh/resilience';
import { GatewayError, type GatewayStatus, isGatewayError } from '../gateway-errors';
import { refusal } from '../middleware/refusal';

/** What an error of a gateway may say besides its status. */
export interface GatewayErrorDetails {
  /** Names the request. */
  readonly requestId?: string | undefined;
  /** Which methods there are (405). */
  readonly allow?: readonly string[] | undefined;
  /** After what time it is worth trying again, in milliseconds. What is no such time is left out. */
  readonly retryAfter?: number | undefined;
  /** What it comes from. */
  readonly cause?: unknown;
}

/** Makes the error of a status, with the title that HTTP has for it (RFC 9110). */
export function gatewayError(
  status: GatewayStatus,
  detail: string,
  { allow, cause, requestId, retryAfter }: GatewayErrorDetails = {},
): GatewayError {
  const problem = {
    ...refusal(status, detail).problem,
    ...(requestId === undefined ? {} : { instance: requestId }),
    ...(allow && { allow }),
  };
  const wait = isWait(retryAfter) ? retryAfter : undefined;
  // None is a bug at the place where it is made.
  return withoutStack(() => new GatewayError(problem, wait, cause));
}

/**
 * What a caller of the gateway is told of an error: a `GatewayError` for all that went wrong on this side. The answer of a service is
 * passed on as it is, whatever its status; after several attempts it is that of the last one.
 *
 * @param error What went wrong.
 * @param clock Reads dates of `Retry-After`.
 * @param requestId Names the request.
 */
export function toGatewayError(
  error: unknown,
  clock: Clock,
  requestId?: string,
): GatewayError | HttpErrorResponse {
  if (isGatewayError(error)) return error;
  if (isRetriesExhaustedError(error))
    return toGatewayError(error.attempts.at(-1), clock, requestId);
  if (error instanceof HttpErrorResponse && error.status >= 300) return error;
  const retryAfter = waitOf(error) ?? retryAfterOf(error, clock);
  return gatewayError(statusFor(error), messageOf(error), { requestId, retryAfter, cause: error });
}

/**
 * The error as `HttpClient` has it: the problem is its `error`, with `Retry-After` and `Allow` as headers.
 *
 * @param error What the gateway said.
 * @param request What was asked.
 */
export function toHttpError(error: unknown, request: HttpRequest<unknown>): unknown {
  if (!isGatewayError(error)) return error;
  const { problem, retryAfter, status } = error;
  const headers: Record<string, string> = { 'Content-Type': 'application/problem+json' };
  // Seconds, rounded up: who comes earlier is refused again.
  if (retryAfter !== undefined) headers['Retry-After'] = String(Math.ceil(retryAfter / 1000));
  if (problem.allow) headers['Allow'] = problem.allow.join(', ');
  return new HttpErrorResponse({
    error: problem,
    headers: new HttpHeaders(headers),
    status,
    statusText: problem.title,
    url: request.urlWithParams,
  });
}

function statusFor(error: unknown): GatewayStatus {
  if (isCallTimeoutError(error)) return 504;
  if (isRateLimitedError(error)) return 429;
  if (
    isNoInstanceError(error) ||
    isCircuitOpenError(error) ||
    isBulkheadFullError(error) ||
    isThrottledError(error) ||
    isOfflineError(error)
  ) {
    return 503;
  }
  // The address and the method are the caller's; all else of a call is the route's.
  if (isInvalidOptionError(error)) {
    if (error.option === 'ServiceCall.path') return 400;
    if (error.option === 'ServiceCall.method') return 405;
  }
  return 502;
}

function waitOf(error: unknown): number | undefined {
  return isCircuitOpenError(error) || isRateLimitedError(error) ? error.retryAfter : undefined;
}

function isWait(wait: number | undefined): wait is number {
  return wait !== undefined && Number.isFinite(wait) && wait >= 0;
}

// What was thrown may be anything.
function messageOf(error: unknown): string {
  // Its message has the address of the instance, and the query with it.
  if (error instanceof HttpErrorResponse)
    return 'The service cannot be reached, or its answer cannot be read.';
  return error instanceof Error ? error.message : 'Something that is no error was thrown.';
}
