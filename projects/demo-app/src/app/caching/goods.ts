import { cacheKey } from 'rx-mesh/caching';

/** Something that the shop sells. */
export interface Good {
  readonly sku: string;
  readonly name: string;
  readonly category: string;
  /** In euros, before anything was agreed with a customer. */
  readonly price: number;
}

/** A good as the source gives it to a customer. */
export interface Product extends Good {
  /** With whom the price is agreed; `undefined`: with nobody, it is that of the list. */
  readonly customer: string | undefined;
}

/** What all goods cost one customer. */
export interface PriceList {
  readonly count: number;
  /** In euros. */
  readonly total: number;
}

/** What goods are of: the tags of their products. */
export const CATEGORIES = ['lighting', 'textiles', 'kitchen'] as const;

/** What the shop sells. */
export const GOODS: readonly [Good, ...Good[]] = [
  { sku: 'LMP-014', name: 'Desk lamp', category: 'lighting', price: 89 },
  { sku: 'LMP-022', name: 'Floor lamp', category: 'lighting', price: 149 },
  { sku: 'LMP-031', name: 'Paper lantern', category: 'lighting', price: 24 },
  { sku: 'THR-118', name: 'Linen throw', category: 'textiles', price: 64 },
  { sku: 'RUG-077', name: 'Wool rug', category: 'textiles', price: 319 },
  { sku: 'CSH-005', name: 'Cushion', category: 'textiles', price: 38 },
  { sku: 'MUG-003', name: 'Stoneware mug', category: 'kitchen', price: 18 },
  { sku: 'PAN-052', name: 'Iron pan', category: 'kitchen', price: 79 },
];

/** The key of a product. */
export const productKey = (sku: string): string => cacheKey('product', sku);

/** The key of what is made from all products. */
export const LIST_KEY = cacheKey('price-list');

/** The key that many ask for at once. */
export const RUSH_KEY = cacheKey('best-sellers');

const NAMES: ReadonlyMap<string, string> = new Map([
  ...GOODS.map(({ name, sku }) => [productKey(sku), name] as const),
  [LIST_KEY, 'the price list'] as const,
  [RUSH_KEY, 'the best sellers'] as const,
]);

/** A key as people say it. */
export const nameOfKey = (key: string): string => NAMES.get(key) ?? key;
