import { type CacheOptions } from 'rx-mesh/caching';
import { CATEGORIES, GOODS, productKey } from './goods';

/** How long a value is fresh, ms. */
export const TTL = 20_000;
/** How long after that it is given while a new one is loaded, ms. */
export const WHILE_LOADING = 10_000;
/** How long after that it is given where the source fails, ms. */
export const IF_ERROR = 60_000;
/** After which share of its time a reader starts a load. */
export const AHEAD = 0.8;

/** How values are kept. */
export const KEPT: CacheOptions = {
  ttl: TTL,
  staleWhileRevalidate: WHILE_LOADING,
  staleIfError: IF_ERROR,
  refreshAhead: AHEAD,
};

/** How the price list is kept: it is void when one of the products is. */
export const LIST_KEPT: CacheOptions = {
  ...KEPT,
  // Those of its products too: the second level does not know what they have.
  tags: CATEGORIES,
  dependencies: GOODS.map(({ sku }) => productKey(sku)),
};
