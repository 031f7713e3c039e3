import type { RandomSource } from 'rx-mesh/kernel';
import type { EvictionBounds, EvictionFactory, EvictionPolicy } from './eviction-policy';
import { GhostList } from './ghost-list';
import { hashOf } from './key-hash';
import { PolicyList, type PolicyNode } from './node-list';

// After Yang and others: FIFO queues are all you need for cache eviction (SOSP 2023). A tenth is for what is new; what was of
// use there twice, or is asked for again soon after it was dropped, goes to the rest.
class S3Fifo<N extends PolicyNode> implements EvictionPolicy<N> {
  readonly #small = new PolicyList<N>();
  readonly #main = new PolicyList<N>();
  readonly #ghosts = new GhostList();
  readonly #seed: number;

  constructor(
    private readonly bounds: EvictionBounds,
    random: RandomSource,
  ) {
    this.#seed = random.next() * 2 ** 32;
  }

  get count(): number {
    return this.#small.count + this.#main.count;
  }

  get weight(): number {
    return this.#small.weight + this.#main.weight;
  }

  add(node: N): boolean {
    if (node.weight > this.bounds.maxWeight) return false;
    node.hash = hashOf(node.key, this.#seed);
    node.uses = 0;
    (this.#ghosts.take(node.hash) ? this.#main : this.#small).push(node);
    return true;
  }

  touch(node: N): void {
    if (node.uses < 3) node.uses++;
  }

  remove(node: N): void {
    node.list?.take(node);
  }

  reweigh(node: N, weight: number): boolean {
    if (weight > this.bounds.maxWeight) return false;
    node.list?.reweigh(node, weight);
    return true;
  }

  evict(): N | undefined {
    if (this.count <= this.bounds.maxEntries && this.weight <= this.bounds.maxWeight)
      return undefined;
    // Each round takes a use of a node, or a node: constant time an operation, on average.
    for (;;) {
      const small = this.#small.exceeds(this.bounds, 0.1) ? this.#small.oldest : undefined;
      const node = small ?? this.#main.oldest ?? this.#small.oldest;
      if (!node) return undefined;
      if (node.list === this.#small) {
        this.#small.take(node);
        if (node.uses > 1) {
          node.uses = 0;
          this.#main.push(node);
          continue;
        }
        this.#ghosts.add(node.hash, this.#main.count);
        return node;
      }
      if (node.uses) {
        node.uses--;
        this.#main.renew(node);
        continue;
      }
      this.#main.take(node);
      return node;
    }
  }
}

/**
 * Keeps what was of use more than once, with the least work for a hit. Does not serve who walks in a circle.
 *
 * @usageNotes
 * ```ts
 * const policy = s3Fifo()({ maxEntries: 1000, maxWeight: Infinity }, random);
 * ```
 */
export function s3Fifo(): EvictionFactory {
  return (bounds, random) => new S3Fifo(bounds, random);
}
