import { type OptionCheck, createOptions, waitable } from 'rx-mesh/kernel';

/** Options of the cache of an application. */
export interface CachingOptions {
  /** The topic on which caches tell each other what is void. @default 'cache.sync' */
  readonly syncTopic?: string | undefined;
  /** How long the rest between two looks at the statistics is, in milliseconds. @default 10000 */
  readonly statsPeriod?: number | undefined;
}

const topic: OptionCheck<string> = (value) =>
  /^[\w-]+(?:\.[\w-]+)*$/.test(value) && value.length <= 256
    ? undefined
    : 'a topic of words joined by dots, without wildcards';

/** The options of the cache of an application. */
export const CACHING = /* @__PURE__ */ createOptions<
  Required<{ [K in keyof CachingOptions]: NonNullable<CachingOptions[K]> }>
>(
  'CachingOptions',
  { syncTopic: 'cache.sync', statsPeriod: 10_000 },
  { syncTopic: topic, statsPeriod: waitable },
);
