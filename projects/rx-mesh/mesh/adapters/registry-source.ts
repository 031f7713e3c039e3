import { InjectionToken } from '@angular/core';
import type { Observable } from 'rxjs';
import type { ServiceInstance } from '../service-instance';

declare const ngDevMode: boolean;

/** Instances by service, as they are at one moment. It does not change afterwards. */
export type RegistrySnapshot = ReadonlyMap<string, readonly ServiceInstance[]>;

/**
 * Somebody who knows where services run: a list, or a client of Consul, Eureka, Kubernetes and the like.
 *
 * A source keeps what it has made: it hands out the same list again for a service that has not changed, which saves the
 * registry a comparison, and never changes a map, list or instance that it has handed out. It retries by itself; an
 * error of its stream is final until somebody watches anew.
 */
export interface RegistrySource {
  /** What diagnostics call it, such as `consul`. */
  readonly name: string;
  /** What is known without asking anybody. It is in the registry at once. @default nothing */
  readonly initial?: RegistrySnapshot | undefined;
  /**
   * For how long its word holds, in milliseconds: after that long without a new one, while it is watched, its instances
   * have unknown health. The same snapshot again is a new word, and no change. @default for ever
   */
  readonly lease?: number | undefined;
  /**
   * All that the source knows, and all of it again after each change; a service that is missing has no instance left.
   * Cold: asks nobody before it is subscribed, and stops when it is unsubscribed. After completion its last word holds.
   * A source with a lease tells the same snapshot again whenever it was confirmed.
   */
  watch(): Observable<RegistrySnapshot>;
}

/**
 * The sources that the {@link ServiceRegistry} merges. Where two of them know the same instance, the one that is
 * provided first is believed. Provide yours with `multi: true`. @default none
 */
export const REGISTRY_SOURCES = new InjectionToken<readonly RegistrySource[]>(
  ngDevMode ? 'rx-mesh REGISTRY_SOURCES' : '',
  { providedIn: 'root', factory: () => [] },
);
