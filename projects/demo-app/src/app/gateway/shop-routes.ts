import { HttpResponse } from '@angular/common/http';
import {
  type AuthenticationService,
  type MiddlewareFunction,
  type RouteConfig,
  authentication,
  authorization,
  composeMiddleware,
  pickFields,
  transformation,
} from 'rx-mesh/gateway';
import { type RequestUsers } from './request-users';

/** In front of all paths. */
export const BASE_PATH = '/api';
/** The names of the two routes that share the requests for orders. */
export const ORDERS = { v1: 'orders v1', v2: 'orders v2' } as const;
/** How much of them takes the new one at first, in percent. */
export const FIRST_SHARE = 20;
/** How often rates may be asked for. */
export const RATE = { limit: 3, period: 9000 } as const;
/** How long a wish list is kept, in milliseconds. */
export const KEPT = 20_000;

/** Gives a middleware a name that people can read. */
function named(label: string, middleware: MiddlewareFunction): MiddlewareFunction {
  return Object.assign(middleware, { label });
}

/** What the page calls a middleware. */
export function labelOf(middleware: MiddlewareFunction): string {
  const { label } = middleware as { readonly label?: string };
  return label ?? 'middleware';
}

/** The routes of the shop, as they are at first. */
export function shopRoutes(
  tokens: AuthenticationService,
  users: RequestUsers,
): readonly RouteConfig[] {
  const steps = [authentication({}, tokens), users.middleware];
  const signedIn = named('signed in', (context, next) => composeMiddleware(steps, next)(context));
  const clerk = named('role clerk', authorization({ roles: ['clerk'] }));
  const short = named('no card number', transformation(pickFields(['id', 'name', 'roles'])));
  return [
    {
      name: 'rates',
      path: '/rates/:currency',
      method: 'GET',
      targetService: 'rates',
      targetPath: '/rates/:currency',
      rateLimit: RATE,
    },
    {
      name: 'account',
      path: '/account',
      method: 'GET',
      targetService: 'users',
      targetPath: '/account',
      middleware: [signedIn, short],
      // Each is to have its own 401, so that all of them ask for a new token.
      coalesce: false,
    },
    {
      name: 'wish list',
      path: '/wishlist',
      method: 'GET',
      targetService: 'users',
      targetPath: '/wishlist',
      middleware: [signedIn],
      cache: { ttl: KEPT },
    },
    {
      name: 'payments',
      path: '/payments',
      method: 'GET',
      targetService: 'payments',
      targetPath: '/payments',
      middleware: [signedIn, clerk],
    },
    ...orderRoutes(FIRST_SHARE),
    {
      name: 'stock',
      path: '/stock/:sku',
      method: 'GET',
      targetService: 'inventory',
      targetPath: '/stock/:sku',
      fallback: ({ params }) => [
        new HttpResponse({ status: 200, body: { ...params, free: 'some', standIn: true } }),
      ],
    },
    {
      name: 'reservations',
      path: '/reservations',
      method: 'POST',
      targetService: 'inventory',
      targetPath: '/reservations',
    },
  ];
}

/** The routes of orders: the new one takes so much of the requests, in percent. One that takes none is not there. */
export function orderRoutes(share: number): readonly RouteConfig[] {
  const arms = [
    { name: ORDERS.v1, weight: 100 - share, targetPath: '/orders/:id' },
    { name: ORDERS.v2, weight: share, targetPath: '/v2/orders/:id' },
  ];
  return arms
    .filter(({ weight }) => weight > 0)
    .map((arm) => ({ ...arm, path: '/orders/:id', method: 'GET', targetService: 'orders' }));
}

/** What is done to requests of a route, in the words of the page. */
export function stepsOf(route: RouteConfig): readonly string[] {
  const { cache, coalesce, fallback, middleware = [], rateLimit, weight } = route;
  return [
    ...(weight === undefined ? [] : [`weight ${weight}`]),
    ...middleware.map(labelOf),
    ...(cache ? [`cache ${(cache.ttl ?? 0) / 1000} s per user`] : []),
    ...(rateLimit ? [`${rateLimit.limit} in ${rateLimit.period / 1000} s`] : []),
    ...(coalesce === false ? ['each by itself'] : []),
    ...(fallback ? ['stand-in'] : []),
  ];
}
