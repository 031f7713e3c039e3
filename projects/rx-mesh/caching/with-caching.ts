import { type RxMeshFeature, ɵmakeFeature } from 'rx-mesh/kernel';
import { WriteBehindQueue } from './behind/write-behind-queue';
import { WRITE_BEHIND, type WriteBehindOptions } from './behind/write-behind-options';
import { CACHE, type CacheOptions } from './cache-options';
import { CACHE_SCOPE } from './cache-scope';
import { CacheService } from './cache-service';
import { CACHING, type CachingOptions } from './caching-options';
import { DistributedCachingService } from './distributed-caching-service';
import { REMOTE_LEVEL, type RemoteLevelOptions } from './level/remote-level-options';
import { LOCAL_CACHE, type LocalCacheOptions } from './local/local-cache-options';
import { PageCache } from './page-cache';
import { SECOND_LEVEL, secondLevel } from './second-level';
import { CacheSync } from './sync/cache-sync';

/** How an application keeps values. */
export interface CachingSetup extends CachingOptions {
  /** How values are kept where a call says nothing else. */
  readonly defaults?: CacheOptions | undefined;
  /** How much the page holds, and how. */
  readonly local?: LocalCacheOptions | undefined;
  /** How the second level is used. */
  readonly remote?: RemoteLevelOptions | undefined;
  /** How writes wait that are stored later. */
  readonly writeBehind?: WriteBehindOptions | undefined;
  /**
   * Makes what says whose values these are, within an injection context; see `CACHE_SCOPE`. A signal of an id will do.
   * @default nobody's: values of users stay in the page
   */
  readonly scope?: (() => () => string | undefined) | undefined;
}

/**
 * Sets how values are kept, whose they are, and where: the second level is a feature of its own, such as `withRedis()`. With it
 * `CacheService` is the `DistributedCachingService`, so that all who keep values share both levels and hear of other tabs.
 *
 * @param setup What differs from the defaults.
 * @param features The second level, codecs, durable writes; they may as well stand beside it.
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * provideRxMesh(withCaching({ scope: () => inject(Session).userId }, withIndexedDbCache({ name: 'shop' })));
 * ```
 */
export function withCaching(
  { defaults, local, remote, scope, writeBehind, ...options }: CachingSetup = {},
  ...features: readonly RxMeshFeature[]
): RxMeshFeature<'caching'> {
  return ɵmakeFeature('caching', [
    CACHING.provide(options),
    CACHE.provide(defaults),
    LOCAL_CACHE.provide(local),
    REMOTE_LEVEL.provide(remote),
    WRITE_BEHIND.provide(writeBehind),
    // Of the injector that it is given to: a lazy route may have a cache of its own, with its own options.
    PageCache,
    CacheSync,
    WriteBehindQueue,
    DistributedCachingService,
    { provide: SECOND_LEVEL, useFactory: secondLevel },
    { provide: CacheService, useExisting: DistributedCachingService },
    ...(scope ? [{ provide: CACHE_SCOPE, useFactory: scope }] : []),
    ...features.flatMap(({ ɵproviders }) => ɵproviders),
  ]);
}
