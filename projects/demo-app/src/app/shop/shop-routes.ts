import { type AuthenticationService, type RouteConfig, authentication } from 'rx-mesh/gateway';

/** In front of all paths of the page. */
export const BASE_PATH = '/shop-api';
/** How long the shelf is kept, in milliseconds. */
export const KEPT = 20_000;

/** By what the shelf that is kept is made void. */
export const STOCK = 'stock';

/** What may be asked of the shop: the shelf by everybody, all else by who is signed in. */
export function shopRoutes(tokens: AuthenticationService): readonly RouteConfig[] {
  const middleware = [authentication({}, tokens)];
  const post = (name: string, path: string, targetService: string): RouteConfig => ({
    name,
    path,
    method: 'POST',
    targetService,
    targetPath: path,
    middleware,
  });
  return [
    {
      name: 'shelf',
      path: '/stock',
      method: 'GET',
      targetService: 'inventory',
      targetPath: '/stock',
      // What lies there is the same for everybody.
      cache: { ttl: KEPT, perUser: false, tags: [STOCK] },
    },
    post('reserve', '/reservations', 'inventory'),
    post('release', '/reservations/:id/release', 'inventory'),
    post('place', '/orders', 'orders'),
    post('cancel', '/orders/:id/cancel', 'orders'),
    post('pay', '/payments', 'payments'),
  ];
}
