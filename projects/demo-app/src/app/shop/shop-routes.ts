import { type RouteConfig } from 'rx-mesh/gateway';

/** In front of all paths of the page. */
export const BASE_PATH = '/shop-api';
/** How long the shelf is kept, in milliseconds. */
export const KEPT = 20_000;

/** By what the shelf that is kept is made void. */
export const STOCK = 'stock';

/** What may be asked of the shop. */
export const SHOP_ROUTES: readonly RouteConfig[] = [
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
  post('pay', '/payments', 'payments'),
  post('confirm', '/orders', 'orders'),
];

function post(name: string, path: string, targetService: string): RouteConfig {
  return { name, path, method: 'POST', targetService, targetPath: path };
}
