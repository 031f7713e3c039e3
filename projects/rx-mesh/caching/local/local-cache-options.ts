import { type OptionCheck, createOptions, oneOf, positiveInteger } from 'rx-mesh/kernel';
import type { EvictionFactory } from '../policy/eviction-policy';
import { wTinyLfu } from '../policy/w-tiny-lfu';
import type { CacheSnapshots } from './snapshots';

declare const ngDevMode: boolean;

/** How much the first level holds, and how. */
export interface LocalCacheOptions {
  /** How many entries it holds at most; may be Infinity. @default 1000 */
  readonly maxEntries?: number | undefined;
  /** What the weights of its entries may add up to. @default Infinity */
  readonly maxWeight?: number | undefined;
  /** What is dropped when there is no room: `wTinyLfu()`, `s3Fifo()` or `lru()`. @default wTinyLfu() */
  readonly eviction?: EvictionFactory | undefined;
  /** What keeps callers from changing values within the cache. @default 'freeze' in development, 'share' in production */
  readonly snapshots?: CacheSnapshots | undefined;
}

/** The options of the first level, with a value for each. */
export type LocalCacheValues = {
  readonly [K in keyof LocalCacheOptions]-?: NonNullable<LocalCacheOptions[K]>;
};

const above0: OptionCheck<number> = (value) =>
  value > 0 ? undefined : 'a number above 0, or Infinity';

/** How much the first level holds where nothing else is said. */
export const LOCAL_CACHE = /* @__PURE__ */ createOptions<LocalCacheValues>(
  'LocalCacheOptions',
  {
    maxEntries: 1000,
    maxWeight: Infinity,
    eviction: /* @__PURE__ */ wTinyLfu(),
    snapshots: ngDevMode ? 'freeze' : 'share',
  },
  {
    maxEntries: (value) => (value === Infinity ? undefined : positiveInteger(value)),
    maxWeight: above0,
    eviction: (value) =>
      typeof value === 'function' ? undefined : 'wTinyLfu(), s3Fifo() or lru()',
    snapshots: /* @__PURE__ */ oneOf('share', 'freeze', 'clone'),
  },
);
