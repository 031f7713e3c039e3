import type { RandomSource } from 'rx-mesh/kernel';
import type { EvictionBounds, EvictionFactory, EvictionPolicy } from './eviction-policy';
import { FrequencySketch, MARK } from './frequency-sketch';
import { GhostList } from './ghost-list';
import { hashOf } from './key-hash';
import { PolicyList, type PolicyNode } from './node-list';
import { WindowClimber } from './window-climber';

// How much is promoted at most before something is dropped.
const PROMOTED = 16;

// After Einziger, Friedman, Manes: TinyLFU (2017) and Caffeine. What is new passes a window; what leaves it has to be asked for
// more often than the oldest of the rest, or is dropped itself. What is of use in probation is promoted when it is the oldest
// there: a hit costs a mark then.
class WTinyLfu<N extends PolicyNode> implements EvictionPolicy<N> {
  readonly #window = new PolicyList<N>();
  readonly #probation = new PolicyList<N>();
  readonly #protected = new PolicyList<N>();
  readonly #sketch: FrequencySketch;
  readonly #ghosts = new GhostList();
  readonly #climber = new WindowClimber();
  readonly #seed: number;

  constructor(
    private readonly bounds: EvictionBounds,
    private readonly random: RandomSource,
  ) {
    this.#sketch = new FrequencySketch(bounds.maxEntries);
    this.#seed = random.next() * 2 ** 32;
  }

  get count(): number {
    return this.#window.count + this.#probation.count + this.#protected.count;
  }

  get weight(): number {
    return this.#window.weight + this.#probation.weight + this.#protected.weight;
  }

  add(node: N): boolean {
    if (node.weight > this.bounds.maxWeight) return false;
    const hash = (node.hash = hashOf(node.key, this.#seed));
    const { count } = this;
    if (count >= this.#sketch.entries) this.#sketch.grow();
    node.uses = this.#sketch.increment(hash);
    this.#climber.miss(this.#ghosts.take(hash), count);
    this.#window.push(node);
    return true;
  }

  touch(node: N): void {
    node.uses = this.#sketch.counted(node.uses);
    this.#climber.hits++;
    if (node.list === this.#probation) node.uses |= MARK;
    else (node.list as PolicyList<N>).renew(node);
  }

  remove(node: N): void {
    if (!node.list) return;
    node.list.take(node);
    this.#sketch.frequency(node.hash, this.#sketch.countOf(node.uses));
  }

  reweigh(node: N, weight: number): boolean {
    if (weight > this.bounds.maxWeight) return false;
    node.list?.reweigh(node, weight);
    return true;
  }

  evict(): N | undefined {
    const { bounds } = this;
    const candidate = this.#window.exceeds(bounds, this.#climber.share)
      ? this.#window.oldest
      : undefined;
    if (this.count <= bounds.maxEntries && this.weight <= bounds.maxWeight) {
      // One at a time: a window that has become smaller hands over with each addition.
      if (candidate) {
        this.#window.take(candidate);
        this.#probation.push(candidate);
      }
      this.#demote();
      return undefined;
    }
    this.#climber.drops++;
    // What is of use is promoted first, some at most: each operation takes constant time.
    for (let left = PROMOTED; left > 0; left--) {
      const { oldest } = this.#probation;
      if (!oldest || !(oldest.uses & MARK)) break;
      oldest.uses &= ~MARK;
      this.#probation.take(oldest);
      this.#protected.push(oldest);
      this.#demote();
    }
    const victim = this.#probation.oldest ?? this.#protected.oldest;
    let drop = victim ?? this.#window.oldest;
    if (candidate && victim && !this.#admits(candidate, victim)) {
      this.#ghosts.add(candidate.hash, this.count);
      drop = candidate;
    }
    if (drop) this.remove(drop);
    return drop;
  }

  #demote(): void {
    const { oldest } = this.#protected;
    if (oldest && this.#protected.exceeds(this.bounds, 0.8 * (1 - this.#climber.share))) {
      this.#protected.take(oldest);
      this.#probation.push(oldest);
    }
  }

  #admits(candidate: N, victim: N): boolean {
    const often = this.#sketch.countOf(candidate.uses);
    // More by one does not count: keys that share counters look so, and in a circle that changes all for nothing.
    // By chance too: who floods the cache with keys that share counters would shut it for all others.
    return (
      often > this.#sketch.countOf(victim.uses) + 1 || (often >= 6 && this.random.next() < 1 / 128)
    );
  }
}

/**
 * Keeps what is asked for often or soon again, whichever serves better, and is not flushed by who walks through many keys.
 *
 * @usageNotes
 * ```ts
 * const policy = wTinyLfu()({ maxEntries: 1000, maxWeight: Infinity }, random);
 * ```
 */
export function wTinyLfu(): EvictionFactory {
  return (bounds, random) => new WTinyLfu(bounds, random);
}
