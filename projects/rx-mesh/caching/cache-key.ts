import { CacheKeyError } from './cache-errors';
import { isCacheName } from './cache-options';

/**
 * Makes a key of several parts. Other parts, or the same in another order or of another type, never give the same key.
 *
 * @throws CacheKeyError when it would be longer than 1024 characters, or a part is a number that is none.
 * @usageNotes
 * ```ts
 * cacheKey('order', 17); // '["order",17]'
 * ```
 */
export function cacheKey(...parts: readonly (string | number | boolean | null)[]): string {
  const key = JSON.stringify(parts);
  if (!isCacheName(key) || parts.some((part) => typeof part === 'number' && !Number.isFinite(part)))
    throw new CacheKeyError('key', key);
  return key;
}

/** Checks a key. @throws CacheKeyError */
export function checkedKey(key: string): string {
  if (!isCacheName(key)) throw new CacheKeyError('key', key);
  return key;
}
