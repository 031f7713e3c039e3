import { type RxMeshFeature, ɵmakeFeature } from 'rx-mesh/kernel';
import { HTTP_CACHING, type HttpCachingOptions } from './http-cache-options';

/**
 * Sets what `cacheInterceptor` does where a request says nothing. Without it the defaults hold.
 *
 * @param options What differs from the defaults.
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * provideRxMesh(withHttpCaching({ automatic: false }));
 * ```
 */
export function withHttpCaching(options: HttpCachingOptions = {}): RxMeshFeature<'http-caching'> {
  return ɵmakeFeature('http-caching', [HTTP_CACHING.provide(options)]);
}
