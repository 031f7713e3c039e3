import { DOCUMENT, Injectable, inject } from '@angular/core';
import { CACHE_SCOPE, CacheService } from 'rx-mesh/caching';
import { CLOCK, isServer } from 'rx-mesh/kernel';
import { type ResiliencePolicy, timeoutPolicy } from 'rx-mesh/resilience';
import type { AuthConfig, MiddlewareFunction, RateLimitConfig, RouteConfig } from '../route-config';
import { AuthenticationService } from '../middleware/authentication-service';
import { authentication } from '../middleware/authentication-middleware';
import { authorization } from '../middleware/authorization-middleware';
import { bodyLimit } from '../middleware/body-limit-middleware';
import { answerCache } from '../middleware/cache-middleware';
import { RequestKeys } from '../middleware/request-keys';
import { coalescing } from '../middleware/coalesce-middleware';
import { rateLimit } from '../middleware/rate-limit-middleware';
import { composeMiddleware } from './compose';
import { GatewayIds } from './gateway-ids';
import { nameOf } from './route-name';

/** What is done to the requests of a route. */
export interface RoutePlan {
  /** The steps, outermost first. */
  readonly steps: readonly MiddlewareFunction[];
  /** After how many of them it is known whose the request is. */
  readonly identified: number;
  /** Ends what takes longer than the route allows. */
  readonly limit: ResiliencePolicy;
}

interface KnownLimit {
  readonly config: RateLimitConfig;
  readonly step: MiddlewareFunction;
}

/** Makes the steps of each route once: what they remember, such as how often it was called, is that of the route. */
@Injectable({ providedIn: 'root' })
export class RouteSteps {
  private readonly clock = inject(CLOCK);
  private readonly tokens = inject(AuthenticationService);
  private readonly ids = inject(GatewayIds);
  private readonly ports = {
    cache: inject(CacheService),
    clock: this.clock,
    // The document of a server has none.
    base: isServer() ? undefined : inject(DOCUMENT).baseURI,
    keys: inject(RequestKeys),
    scope: inject(CACHE_SCOPE),
  };
  private readonly coalesce = coalescing({ scope: this.ports.scope });
  private readonly plans = new WeakMap<RouteConfig, RoutePlan>();
  private limits = new Map<string, KnownLimit>();

  /** The steps of a route. */
  of(route: RouteConfig): RoutePlan {
    const known = this.plans.get(route);
    if (known) return known;
    const plan: RoutePlan = {
      steps: this.make(route),
      identified: route.authentication ? 2 : 1,
      limit: timeoutPolicy(
        { clock: this.clock },
        { limit: route.timeout ?? 30_000, scope: 'call' },
      ),
    };
    this.plans.set(route, plan);
    return plan;
  }

  /** Forgets the limits of routes that are gone. */
  keep(routes: readonly RouteConfig[]): void {
    const names = new Set(routes.map(nameOf));
    this.limits = new Map([...this.limits].filter(([name]) => names.has(name)));
  }

  /** How often requests pass. */
  rateLimit(config: RateLimitConfig): MiddlewareFunction {
    return rateLimit(config, { clock: this.clock });
  }

  /** Whose a request is, and whether he may. */
  authenticate(config: AuthConfig): MiddlewareFunction {
    const steps = [authentication(config, this.tokens), authorization(config)];
    return (context, next) => composeMiddleware(steps, next)(context);
  }

  private make(route: RouteConfig): readonly MiddlewareFunction[] {
    const { authentication: auth, maxBodySize = 1_048_576, middleware = [] } = route;
    return [
      this.ids.use.middleware,
      ...(auth ? [authentication(auth, this.tokens), authorization(auth)] : []),
      bodyLimit(maxBodySize),
      ...middleware,
      // Without a cache of its own, too: what it changes makes void what others keep.
      answerCache(route.cache, this.ports),
      ...(route.rateLimit ? [this.limitOf(nameOf(route), route.rateLimit)] : []),
      route.coalesce === false ? this.alone : this.coalesce,
    ];
  }

  /** What reads goes alone; what changes something still has to be known. */
  private readonly alone: MiddlewareFunction = (context, next) =>
    context.originalRequest.method === 'GET' || context.originalRequest.method === 'HEAD'
      ? next(context)
      : this.coalesce(context, next);

  /** A table that is replaced by another with the same limit for the same route does not start to count anew. */
  private limitOf(name: string, config: RateLimitConfig): MiddlewareFunction {
    const known = this.limits.get(name);
    if (known && isSame(known.config, config)) return known.step;
    const step = this.rateLimit(config);
    this.limits.set(name, { config, step });
    return step;
  }
}

function isSame(a: RateLimitConfig, b: RateLimitConfig): boolean {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<keyof RateLimitConfig>;
  return [...keys].every((key) => Object.is(a[key], b[key]));
}
