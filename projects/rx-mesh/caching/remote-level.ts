import type { Observable } from 'rxjs';
import type { CacheOptionValues } from './cache-options';
import type { StaleLimits, ValueFacts } from './cached-value';

/** What the second level had in force for a key when it was asked. Written along with what is loaded. */
export interface RemoteMarks {
  /** Mark by name; `undefined`: there was none. */
  readonly marks: ReadonlyMap<string, string | undefined>;
}

/** What the second level has of a key. */
export interface RemoteFound {
  /** The value, when there is one that nothing has made void. */
  readonly found?: {
    readonly value: unknown;
    /** How old it is, in milliseconds. */
    readonly age: number;
    /** How long it is fresh from when it was made, in milliseconds. */
    readonly ttl: number;
    readonly validator: string | undefined;
    /** What its loader has decided of its use when it is stale. */
    readonly limits?: StaleLimits | undefined;
    /** With which tags it was written. */
    readonly tags: readonly string[];
    /** On what it depends, as it was written. */
    readonly dependencies: readonly string[];
  };
  /** What is in force; hand it over with what is loaded. `undefined` when the level could not be asked: then nothing may be written. */
  readonly marks: RemoteMarks | undefined;
}

/** The second level as the loader and the facade see it. It never errors: what goes wrong is a miss, and told to diagnostics. */
export interface SecondLevel {
  /** Whether values of these options are kept there. */
  keeps(options: CacheOptionValues): boolean;
  /** What there is of a key. Emits once. */
  lookup(key: string, options: CacheOptionValues): Observable<RemoteFound>;
  /**
   * Keeps a value. Emits whether that is done, or put off until the level is back, and completes.
   * @param marks What `lookup()` gave before the load began; `undefined`: nothing is written. `'set'`: the value was not loaded,
   *   somebody knows it: what loads under way bring of the key is void, and what depends on it, here and at all others.
   * @param facts What is written beside it; its age is not, that is to be taken from its `ttl`.
   */
  store(
    key: string,
    value: unknown,
    options: CacheOptionValues,
    marks: RemoteMarks | 'set' | undefined,
    facts?: ValueFacts,
  ): Observable<boolean>;
  /**
   * Makes keys, tags, dependencies or everything void for all. Emits whether that is done, or put off until the level is back, and
   * completes.
   */
  invalidate(what: CacheVoid): Observable<boolean>;
}

/** What is made void. */
export interface CacheVoid {
  /** These keys. */
  readonly keys?: readonly string[];
  /** Whatever carries one of these tags. */
  readonly tags?: readonly string[];
  /** Whatever was made from one of these. */
  readonly dependencies?: readonly string[];
  /** Everything of the user. */
  readonly all?: boolean;
}
