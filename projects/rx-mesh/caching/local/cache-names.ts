import { CacheKeyError } from '../cache-errors';
import { isCacheName } from '../cache-options';

/** Throws when a key, a tag or the name of a dependency cannot be one. */
export function checkName(what: CacheKeyError['what'], name: unknown): void {
  if (!isCacheName(name)) throw new CacheKeyError(what, name);
}

/** Throws when one of some names cannot be one. */
export function checkNames(what: CacheKeyError['what'], names: readonly unknown[]): void {
  for (const name of names) checkName(what, name);
}
