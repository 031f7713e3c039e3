import { HttpRequest, type HttpResponse } from '@angular/common/http';
import type { Signal } from '@angular/core';
import type { Observable } from 'rxjs';
import type { GatewayError, GatewayStatus } from './gateway-errors';
import { isGatewayError } from './gateway-errors';
import type { MiddlewareFunction, RouteConfig } from './route-config';
import { type AggregateBodies, aggregate } from './pipeline/aggregate';
import type { GatewayReport } from './pipeline/gateway-metrics';
import type { ProcessedRequest } from './pipeline/processed-request';
import type { ReactiveApiGatewayService } from './reactive-api-gateway-service';
import type { RouteMatch, RouteTable } from './routes/route-table';
import { withGateway } from './with-gateway';

declare const gateway: ReactiveApiGatewayService;
declare const table: RouteTable;
declare const answer: HttpResponse<unknown>;
declare const error: unknown;

interface Order {
  readonly id: number;
}

const request = new HttpRequest('GET', '/orders/7');

// An answer is what the caller says, and nobody knows what it is otherwise.
export const typed: Observable<HttpResponse<Order>> = gateway.handle<Order>(request);
export const untyped: Observable<HttpResponse<unknown>> = gateway.handle(request);
// @ts-expect-error an answer that nobody has named is no order
export const guessed: Observable<HttpResponse<Order>> = untyped;
// @ts-expect-error an address alone is no request
gateway.handle('/orders/7');

// What happens is told with its types.
export const processed: Observable<ProcessedRequest> = gateway.processRequest$;
export const reports: Observable<GatewayReport> = gateway.metrics$;
export const routes: Signal<readonly RouteConfig[]> = gateway.routes;

// A middleware goes on, changes the request, or answers, as a stream or a promise.
export const middleware: readonly MiddlewareFunction[] = [
  (context, next) => next(context),
  (context) => [{ ...context, metadata: { seen: true } }],
  () => Promise.resolve(answer),
  // @ts-expect-error a text is neither
  () => ['text'],
  // @ts-expect-error what is known of a request is not written to
  (context, next) => next(((context.requestId = 'other'), context)),
];

// The parts of an aggregate are those that it was given.
aggregate({
  parts: { order: { service: 'orders' }, parcels: () => ({ service: 'parcels' }) },
  merge: ({ order, parcels }) => [order, parcels],
});
// @ts-expect-error there is no part of this name
export const other: keyof AggregateBodies<'order'> = 'parcel';

// What a table says is told apart by its kind.
export function read(match: RouteMatch): string | readonly string[] {
  // @ts-expect-error there is a route only where one was found
  if (match.route !== undefined) return '';
  if (match.kind === 'found') return match.params['id'] ?? match.template;
  return match.kind === 'method-not-allowed' ? match.allow : match.kind;
}
// @ts-expect-error a table never changes
table.routes = [];

// An error is one of ours only after a look at it.
export const status: GatewayStatus | undefined = isGatewayError(error) ? error.status : undefined;
export const told: GatewayError | undefined = isGatewayError(error) ? error : undefined;
// @ts-expect-error not before
export const unseen: GatewayError = error;

// Options are checked by name and type.
withGateway({ routes: [{ path: '/', method: 'GET', targetService: 's', targetPath: '/' }] });
withGateway({ routes: () => [] });
// @ts-expect-error a route needs a service
withGateway({ routes: [{ path: '/', method: 'GET', targetPath: '/' }] });
// @ts-expect-error a number of milliseconds
withGateway({ maxWait: '10s' });
