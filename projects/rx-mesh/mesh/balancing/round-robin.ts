import type { RandomSource } from 'rx-mesh/kernel';
import type { ServiceInstance } from '../service-instance';
import type { BalancingContext, BalancingStrategy } from './balancing-strategy';

/** What {@link roundRobin} needs of the kernel. */
export interface RoundRobinPorts {
  /** Draws where a service starts. */
  readonly random: RandomSource;
}

/**
 * One instance after the other, each service by itself. Weights are not heeded.
 *
 * The first pick is drawn, or all pages that were reloaded together would start at the same instance. When the list
 * changes it goes on after the instance that was picked last; never again from the start, which loads the first ones
 * with every deployment (grpc-java PR 4462). While the list stays and all are well, each of n instances gets k of n·k
 * picks.
 *
 * Unhealthy instances are passed over unless all are; so are those that were tried, as long as another is there. A pick
 * costs the same for any number of instances, but for the first one after a change of the list.
 *
 * @usageNotes
 * ```ts
 * const strategy = roundRobin({ random: inject(RANDOM) });
 * strategy.pick({ service: 'orders', instances, tried: new Set() });
 * ```
 */
export function roundRobin(ports: RoundRobinPorts): BalancingStrategy {
  return new RoundRobin(ports.random);
}

interface Cursor {
  /** The list of the last pick. */
  instances: readonly ServiceInstance[];
  /** Where in it the last pick stands. */
  at: number;
}

// Names of services may come from users. A service that is forgotten starts at random again.
const MAX_SERVICES = 10_000;

class RoundRobin implements BalancingStrategy {
  readonly name = 'round-robin';
  readonly #random: RandomSource;
  readonly #cursors = new Map<string, Cursor>();

  constructor(random: RandomSource) {
    this.#random = random;
  }

  pick({ service, instances, tried }: BalancingContext): ServiceInstance | undefined {
    if (instances.length === 0) return undefined;
    const cursor = this.#cursor(service, instances);
    let best = 0;
    let bestRank = Infinity;
    for (let step = 1; step <= instances.length && bestRank > 0; step++) {
      const at = (cursor.at + step) % instances.length;
      const rank = rankOf(elementAt(instances, at), tried);
      if (rank < bestRank) {
        best = at;
        bestRank = rank;
      }
    }
    cursor.at = best;
    return instances[best];
  }

  #cursor(service: string, instances: readonly ServiceInstance[]): Cursor {
    const known = this.#cursors.get(service);
    if (known) {
      if (known.instances !== instances) {
        known.at = continued(known, instances) ?? this.#start(instances);
        known.instances = instances;
      }
      return known;
    }
    for (const oldest of this.#cursors.keys()) {
      if (this.#cursors.size < MAX_SERVICES) break;
      this.#cursors.delete(oldest);
    }
    const cursor = { instances, at: this.#start(instances) };
    this.#cursors.set(service, cursor);
    return cursor;
  }

  /** As if the instance before the first pick had been picked. */
  #start({ length }: readonly ServiceInstance[]): number {
    return Math.floor(this.#random.next() * length) - 1;
  }
}

/** 0 is what a call wants. Health goes first: better an instance that was tried than one that is known to be ill. */
function rankOf({ id, health }: ServiceInstance, tried: ReadonlySet<string>): number {
  return (health === 'unhealthy' ? 2 : 0) + (tried.has(id) ? 1 : 0);
}

/** Where the last pick stands in a new list: itself, or just before the next one of the old list that is still there. */
function continued(
  { instances, at }: Cursor,
  next: readonly ServiceInstance[],
): number | undefined {
  const places = new Map(next.map(({ id }, place) => [id, place]));
  for (let step = 0; step < instances.length; step++) {
    const { id } = elementAt(instances, (at + step) % instances.length);
    const place = places.get(id);
    if (place !== undefined) return step === 0 ? place : place - 1;
  }
  return undefined;
}

/** For an index that is known to be in the list. */
function elementAt<T>(list: readonly T[], index: number): T {
  return list[index] as T;
}
