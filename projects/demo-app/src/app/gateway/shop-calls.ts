/** Something that can be asked of the gateway. */
export interface ShopCall {
  readonly method: string;
  /** Path and query, with the base path. */
  readonly url: string;
  readonly body?: unknown;
}

/** What the cards of the page ask for. */
export const CALLS = {
  rates: { method: 'GET', url: '/api/rates/SEK' },
  account: { method: 'GET', url: '/api/account' },
  wishList: { method: 'GET', url: '/api/wishlist' },
  payments: { method: 'GET', url: '/api/payments' },
  order: { method: 'GET', url: '/api/orders/1007' },
  stock: { method: 'GET', url: '/api/stock/LMP-014' },
  reserve: { method: 'POST', url: '/api/reservations', body: { sku: 'MUG-003', quantity: 1 } },
} as const satisfies Record<string, ShopCall>;

/** A request that a visitor may choose. */
export interface Preset extends ShopCall {
  readonly title: string;
}

/** The requests that a visitor may choose; he may as well write his own. */
export const PRESETS: readonly [Preset, ...Preset[]] = [
  { title: 'A rate, limited', ...CALLS.rates },
  { title: 'The account, signed in', ...CALLS.account },
  { title: 'The wish list, cached', ...CALLS.wishList },
  { title: 'Payments, for clerks', ...CALLS.payments },
  { title: 'An order, v1 or v2', ...CALLS.order },
  { title: 'Stock, with a stand-in', ...CALLS.stock },
  { title: 'A reservation', ...CALLS.reserve },
  { title: 'A path that climbs', method: 'GET', url: '/api/orders/..%2F..%2Fpayments' },
  { title: 'A path that nobody has', method: 'GET', url: '/api/invoices' },
  { title: 'A wrong method', method: 'DELETE', url: '/api/orders/1007' },
];

/** The methods that a visitor may choose. */
export const METHODS = ['GET', 'POST', 'PUT', 'DELETE'] as const;

/** A call in a line. */
export function lineOf({ method, url }: ShopCall): string {
  return `${method} ${url}`;
}
