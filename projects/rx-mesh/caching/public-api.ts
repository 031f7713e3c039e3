export { type CacheCodec } from './cache-codec';
export { CACHE_CODEC } from './codec/codec-token';
export {
  CacheCodecError,
  CacheDependencyError,
  CacheEmptyLoadError,
  CacheKeyError,
  CacheLoadTimeoutError,
  NoCacheWriterError,
  RemoteCacheError,
  type RemoteCacheFailure,
  WriteQueueFullError,
  isCacheCodecError,
  isCacheDependencyError,
  isCacheEmptyLoadError,
  isCacheKeyError,
  isCacheLoadTimeoutError,
  isNoCacheWriterError,
  isRemoteCacheError,
  isWriteQueueFullError,
} from './cache-errors';
export { cacheKey } from './cache-key';
export { type CacheAudience, type CacheLevels, type CacheOptions } from './cache-options';
export { CACHE_SCOPE } from './cache-scope';
export { CacheService } from './cache-service';
export { type CacheStatistics } from './cache-statistics';
export {
  type CacheEntry,
  type CachedValue,
  type Freshness,
  type StaleLimits,
  type ValueFacts,
} from './cached-value';
export { type CachingOptions } from './caching-options';
export { DistributedCachingService } from './distributed-caching-service';
export { type CachingSetup, withCaching } from './with-caching';
export { type RemoteLevelOptions } from './level/remote-level-options';
export {
  type LoadAdaptation,
  type LoadContext,
  type LoadFactory,
  type PreviousValue,
} from './loading/load-context';
export { type PrefetchReport } from './loading/prefetch';
export { type LocalCacheOptions } from './local/local-cache-options';
export { type LocalStatistics } from './local/local-statistics';
export { type CacheSnapshots } from './local/snapshots';
export {
  type EvictionBounds,
  type EvictionFactory,
  type EvictionPolicy,
  type PolicyList,
  PolicyNode,
} from './policy/eviction-policy';
export { lru } from './policy/lru';
export { s3Fifo } from './policy/s3-fifo';
export { wTinyLfu } from './policy/w-tiny-lfu';
export {
  REMOTE_CACHE,
  type RemoteCache,
  type RemoteCacheCapabilities,
  type RemoteWrite,
} from './remote-cache';
export { type CacheVoid } from './remote-level';
export {
  InMemoryRemoteCache,
  type InMemoryRemoteCacheOptions,
} from './remote/in-memory-remote-cache';
export { type IndexedDbCacheOptions, withIndexedDbCache } from './remote/indexed-db-remote-cache';
export { type RedisReply } from './remote/redis/redis-dialect';
export { REDIS_FETCH, type RedisFetch } from './remote/redis/redis-exchange';
export { type RedisOptions } from './remote/redis/redis-options';
export { RedisService, type RedisSetOptions } from './remote/redis/redis-service';
export { RedisRemoteCache, withRedis } from './remote/redis/with-redis';
export { type CompressionOptions, withCompression } from './codec/compressed-codec';
export { CompressionService } from './codec/compression-service';
export { type DevalueFunctions, devalueCodec } from './codec/devalue-codec';
export { jsonCodec } from './codec/json-codec';
export { type CacheSyncEvent } from './sync/cache-sync';
export { cacheInterceptor } from './http/cache-interceptor';
export { HTTP_CACHE, type HttpCachingOptions, cached, uncached } from './http/http-cache-options';
export { withHttpCaching } from './http/with-http-caching';
export {
  type CacheWriter,
  type PendingWrite,
  RejectedWriteError,
  isRejectedWriteError,
} from './behind/cache-writer';
export { type DurableWritesOptions, withDurableWrites } from './behind/indexed-db-journal';
export { type WriteBehindOptions } from './behind/write-behind-options';
export { type RejectedWrite, WriteBehindQueue } from './behind/write-behind-queue';
export { type WriteEvent } from './behind/cache-writer';
export {
  type JournalChange,
  type JournalEntry,
  WRITE_JOURNAL,
  type WriteJournal,
  memoryJournal,
} from './behind/write-journal';
export {
  TokenNumbers as ɵTokenNumbers,
  addressTag as ɵaddressTag,
  isHarmless as ɵisHarmless,
  isVolatile as ɵisVolatile,
} from './http/http-cache-key';
export {
  type HeaderReader as ɵHeaderReader,
  type HttpFreshness as ɵHttpFreshness,
  httpFreshness as ɵhttpFreshness,
} from './http/http-freshness';
export {
  changedTags as ɵchangedTags,
  isSaid as ɵisSaid,
  isText as ɵisText,
  isWhole as ɵisWhole,
} from './http/http-requests';
export {
  type StoredResponse as ɵStoredResponse,
  httpResponse as ɵhttpResponse,
  isStoredResponse as ɵisStoredResponse,
  storedResponse as ɵstoredResponse,
} from './http/stored-response';
