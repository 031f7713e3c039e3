import { InjectionToken } from '@angular/core';
import type { ServiceInstance } from '../service-instance';
import type { InstanceLoad } from './instance-load';

declare const ngDevMode: boolean;

/**
 * What a strategy knows when it picks. Valid until it has picked: the same object serves the next pick.
 */
export interface BalancingContext {
  /** The service that is called. */
  readonly service: string;
  /**
   * Which of its instances these are: the service, and the version, facts or zone that the list was chosen by. State that
   * belongs to a list is kept under this name, for lists of one service take turns.
   */
  readonly group: string;
  /**
   * The instances that may be picked, by id: those that are well, or all where too few are. The same array as long as
   * nothing has changed, so a strategy may remember it.
   */
  readonly instances: readonly ServiceInstance[];
  /** The ids of the instances that earlier attempts of this call went to. */
  readonly tried: ReadonlySet<string>;
  /** What the call is about, such as a user or a shopping basket, for strategies that keep calls together. */
  readonly key: string | undefined;
  /** The time of the pick, as a monotonic reading. */
  readonly now: number;
  /** What is known of the calls to an instance. */
  loadOf(instance: ServiceInstance): Pick<InstanceLoad, 'inFlight' | 'latency' | 'cost'>;
  /** The share that an instance should have beside the others: its weight, less while it warms up. */
  weightOf(instance: ServiceInstance): number;
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
   * there is another.
   */
  pick(context: BalancingContext): ServiceInstance | undefined;
}

/**
 * Balancing strategies beside the built-in ones. Provide them with `withBalancing`, or with `multi: true` and
 * `useFactory`, so that each injector has its own. @default none
 */
export const BALANCING_STRATEGIES = new InjectionToken<readonly BalancingStrategy[]>(
  ngDevMode ? 'rx-mesh BALANCING_STRATEGIES' : '',
  { providedIn: 'root', factory: () => [] },
);
