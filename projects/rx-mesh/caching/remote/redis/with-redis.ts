import { inject } from '@angular/core';
import { InvalidOptionError, type RxMeshFeature, ɵmakeFeature } from 'rx-mesh/kernel';
import { type Observable, ignoreElements } from 'rxjs';
import { REMOTE_CACHE, type RemoteCache, type RemoteWrite } from '../../remote-cache';
import { REDIS, type RedisOptions } from './redis-options';
import { RedisService } from './redis-service';

/** A second level in Redis. */
export class RedisRemoteCache implements RemoteCache {
  readonly name = 'redis';
  readonly capabilities = { shared: true, durable: true };
  readonly #redis: RedisService;

  constructor(redis: RedisService) {
    this.#redis = redis;
  }

  /** The texts of some keys. */
  read(keys: readonly string[]): Observable<readonly (string | undefined)[]> {
    return this.#redis.mget(keys);
  }

  /** Writes texts. */
  write(writes: readonly RemoteWrite[]): Observable<void> {
    return this.#redis.setMany(writes);
  }

  /** Drops keys. */
  delete(keys: readonly string[]): Observable<void> {
    return this.#redis.del(...keys).pipe(ignoreElements());
  }
}

/**
 * Sets how Redis is reached, and keeps the second level there.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * provideRxMesh(withRedis({ url: '/redis', prefix: 'shop' }));
 * ```
 */
export function withRedis(options: RedisOptions): RxMeshFeature<'remote-cache'> {
  const redis = REDIS.provide(options);
  if (options.url === '') throw new InvalidOptionError('RedisOptions.url', '', 'not empty');
  return ɵmakeFeature('remote-cache', [
    redis,
    // In the injector of the feature, be it one of a lazy route: the options are there.
    RedisService,
    { provide: REMOTE_CACHE, useFactory: () => new RedisRemoteCache(inject(RedisService)) },
  ]);
}
