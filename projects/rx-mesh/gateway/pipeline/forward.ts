import {
  HttpContext,
  HttpContextToken,
  type HttpRequest,
  type HttpResponse,
} from '@angular/common/http';
import { DOCUMENT, Injectable, inject } from '@angular/core';
import {
  type ServiceCall,
  type ServiceCallMethod,
  ServiceCaller,
  type ServiceHttpOptions,
} from 'rx-mesh/communication';
import { CLOCK, DIAGNOSTICS } from 'rx-mesh/kernel';
import type { ServiceInstance } from 'rx-mesh/mesh';
import { type Observable, catchError, defer, throwError } from 'rxjs';
import { GATEWAY } from '../gateway-options';
import { credentialsOf } from '../middleware/request-keys';
import type { RequestContext } from '../route-config';
import { targetPathOf } from '../routes/target-path';
import { forwardedHeaders } from './forward-headers';
import { GatewayIds } from './gateway-ids';
import { GatewayQueue } from './gateway-queue';
import { toGatewayError } from './problem';
import { nameOf } from './route-name';

/**
 * Whether a request does not go through `gatewayInterceptor`: those of the gateway itself have it, or they would go round and round.
 *
 * @usageNotes
 * ```ts
 * http.get('/api/orders', { context: new HttpContext().set(SKIP_GATEWAY, true) });
 * ```
 */
export const SKIP_GATEWAY = /* @__PURE__ */ new HttpContextToken<boolean>(() => false);

// Origins come from a registry.
const MOST_TOLD = 20;

/** What a call says for itself, beside what it has of the request. */
export type ForwardedCall = ServiceCall<HttpResponse<unknown>>;

/** Sends requests on to services: by their turn in the queue, and then as every call goes. */
@Injectable({ providedIn: 'root' })
export class GatewayForwarder {
  private readonly caller = inject(ServiceCaller);
  private readonly clock = inject(CLOCK);
  private readonly queue = inject(GatewayQueue);
  private readonly ids = inject(GatewayIds);
  private readonly own = (inject(DOCUMENT) as { readonly location: Location | null }).location
    ?.origin;
  private readonly allowed = new Set([this.own, ...inject(GATEWAY.token).allowedOrigins]);
  private readonly diagnostics = inject(DIAGNOSTICS);
  private readonly told = new Set<string>();

  /**
   * Sends a request on to the service of its route.
   *
   * @param context The request, as the steps before have made it.
   * @param endsAt When it must be over, as a reading of the monotonic clock.
   */
  send(context: RequestContext, endsAt: number): Observable<HttpResponse<unknown>> {
    return this.queued(context, endsAt, () => {
      const { originalRequest: request, params, route } = context;
      const call: ForwardedCall = {
        service: route.targetService,
        // Another method is refused by the caller.
        method: request.method as ServiceCallMethod,
        path: withQuery(targetPathOf(route, params), request.urlWithParams),
        route: route.targetPath,
        payload: request.body ?? undefined,
        http: httpOptionsOf(request),
        retries: route.retries ?? 2,
      };
      return Object.assign(call, this.headersOf(context));
    });
  }

  /**
   * Makes a call for a request, with the credentials of it, and what it says of itself otherwise; not with its body.
   *
   * @param context The request.
   * @param call What is called.
   * @param endsAt When it must be over, as a reading of the monotonic clock. @default as long as a call may take
   */
  call(
    context: RequestContext,
    call: ForwardedCall,
    endsAt = Infinity,
  ): Observable<HttpResponse<unknown>> {
    return this.queued(context, endsAt, () => {
      const { headers, ...rest } = this.headersOf(context);
      const open = Object.entries(headers).filter(([name]) => !/^(?:content|if)-/i.test(name));
      const { credentials, withCredentials } = context.originalRequest;
      const http = {
        withCredentials,
        ...((credentials as unknown) !== undefined && { credentials }),
        ...call.http,
      };
      return { ...rest, ...call, http, headers: { ...Object.fromEntries(open), ...call.headers } };
    });
  }

  private queued(
    context: RequestContext,
    endsAt: number,
    make: () => ForwardedCall,
  ): Observable<HttpResponse<unknown>> {
    const { originalRequest: request, requestId, route } = context;
    // Made when it is its turn: the time that is left is less by then.
    const sent$ = defer(() => {
      // The caller may have less time than the route gives.
      const left = Math.min(
        request.timeout ?? Infinity,
        Math.max(1, endsAt - this.clock.monotonic()),
      );
      const own = { priority: route.priority, context: contextOf(request) };
      const bound = left < Infinity ? { deadline: left } : {};
      // Not by `...`, of which Angular's build makes calls that take longer than all else here.
      return this.caller.respond(Object.assign(bound, make(), own));
    });
    return this.queue
      .run(sent$, nameOf(route), route.priority)
      .pipe(
        catchError((error: unknown) =>
          throwError(() => toGatewayError(error, this.clock, requestId)),
        ),
      );
  }

  private headersOf(context: RequestContext): {
    readonly headers: Readonly<Record<string, string>>;
    readonly headersFor: ForwardedCall['headersFor'];
    readonly idempotencyKey: string | undefined;
  } {
    const { headers } = context.originalRequest;
    const { open, secret } = forwardedHeaders(headers, credentialsOf(context));
    return {
      headers: open,
      headersFor: (instance) => {
        const named = this.ids.use.headersFor(context, instance);
        return isEmpty(secret) || !this.mayKnow(instance) ? named : { ...named, ...secret };
      },
      idempotencyKey: headers.get('Idempotency-Key') ?? undefined,
    };
  }

  // A registry that was talked into naming another host must not get the tokens of users.
  private mayKnow({ url }: ServiceInstance): boolean {
    if (url.startsWith('/') || url === '') return true;
    const { origin } = new URL(url);
    if (this.allowed.has(origin)) return true;
    this.tell(origin);
    return false;
  }

  // Who looks for the reason of a 401 finds it here.
  private tell(origin: string): void {
    if (this.told.has(origin) || this.told.size >= MOST_TOLD) return;
    this.told.add(origin);
    this.diagnostics.report({
      code: 'RXM602',
      severity: 'warning',
      source: 'gateway',
      message: `Requests to ${origin} go without credentials. If it may see them, add it to allowedOrigins of withGateway().`,
    });
  }
}

function isEmpty(record: object): boolean {
  return Object.keys(record).length === 0;
}

/** The query as it was written, once: that of the address and that of `params` are one there. */
function withQuery(path: string, urlWithParams: string): string {
  const url = urlWithParams.replace(/#.*/s, '');
  const at = url.indexOf('?');
  const query = at < 0 ? '' : url.slice(at + 1);
  return query === '' ? path : `${path}${path.includes('?') ? '&' : '?'}${query}`;
}

function contextOf(request: HttpRequest<unknown>): HttpContext {
  const context = new HttpContext();
  for (const token of request.context.keys()) context.set(token, request.context.get(token));
  return context.set(SKIP_GATEWAY, true);
}

function httpOptionsOf(request: HttpRequest<unknown>): ServiceHttpOptions {
  const options: ServiceHttpOptions = {
    responseType: request.responseType,
    withCredentials: request.withCredentials,
    credentials: request.credentials,
    keepalive: request.keepalive,
    cache: request.cache,
    priority: request.priority,
    mode: request.mode,
    redirect: request.redirect,
    referrer: request.referrer,
    referrerPolicy: request.referrerPolicy,
    integrity: request.integrity,
    ...(request.transferCache !== undefined && { transferCache: request.transferCache }),
  };
  return options;
}
