import { type RxMeshFeature, ɵmakeFeature } from 'rx-mesh/kernel';
import { inject } from '@angular/core';
import { concatMap, defer, from } from 'rxjs';
import type { CacheCodec } from '../cache-codec';
import { CACHE_CODEC } from './codec-token';
import { COMPRESSION, CompressionService } from './compression-service';
import { jsonCodec } from './json-codec';

/** Options of {@link withCompression}. */
export interface CompressionOptions {
  /** From how many characters on a text is compressed. @default 2048 */
  readonly threshold?: number | undefined;
  /** What makes the texts. @default jsonCodec() */
  readonly codec?: CacheCodec | undefined;
}

/**
 * Compresses what is written to the second level. What was written without it is not read any more, nor the other way round.
 *
 * @throws InvalidOptionError when `threshold` is no whole number of at least 0.
 * @usageNotes
 * ```ts
 * provideRxMesh(withCompression({ threshold: 4096 }));
 * ```
 */
export function withCompression({
  codec = jsonCodec(),
  ...options
}: CompressionOptions = {}): RxMeshFeature<'compression'> {
  return ɵmakeFeature('compression', [
    COMPRESSION.provide(options),
    {
      provide: CACHE_CODEC,
      useFactory: () => compressedCodec(codec, inject(CompressionService)),
    },
  ]);
}

/** A codec whose texts are compressed. */
export function compressedCodec(
  codec: CacheCodec,
  compression: Pick<CompressionService, 'compress' | 'decompress'>,
): CacheCodec {
  return {
    name: `${codec.name}-deflate`,
    encode: (value) =>
      defer(() => from(codec.encode(value))).pipe(concatMap((text) => compression.compress(text))),
    decode: (text) =>
      compression.decompress(text).pipe(concatMap((plain) => from(codec.decode(plain)))),
  };
}
