/**
 * What keeps a caller from changing a value within the cache. `share`: nothing. `freeze`: arrays and plain objects are frozen,
 * all through; dates, maps, typed arrays and instances of classes cannot be, and are shared. `clone`: it is copied by
 * `structuredClone` on the way in and on each way out; what that cannot copy, such as functions, cannot be kept.
 */
export type CacheSnapshots = 'share' | 'freeze' | 'clone';

// A value of more parts than that is frozen in part.
const MOST = 100_000;

/** A value as it is kept. */
export function kept(value: unknown, snapshots: CacheSnapshots): unknown {
  if (snapshots === 'share') return value;
  return snapshots === 'freeze' ? deepFreeze(value) : copied(value);
}

/** A copy of a value. */
export function copied<T>(value: T): T {
  return typeof value === 'object' || typeof value === 'function' ? structuredClone(value) : value;
}

/** Freezes arrays and plain objects, with all that is in them. Getters are not called. */
export function deepFreeze<T>(value: T): T {
  const seen = new Set<object>();
  add(value);
  // It grows while it is walked.
  for (const one of seen) {
    for (const key of Reflect.ownKeys(one)) add(Reflect.getOwnPropertyDescriptor(one, key)?.value);
    Object.freeze(one);
  }
  return value;

  function add(part: unknown): void {
    if (isPlain(part) && seen.size < MOST) seen.add(part);
  }
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
