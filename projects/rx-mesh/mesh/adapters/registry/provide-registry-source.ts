import { type Provider, type Type, inject } from '@angular/core';
import { REGISTRY_SOURCES, type RegistrySource } from '../registry-source';
import { SHARE_SOURCE } from './share-source';

/**
 * Adds a source to those of the registry: as it is, or shared by the tabs of the application if `withTabSharing()` says so.
 * Tabs share when all their options are the same but the secret one. Functions are compared by their text, so that tabs of
 * an older version of the application, which may map URLs in another way, have a watch of their own.
 *
 * @param type The service that is the source.
 * @param options All of its options.
 * @param secret The option that no other page may see.
 * @usageNotes
 * ```ts
 * provideRegistrySource(ConsulService, CONSUL.resolve(options), 'token');
 * ```
 */
export function provideRegistrySource<O extends object>(
  type: Type<RegistrySource>,
  options: O,
  secret: keyof O & string,
): Provider {
  return {
    provide: REGISTRY_SOURCES,
    multi: true,
    useFactory: () => inject(SHARE_SOURCE)(inject(type), scopeOf(options, secret)),
  };
}

function scopeOf(options: object, secret: string): string {
  return JSON.stringify({ ...options, [secret]: undefined }, (_key, value: unknown) =>
    typeof value === 'function' ? String(value) : value,
  );
}
