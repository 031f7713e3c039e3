/** Something that the shop sells. */
export interface Product {
  readonly sku: string;
  readonly name: string;
  /** In cents. */
  readonly price: number;
  /** How many lie in the warehouse when the demo starts. */
  readonly stock: number;
}

/** The range of the shop: orders price from it, inventory counts it. */
export const PRODUCTS: readonly Product[] = [
  { sku: 'LMP-014', name: 'Desk lamp, brass', price: 8_900, stock: 240 },
  { sku: 'CHR-201', name: 'Reading chair, oak', price: 42_500, stock: 35 },
  { sku: 'RUG-077', name: 'Wool rug, 140 × 200', price: 31_900, stock: 60 },
  { sku: 'MUG-003', name: 'Stoneware mug', price: 1_850, stock: 900 },
  { sku: 'THR-118', name: 'Linen throw', price: 6_400, stock: 150 },
  { sku: 'SHL-040', name: 'Wall shelf, ash', price: 12_200, stock: 80 },
];
