import { type HttpErrorResponse, type HttpRequest, HttpResponse } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { CLOCK, EventHub, tapSettled } from 'rx-mesh/kernel';
import { type ResiliencePolicy, judgeError, timeoutPolicy } from 'rx-mesh/resilience';
import {
  type Observable,
  catchError,
  defer,
  from,
  map,
  take,
  throwError,
  throwIfEmpty,
} from 'rxjs';
import { type GatewayError, isGatewayError } from '../gateway-errors';
import type { MiddlewareFunction, RequestContext } from '../route-config';
import type { RouteMatch, RouteTable } from '../routes/route-table';
import { composeMiddleware } from './compose';
import { GatewayForwarder } from './forward';
import { GatewayIds } from './gateway-ids';
import { GatewayMetrics } from './gateway-metrics';
import { gatewayError, toGatewayError } from './problem';
import type { ProcessedRequest, ServedBy } from './processed-request';
import { nameOf } from './route-name';
import { RouteSteps } from './route-steps';

type Answer = HttpResponse<unknown>;
type Refusal = Exclude<RouteMatch, { readonly kind: 'found' }>;

/** Takes requests through the gateway, one pass for each subscription. */
@Injectable({ providedIn: 'root' })
export class GatewayRunner {
  private readonly clock = inject(CLOCK);
  private readonly ids = inject(GatewayIds);
  private readonly forwarder = inject(GatewayForwarder);
  private readonly steps = inject(RouteSteps);
  private readonly metrics = inject(GatewayMetrics);
  private readonly hub = new EventHub<ProcessedRequest>();

  /** Requests as they end. */
  readonly processed$ = this.hub.events$;

  /** One pass of a request, by the routes of a table. */
  run(request: HttpRequest<unknown>, table: RouteTable): Observable<Answer> {
    const pass = new Pass(request, this.ids.use.idOf(request), this.clock.monotonic());
    return this.answer(pass, table).pipe(
      tapSettled<Answer>({
        isFinal: () => true,
        success: (response) => this.end(pass, 'success', response),
        failure: (error) => this.end(pass, 'failure', undefined, error as GatewayError),
        cancelled: () => this.end(pass, 'cancelled'),
      }),
    );
  }

  private answer(pass: Pass, table: RouteTable): Observable<Answer> {
    return defer(() => {
      const { request, requestId } = pass;
      const match = table.match(request);
      if (match.kind !== 'found') throw refuse(match, request, requestId);
      const { params, route } = match;
      const { identified, limit: ofRoute, steps } = this.steps.of(route);
      const most = route.timeout ?? 30_000;
      const own = request.timeout ?? most;
      const endsAt = pass.startedAt + Math.min(most, own);
      // Who waits in the queue, or for the request of another, has no more time than he says either.
      const limit = own < most ? this.limitOf(own) : ofRoute;
      // Whose it is belongs to what is told of it, also where it ends before a service is asked.
      const note: MiddlewareFunction = (context, next) => next((pass.context = context));
      const noted = [...steps.slice(0, identified), note, ...steps.slice(identified)];
      const way = composeMiddleware(noted, (context) => {
        pass.context = context;
        pass.servedBy = 'service';
        return this.forwarder.send(context, endsAt);
      });
      const startTime = new Date(this.clock.now());
      const metadata = Object.freeze({});
      pass.context = { requestId, originalRequest: request, route, params, startTime, metadata };
      return limit(way(pass.context), { name: nameOf(route) });
    }).pipe(
      catchError((error: unknown) => {
        const told = toGatewayError(error, this.clock, pass.requestId);
        if (isGatewayError(told)) pass.servedBy = 'gateway';
        return this.standIn(pass, told);
      }),
    );
  }

  private limitOf(limit: number): ResiliencePolicy {
    return timeoutPolicy({ clock: this.clock }, { limit, scope: 'call' });
  }

  /** The answer in place of a service that cannot. Who is refused, is. */
  private standIn(pass: Pass, told: GatewayError | HttpErrorResponse): Observable<Answer> {
    const { context, requestId } = pass;
    const fallback = context?.route.fallback;
    const isOut = isGatewayError(told) ? told.status >= 502 : judgeError(told) === 'failure';
    if (!context || !fallback || !isOut) return throwError(() => told);
    // It has the time of the route for itself: that of the request may be over.
    const { limit } = this.steps.of(context.route);
    return limit(
      defer(() => from(fallback(context, told))).pipe(
        take(1),
        throwIfEmpty(() => told),
      ),
      { name: `the fallback of ${nameOf(context.route)}` },
    ).pipe(
      map((answer) => {
        if (!(answer instanceof HttpResponse)) {
          throw gatewayError(502, 'The fallback gave no answer of HTTP.', { requestId });
        }
        pass.servedBy = 'fallback';
        return answer;
      }),
      catchError((error: unknown) =>
        throwError(() => toGatewayError(error, this.clock, requestId)),
      ),
    );
  }

  private end(
    { context, request, servedBy, startedAt }: Pass,
    outcome: ProcessedRequest['outcome'],
    response?: Answer,
    error?: GatewayError | HttpErrorResponse,
  ): void {
    const processed: ProcessedRequest = {
      request,
      context,
      outcome,
      response,
      error,
      status: response?.status ?? error?.status ?? 0,
      servedBy: isHit(response) ? 'cache' : servedBy,
      duration: this.clock.monotonic() - startedAt,
    };
    this.metrics.record(processed);
    if (!this.hub.observed) return;
    // As it came: a token that was put on it on its way is nobody's business.
    const shown = context && { ...context, originalRequest: request };
    this.hub.emit({ ...processed, context: shown });
  }
}

function isHit(response: Answer | undefined): boolean {
  return response?.headers.get('Cache-Status') === 'rx-mesh; hit';
}

/** One request under way. */
class Pass {
  context: RequestContext | undefined;
  servedBy: ServedBy = 'gateway';

  constructor(
    readonly request: HttpRequest<unknown>,
    readonly requestId: string,
    readonly startedAt: number,
  ) {}
}

function refuse(match: Refusal, { method }: HttpRequest<unknown>, requestId: string): GatewayError {
  if (match.kind === 'not-found') {
    return gatewayError(404, 'No route takes this address.', { requestId });
  }
  if (match.kind === 'bad-path') {
    return gatewayError(400, `The path cannot be read: ${match.detail}.`, { requestId });
  }
  const { allow } = match;
  const detail = `The route takes ${allow.join(', ')}, and not ${method}.`;
  return gatewayError(405, detail, { requestId, allow });
}
