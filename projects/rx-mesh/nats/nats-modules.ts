import { InjectionToken } from '@angular/core';
import type * as JetStreamModule from '@nats-io/jetstream';
import type * as KvModule from '@nats-io/kv';
import type * as CoreModule from '@nats-io/nats-core';

declare const ngDevMode: boolean;

/** The parts of the NATS client that the room uses. Each is fetched when it is needed first. */
export interface NatsModules {
  /** `@nats-io/nats-core`: connections and messages. */
  core(): Promise<Pick<typeof CoreModule, 'wsconnect' | 'headers'>>;
  /** `@nats-io/jetstream`: streams and consumers. */
  jetstream(): Promise<typeof JetStreamModule>;
  /** `@nats-io/kv`: buckets. */
  kv(): Promise<Pick<typeof KvModule, 'Kvm'>>;
}

/**
 * Where the NATS client comes from. The packages are CommonJS and cannot be shaken, so each becomes a chunk of its own that
 * no page loads before it connects.
 *
 * @default the installed packages
 */
export const NATS_MODULES = new InjectionToken<NatsModules>(
  ngDevMode ? 'rx-mesh NATS_MODULES' : '',
  {
    providedIn: 'root',
    factory: () => ({
      core: async () => exportsOf(await import('@nats-io/nats-core')),
      jetstream: async () => exportsOf(await import('@nats-io/jetstream')),
      kv: async () => exportsOf(await import('@nats-io/kv')),
    }),
  },
);

/**
 * The exports of a CommonJS package: some tools give them as they are, others (esbuild, and so `ng build`) as `default` of a
 * module that has nothing else.
 */
export function exportsOf<T extends object>(module: T): T {
  const { default: whole } = module as { readonly default?: T };
  return whole !== undefined && Object.keys(module).every((name) => name === 'default')
    ? whole
    : module;
}
