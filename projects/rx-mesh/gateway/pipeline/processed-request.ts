import type { HttpErrorResponse, HttpRequest, HttpResponse } from '@angular/common/http';
import type { GatewayError } from '../gateway-errors';
import type { RequestContext } from '../route-config';

/**
 * Who has answered: the service; the cache of the gateway; the gateway itself, by a refusal, by middleware, or by the answer to an
 * identical request; or the fallback of the route.
 */
export type ServedBy = 'service' | 'cache' | 'gateway' | 'fallback';

/** A request that is over. */
export interface ProcessedRequest {
  /** What was asked. */
  readonly request: HttpRequest<unknown>;
  /** What was known of it in the end; `undefined` when no route takes it. */
  readonly context?: RequestContext | undefined;
  /** How it ended; `cancelled`: whoever asked has left. */
  readonly outcome: 'success' | 'failure' | 'cancelled';
  /** The answer. */
  readonly response?: HttpResponse<unknown> | undefined;
  /** What went wrong. */
  readonly error?: GatewayError | HttpErrorResponse | undefined;
  /** The status of the answer, or of the error; 0 when there was none. */
  readonly status: number;
  /** Who has answered. */
  readonly servedBy: ServedBy;
  /** How long it took, in milliseconds. */
  readonly duration: number;
}
