/** How good a value is: fresh; stale, to be given only where its options allow it; or of no use any more. */
export type Freshness = 'fresh' | 'stale' | 'expired';

/** How long after its `ttl` a value may be given, in milliseconds; as in `CacheOptions`. */
export interface StaleLimits {
  /** How long while a new one is loaded. */
  readonly staleWhileRevalidate: number;
  /** How long where a load fails. */
  readonly staleIfError: number;
}

/** What the first level knows of a key. All times are readings of `Clock.monotonic()`. */
export interface CachedValue<T = unknown> {
  /** By what it is found. */
  readonly key: string;
  /** The value; `null` and `undefined` are values too. */
  readonly value: T;
  /** When it was stored; for a value of the second level: when it was made. */
  readonly storedAt: number;
  /** From when on a reader starts a load. */
  readonly refreshAt: number;
  /** From when on it is stale. */
  readonly staleAt: number;
  /** From when on it is of no use. */
  readonly goneAt: number;
  /** What the source calls this version of it, such as an ETag. */
  readonly validator: string | undefined;
  /** What its loader has decided of its use when it is stale. @default what the options of the reader say */
  readonly limits?: StaleLimits | undefined;
}

/** What was in force when a load began. What is loaded is kept only when all of that is in force still. */
export interface Capture {
  /** Whether nothing that it looks at was made void since. */
  isCurrent(): boolean;
}

/** What is known of a value beside it. */
export interface ValueFacts {
  /** How old it is already, in milliseconds. @default 0 */
  readonly age?: number | undefined;
  /** What the source calls this version of it. */
  readonly validator?: string | undefined;
  /** How it may be used when it is stale, whatever the options of a reader. @default what these say */
  readonly limits?: StaleLimits | undefined;
}

/** An entry as the lesson shows it: a copy for looking at. */
export interface CacheEntry<T = unknown> {
  /** By what it is found. */
  readonly key: string;
  /** The value; it is shared, so it must not be changed. */
  readonly value: T;
  /** When it was stored. */
  readonly timestamp: Date;
  /** How long it is fresh from then, in milliseconds. */
  readonly ttl: number;
  /** By what it is made void, with others. */
  readonly tags: readonly string[];
  /** From what it was made. */
  readonly dependencies: readonly string[];
  /** How good it is now. */
  readonly freshness: Freshness;
}

/** How good a value is at a moment. */
export function freshnessOf(entry: CachedValue, now: number): Freshness {
  if (now < entry.staleAt) return 'fresh';
  return now < entry.goneAt ? 'stale' : 'expired';
}
