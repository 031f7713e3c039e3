import type { EvictionBounds, EvictionFactory, EvictionPolicy } from './eviction-policy';
import { PolicyList, type PolicyNode } from './node-list';

class Lru<N extends PolicyNode> implements EvictionPolicy<N> {
  readonly #list = new PolicyList<N>();

  constructor(private readonly bounds: EvictionBounds) {}

  get count(): number {
    return this.#list.count;
  }

  get weight(): number {
    return this.#list.weight;
  }

  add(node: N): boolean {
    if (node.weight > this.bounds.maxWeight) return false;
    this.#list.push(node);
    return true;
  }

  touch(node: N): void {
    this.#list.renew(node);
  }

  remove(node: N): void {
    if (node.list) this.#list.take(node);
  }

  reweigh(node: N, weight: number): boolean {
    if (weight > this.bounds.maxWeight) return false;
    this.#list.reweigh(node, weight);
    return true;
  }

  evict(): N | undefined {
    const { oldest } = this.#list;
    if (!oldest || !this.#list.exceeds(this.bounds, 1)) return undefined;
    this.#list.take(oldest);
    return oldest;
  }
}

/**
 * Keeps what was used last. For use where the newest is always the most useful.
 *
 * @usageNotes
 * ```ts
 * const policy = lru()({ maxEntries: 100, maxWeight: Infinity }, random);
 * ```
 */
export function lru(): EvictionFactory {
  return (bounds) => new Lru(bounds);
}
