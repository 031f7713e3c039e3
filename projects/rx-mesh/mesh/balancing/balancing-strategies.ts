import { Injectable, inject } from '@angular/core';
import { InvalidOptionError, RANDOM, type RxMeshFeature, ɵmakeFeature } from 'rx-mesh/kernel';
import { UnknownStrategyError } from '../mesh-errors';
import { BALANCING_STRATEGIES, type BalancingStrategy } from './balancing-strategy';
import { leastConnections } from './least-connections';
import { type DrawingPorts, peakEwma } from './peak-ewma';
import { randomChoice, weightedRandom } from './random';
import { roundRobin } from './round-robin';
import { smoothWeightedRoundRobin } from './smooth-weighted-round-robin';

/** Makes a strategy of an application, such as {@link ringHash}. */
export type StrategyFactory = (ports: DrawingPorts) => BalancingStrategy;

const BUILT_IN: readonly StrategyFactory[] = [
  peakEwma,
  roundRobin,
  smoothWeightedRoundRobin,
  leastConnections,
  randomChoice,
  weightedRandom,
];

/** The balancing strategies of the application by name. */
@Injectable({ providedIn: 'root' })
export class BalancingStrategies {
  private readonly ports = { random: inject(RANDOM) };
  private readonly known = byName([
    ...BUILT_IN.map((make) => make(this.ports)),
    ...inject(BALANCING_STRATEGIES),
  ]);

  /** The names that there are. */
  get names(): readonly string[] {
    return [...this.known.keys()];
  }

  /** @throws UnknownStrategyError when no strategy has this name. */
  get(name: string): BalancingStrategy {
    const strategy = this.known.get(name);
    if (!strategy) throw new UnknownStrategyError(name, this.names);
    return strategy;
  }
}

/**
 * Adds balancing strategies to the built-in ones, by the functions that make them.
 *
 * @usageNotes
 * ```ts
 * provideRxMesh(withBalancing(rendezvousHash), withServiceMesh({ strategy: 'rendezvous-hash' }));
 * ```
 */
export function withBalancing(
  ...strategies: readonly StrategyFactory[]
): RxMeshFeature<'balancing'> {
  return ɵmakeFeature(
    'balancing',
    strategies.map((make) => ({
      provide: BALANCING_STRATEGIES,
      multi: true,
      useFactory: () => make({ random: inject(RANDOM) }),
    })),
  );
}

function byName(strategies: readonly BalancingStrategy[]): ReadonlyMap<string, BalancingStrategy> {
  const named = new Map<string, BalancingStrategy>();
  for (const strategy of strategies) {
    if (named.has(strategy.name)) {
      throw new InvalidOptionError(
        'BALANCING_STRATEGIES',
        strategy.name,
        'a name that no other strategy has',
      );
    }
    named.set(strategy.name, strategy);
  }
  return named;
}
