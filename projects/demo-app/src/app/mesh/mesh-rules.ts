import { Injectable, computed, signal } from '@angular/core';
import { type TrafficPolicy } from 'rx-mesh/mesh';

/** The strategies that the page offers. */
export const STRATEGIES = [
  { name: 'peak-ewma', label: 'Peak EWMA, power of two choices (default)' },
  { name: 'round-robin', label: 'Round robin' },
  { name: 'weighted-round-robin', label: 'Smooth weighted round robin' },
  { name: 'least-connections', label: 'Least connections' },
  { name: 'random', label: 'Random' },
  { name: 'weighted-random', label: 'Weighted random' },
] as const;

/** The rules of the mesh, as its operator sets them while the application runs. */
@Injectable({ providedIn: 'root' })
export class MeshRules {
  readonly #strategy = signal<string>(STRATEGIES[0].name);
  readonly #canary = signal<number | undefined>(undefined);

  /** The name of the strategy in force. */
  readonly strategy = this.#strategy.asReadonly();
  /** The percentage of the calls of orders that version 2 gets; `undefined` where nobody splits. */
  readonly canary = this.#canary.asReadonly();

  /** What the mesh obeys: plain data, as it could come from a server. */
  readonly policy = computed<TrafficPolicy>(() => {
    const canary = this.#canary();
    return {
      defaults: { balancing: { strategy: this.#strategy() } },
      services:
        canary === undefined
          ? {}
          : {
              orders: {
                split: [
                  { version: '1', weight: 100 - canary },
                  { version: '2', weight: canary },
                ],
              },
            },
    };
  });

  /** Another strategy for all services. */
  useStrategy(name: string): void {
    this.#strategy.set(name);
  }

  /** Another split of the calls of orders. */
  split(percent: number | undefined): void {
    this.#canary.set(percent);
  }

  /** As it was at first. */
  reset(): void {
    this.#strategy.set(STRATEGIES[0].name);
    this.#canary.set(undefined);
  }
}
