import type { CacheOptionValues } from './cache-options';
import type { CachedValue, Capture, ValueFacts } from './cached-value';

/** Whether a value was written by somebody who knows better than any load, or is what a load has brought. */
export type StoreReason = 'set' | 'load';

/** What the loader, the synchronization and the facade need of the first level. `LocalCache` is it. */
export interface LocalLevel {
  /** What there is of a key, stale as it may be; `undefined` when there is nothing of use. Counts as a use of the key. */
  lookup(key: string): CachedValue | undefined;
  /** What is in force for a key now. Take it before a load begins, and hand it over with what was loaded. */
  capture(key: string, options: CacheOptionValues): Capture;
  /**
   * Options with all by which a value would be made void here: with the tags and dependencies of what it depends on, as far as that
   * is known. The second level knows of no other value, so it is asked and told by these.
   */
  tied(key: string, options: CacheOptionValues): CacheOptionValues;
  /**
   * Keeps a value. With a capture, only while that is current.
   * @returns whether it was kept: not when the capture is over, the `ttl` is 0, or the value is larger than the cache.
   * @throws CacheDependencyError when it would depend on itself.
   */
  store(
    key: string,
    value: unknown,
    options: CacheOptionValues,
    reason: StoreReason,
    capture?: Capture,
    facts?: ValueFacts,
  ): boolean;
  /** Makes a key void, and what depends on it. Loads under way do not bring it back. @returns the keys that depended on it. */
  delete(key: string): readonly string[];
  /** Makes void whatever carries one of the tags: one increment a tag. */
  invalidateTags(tags: readonly string[]): void;
  /** Makes void whatever depends on one of these names, directly or not. @returns the keys. */
  invalidateDependencies(names: readonly string[]): readonly string[];
  /** Drops everything, and what loads under way bring. */
  clear(): void;
  /** Makes everything stale: what is there may be outdated. Stale values are still given where options allow it. */
  expireAll(): void;
}
