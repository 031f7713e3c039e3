import { InjectionToken } from '@angular/core';
import type { CacheCodec } from '../cache-codec';
import { jsonCodec } from './json-codec';

declare const ngDevMode: boolean;

/** How values are written to the second level. @default jsonCodec() */
export const CACHE_CODEC = new InjectionToken<CacheCodec>(ngDevMode ? 'rx-mesh CACHE_CODEC' : '', {
  providedIn: 'root',
  factory: () => jsonCodec(),
});
