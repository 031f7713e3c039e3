import {
  type RxMeshFeature,
  createOptions,
  nonNegative,
  positiveInteger,
  waitable,
  ɵmakeFeature,
} from 'rx-mesh/kernel';
import type { ReadModelName } from '../read-models/read-model-source';

/** How queries are answered that do not say so themselves. */
export interface QueryTimes {
  /** How long an answer may take, in milliseconds, above 0 and at most 2147483647. @default 10000 */
  readonly timeout?: number | undefined;
  /**
   * How old an answer may be that is given again instead of asking anew, in milliseconds, at least 0. One of which it is
   * known that its read models have changed is not; while nobody is subscribed to it, that is not known. @default 0
   */
  readonly staleTime?: number | undefined;
  /**
   * How long after it was last used an answer is kept to be shown while a live query asks anew, in milliseconds, at least 0.
   * @default 300000 (5 minutes)
   */
  readonly cacheTime?: number | undefined;
  /** The least time between two runs of a live query, in milliseconds, above 0. @default 50 */
  readonly throttle?: number | undefined;
}

/** Options of {@link withQueries}. */
export interface QueryBusOptions extends QueryTimes {
  /** How many answers are kept, at least 1; those that were not used for longest give way. @default 100 */
  readonly cacheLimit?: number | undefined;
}

/** How queries of one type are answered; what is not said is as `withQueries` says. */
export interface QueryHandlerOptions extends QueryTimes {
  /** The read models that the handler reads: names or projections. When they change, live queries run again. @default none */
  readonly reads?: readonly ReadModelName[] | undefined;
  /** Live queries run by themselves each so many milliseconds, while the page is seen. @default never */
  readonly refreshEvery?: number | undefined;
  /** Whether an answer is as the one before, so that it is not emitted again. @default Object.is */
  readonly isSame?: ((before: never, now: never) => boolean) | undefined;
}

/** The options of queries with a value for each. */
export type QueryBusValues = {
  readonly [K in keyof QueryBusOptions]-?: NonNullable<QueryBusOptions[K]>;
};

/** The options of a handler with a value for each. */
export interface QueryHandlerValues extends Omit<QueryBusValues, 'cacheLimit'> {
  readonly reads: readonly ReadModelName[];
  readonly refreshEvery: number;
  readonly isSame: (before: never, now: never) => boolean;
}

// What both have is written twice: a bundler cannot leave out a call whose arguments are spread.

/** The options of queries, and the token by which an application changes them. */
export const QUERIES = /* @__PURE__ */ createOptions<QueryBusValues>(
  'QueryBusOptions',
  {
    timeout: 10_000,
    staleTime: 0,
    cacheTime: 300_000,
    throttle: 50,
    cacheLimit: 100,
  },
  {
    timeout: waitable,
    staleTime: nonNegative,
    cacheTime: nonNegative,
    throttle: waitable,
    cacheLimit: positiveInteger,
  },
);

/** The options of handlers. */
export const QUERY_HANDLER = /* @__PURE__ */ createOptions<QueryHandlerValues>(
  'QueryHandlerOptions',
  {
    timeout: 10_000,
    staleTime: 0,
    cacheTime: 300_000,
    throttle: 50,
    reads: [],
    refreshEvery: Infinity,
    isSame: areSame,
  },
  {
    timeout: waitable,
    staleTime: nonNegative,
    cacheTime: nonNegative,
    throttle: waitable,
    reads: (reads: unknown) =>
      Array.isArray(reads) && reads.every((read) => isName(read))
        ? undefined
        : 'a list of names of read models, or of projections',
    refreshEvery: (every) => (every === Infinity ? undefined : waitable(every)),
    isSame: (isSame: unknown) => (typeof isSame === 'function' ? undefined : 'a function'),
  },
);

/**
 * Sets how queries are answered. Without it the defaults hold.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * provideRxMesh(withQueries({ timeout: 5000, cacheLimit: 500 }));
 * ```
 */
export function withQueries(options: QueryBusOptions = {}): RxMeshFeature<'queries'> {
  return ɵmakeFeature('queries', [QUERIES.provide(options)]);
}

function isName(read: unknown): boolean {
  const name = typeof read === 'object' && read !== null && 'name' in read ? read.name : read;
  return typeof name === 'string' && name !== '';
}

function areSame(before: unknown, now: unknown): boolean {
  return Object.is(before, now);
}
