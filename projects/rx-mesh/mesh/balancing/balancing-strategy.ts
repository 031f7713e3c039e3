import { InjectionToken } from '@angular/core';
import type { ServiceInstance } from '../service-instance';

declare const ngDevMode: boolean;

/** What a strategy knows when it picks. */
export interface BalancingContext {
  /** The service that is called. */
  readonly service: string;
  /** Its instances, by id. The same array as long as nothing has changed, so a strategy may remember it. */
  readonly instances: readonly ServiceInstance[];
  /** The ids of the instances that earlier attempts of this call went to. */
  readonly tried: ReadonlySet<string>;
}

/**
 * Chooses the instance that a call goes to. It keeps its state for each service in itself, in a bounded amount, and
 * changes nothing of what it is given.
 *
 * @usageNotes
 * ```ts
 * const first: BalancingStrategy = {
 *   name: 'first',
 *   pick: ({ instances, tried }) => instances.find(({ id }) => !tried.has(id)) ?? instances[0],
 * };
 * ```
 */
export interface BalancingStrategy {
  /** By what it is asked for. Unique in the application. */
  readonly name: string;
  /**
   * One of the instances, or `undefined` when none of them suits. One that was tried is not picked again as long as
   * there is another of the same use; one that is `unhealthy` only when all are.
   */
  pick(context: BalancingContext): ServiceInstance | undefined;
}

/**
 * Balancing strategies beside the built-in `round-robin`. Provide them with `multi: true` and `useFactory`, so that each
 * injector has its own. @default none
 */
export const BALANCING_STRATEGIES = new InjectionToken<readonly BalancingStrategy[]>(
  ngDevMode ? 'rx-mesh BALANCING_STRATEGIES' : '',
  { providedIn: 'root', factory: () => [] },
);
