import {
  type OptionCheck,
  createOptions,
  fraction,
  nonNegative,
  oneOf,
  positive,
} from 'rx-mesh/kernel';

/** Who may be given a value that is kept outside of this page. */
export type CacheAudience = 'user' | 'shared';

/** Where a value may be kept: in the memory of this page, or in the second level too. */
export type CacheLevels = 'local' | 'all';

/** How long a value is kept, for whom, and what makes it void. */
export interface CacheOptions {
  /** How long a value is fresh, in milliseconds; 0: it is given to those who wait for it, and not kept. @default 300000 */
  readonly ttl?: number | undefined;
  /** The same for `null` and `undefined`, which say that there is nothing. @default what `ttl` is */
  readonly negativeTtl?: number | undefined;
  /** After what time without a reader a value is dropped, in milliseconds. @default Infinity */
  readonly idle?: number | undefined;
  /** How much `ttl` is varied, as a share of it, so that values of one moment do not end in one moment. @default 0.05 */
  readonly jitter?: number | undefined;
  /** After which share of `ttl` a reader starts a load while it is given the value; 1: never. @default 0.8 */
  readonly refreshAhead?: number | undefined;
  /** How long after its `ttl` a value is still given while a new one is loaded, in milliseconds. @default 0 */
  readonly staleWhileRevalidate?: number | undefined;
  /** How long after its `ttl` a value is still given where a load fails, in milliseconds (fail-safe). @default 0 */
  readonly staleIfError?: number | undefined;
  /**
   * How long after its `ttl` a value that has a validator is kept, so that its source can be asked whether it still holds, in
   * milliseconds. It is given to nobody before the source has said so. @default 0
   */
  readonly revalidateWithin?: number | undefined;
  /**
   * After what time a caller is given the value of before while the load goes on, in milliseconds. It holds only where there is
   * one within `staleIfError`. @default Infinity
   */
  readonly softTimeout?: number | undefined;
  /** After what time a load has failed, in milliseconds. @default 30000 */
  readonly hardTimeout?: number | undefined;
  /** By what names it is made void, many at once. @default none */
  readonly tags?: readonly string[] | undefined;
  /** Keys, or other names, from which the value was made: void when one of them is. @default none */
  readonly dependencies?: readonly string[] | undefined;
  /** How much of the cache it takes, in the unit of `maxWeight`. @default 1 */
  readonly weight?: number | undefined;
  /** Whether other users may be given it from the second level. @default 'user' */
  readonly audience?: CacheAudience | undefined;
  /** Where it may be kept. @default 'all' */
  readonly levels?: CacheLevels | undefined;
}

/** The options of a value, with a value for each that has one. */
export type CacheOptionValues = {
  readonly [K in Exclude<keyof CacheOptions, 'negativeTtl'>]-?: NonNullable<CacheOptions[K]>;
} & { readonly negativeTtl: number | undefined };

const span: OptionCheck<number> = (value) =>
  value >= 0 ? undefined : 'a number of at least 0, or Infinity';

const names: OptionCheck<readonly string[]> = (value) =>
  Array.isArray(value) && value.length <= 64 && value.every((name) => isCacheName(name))
    ? undefined
    : 'at most 64 texts of 1 to 1024 characters';

/** Whether a text may be a key, a tag or the name of a dependency. */
export function isCacheName(name: unknown): name is string {
  return typeof name === 'string' && name.length > 0 && name.length <= 1024;
}

/** How values are kept where nothing else is said. */
export const CACHE = /* @__PURE__ */ createOptions<CacheOptionValues>(
  'CacheOptions',
  {
    ttl: 300_000,
    negativeTtl: undefined,
    idle: Infinity,
    jitter: 0.05,
    refreshAhead: 0.8,
    staleWhileRevalidate: 0,
    staleIfError: 0,
    revalidateWithin: 0,
    softTimeout: Infinity,
    hardTimeout: 30_000,
    tags: [],
    dependencies: [],
    weight: 1,
    audience: 'user',
    levels: 'all',
  },
  {
    ttl: span,
    negativeTtl: (value) => (value === undefined ? undefined : span(value)),
    idle: (value) => (value > 0 ? undefined : 'a number above 0, or Infinity'),
    jitter: fraction,
    refreshAhead: fraction,
    staleWhileRevalidate: nonNegative,
    staleIfError: nonNegative,
    revalidateWithin: nonNegative,
    softTimeout: span,
    hardTimeout: (value) => (value === Infinity ? undefined : positive(value)),
    tags: names,
    dependencies: names,
    weight: nonNegative,
    audience: /* @__PURE__ */ oneOf('user', 'shared'),
    levels: /* @__PURE__ */ oneOf('local', 'all'),
  },
);
