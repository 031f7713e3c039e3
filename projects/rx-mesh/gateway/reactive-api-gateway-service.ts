import type { HttpRequest, HttpResponse } from '@angular/common/http';
import {
  DOCUMENT,
  Injectable,
  Injector,
  type Signal,
  computed,
  inject,
  runInInjectionContext,
} from '@angular/core';
import { RANDOM, StateStore } from 'rx-mesh/kernel';
import { type Observable, defer, map } from 'rxjs';
import { GATEWAY } from './gateway-options';
import type { AuthConfig, MiddlewareFunction, RateLimitConfig, RouteConfig } from './route-config';
import { type GatewayTransformer, transformation } from './middleware/transformation-middleware';
import { GatewayMetrics, type GatewayReport } from './pipeline/gateway-metrics';
import { GatewayRunner } from './pipeline/gateway-run';
import type { ProcessedRequest } from './pipeline/processed-request';
import { RouteSteps } from './pipeline/route-steps';
import { compileRoutes } from './routes/compile-routes';
import { pathStart } from './routes/request-facts';
import type { RouteMatch, RouteTable } from './routes/route-table';

/**
 * A gateway in the page: takes requests by their path, and sends them through middleware to services by name. Every pass is by
 * itself: what goes wrong in one is its own error, and leaving it cancels all of it.
 *
 * @usageNotes
 * ```ts
 * const gateway = inject(ReactiveApiGatewayService);
 * gateway.setRoutes([
 *   { path: '/orders/:id', method: 'GET', targetService: 'orders', targetPath: '/v2/orders/:id' },
 * ]);
 * gateway.handle<Order>(new HttpRequest('GET', '/orders/42')).subscribe(({ body }) => show(body));
 * ```
 */
@Injectable({ providedIn: 'root' })
export class ReactiveApiGatewayService {
  private readonly injector = inject(Injector);
  private readonly options = inject(GATEWAY.token);
  private readonly random = inject(RANDOM);
  private readonly host = (inject(DOCUMENT) as { readonly location: Location | null }).location
    ?.host;
  private readonly runner = inject(GatewayRunner);
  private readonly metrics = inject(GatewayMetrics);
  private readonly steps = inject(RouteSteps);
  private readonly store = new StateStore<RouteTable>(this.compile(this.firstRoutes()));

  /** The routes on subscribe, and after each change. Never errors. */
  readonly routes$: Observable<readonly RouteConfig[]> = this.store.changes$.pipe(
    map(({ routes }) => routes),
  );

  /** The routes as a signal. */
  readonly routes: Signal<readonly RouteConfig[]> = computed(() => this.store.signal().routes);

  /** Every request as it ends: its answer, its failure, or that it was left. Hot, without replay; never errors. */
  readonly processRequest$: Observable<ProcessedRequest> = this.runner.processed$;

  /** What happened in each window of five seconds while somebody is subscribed. Never errors; nothing ticks otherwise. */
  readonly metrics$: Observable<GatewayReport> = this.metrics.reports$;

  /**
   * Replaces the routes at once. Requests under way go on by the routes that they came by.
   *
   * @throws RouteTableError with all that is wrong; then the routes before stay in force.
   */
  setRoutes(routes: readonly RouteConfig[]): void {
    const table = this.compile(routes);
    this.steps.keep(table.routes);
    this.store.update(() => table);
  }

  /**
   * Takes a request through the gateway, for each subscription: one answer, then the end.
   *
   * Errors of the stream: `GatewayError` for all that was refused or went wrong on the way, with its status; and the
   * `HttpErrorResponse` of the service, as it is.
   *
   * @param request What is asked. Its address is a path, with the base path in front, or a URL of which the host counts only where a
   *   route asks for it.
   */
  handle<T = unknown>(request: HttpRequest<unknown>): Observable<HttpResponse<T>> {
    return defer(() => this.runner.run(request, this.store.snapshot)) as Observable<
      HttpResponse<T>
    >;
  }

  /**
   * Makes a middleware that limits how often requests pass; what is above is 429, with the time to wait.
   *
   * @throws InvalidOptionError when an option is out of its range.
   */
  createRateLimitingMiddleware(config: RateLimitConfig): MiddlewareFunction {
    return this.steps.rateLimit(config);
  }

  /**
   * Makes a middleware that finds out whose a request is, and whether he may: 401 and 403 otherwise. An expired token is renewed
   * once, as `withTokens` says.
   */
  createAuthenticationMiddleware(config: AuthConfig = {}): MiddlewareFunction {
    return this.steps.authenticate(config);
  }

  /** Makes a middleware that changes requests on their way, one after the other, and answers on the way back. */
  createTransformationMiddleware(
    ...transformers: readonly GatewayTransformer[]
  ): MiddlewareFunction {
    return transformation(...transformers);
  }

  /**
   * What the routes say of a request that `HttpClient` makes: whether it is one for the gateway.
   *
   * @internal
   */
  ɵtakes(request: HttpRequest<unknown>): boolean {
    let match: RouteMatch;
    try {
      match = this.store.snapshot.match(request);
    } catch {
      // A `stickyBy` that throws: `handle` says so as of all that goes wrong.
      return true;
    }
    const { host } = pathStart(request.url);
    const isOwn = host === '' || host === this.host;
    // Somebody else's address may have the same path.
    if (match.kind === 'found') return isOwn || match.route.when?.host !== undefined;
    return (
      isOwn &&
      (match.kind === 'method-not-allowed' ||
        (match.kind === 'bad-path' && this.options.basePath !== ''))
    );
  }

  private firstRoutes(): readonly RouteConfig[] {
    const { routes } = this.options;
    return typeof routes === 'function' ? runInInjectionContext(this.injector, routes) : routes;
  }

  private compile(routes: readonly RouteConfig[]): RouteTable {
    const { basePath } = this.options;
    return compileRoutes(routes, { basePath, host: this.host, random: this.random });
  }
}
