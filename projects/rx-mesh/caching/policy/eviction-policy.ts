import type { RandomSource } from 'rx-mesh/kernel';
import type { EvictionBounds, PolicyNode } from './node-list';

export { type EvictionBounds, type PolicyList, PolicyNode } from './node-list';

/**
 * Decides what a cache keeps. Every operation takes constant time. To drop everything, make a new one.
 *
 * After `add` and `reweigh` the cache calls `evict` until it gives nothing more.
 */
export interface EvictionPolicy<N extends PolicyNode = PolicyNode> {
  /** How many nodes it holds. */
  readonly count: number;
  /** What their weights add up to. */
  readonly weight: number;
  /**
   * Takes a new node, one that is in no list. Counts as a request that was missed.
   * @returns false, and nothing is changed, when it alone is heavier than all may be.
   */
  add(node: N): boolean;
  /** Says that a node was asked for, or written again. */
  touch(node: N): void;
  /** Lets go of a node that the cache has dropped; nothing when it is in no list any more. */
  remove(node: N): void;
  /**
   * Changes the weight of a node that it holds.
   * @returns false, and nothing is changed, when it alone would be heavier than all may be: the cache then removes it.
   */
  reweigh(node: N, weight: number): boolean;
  /**
   * Lets go of one node while there is more than the bounds allow. It may be the one that was just added: what is of less use
   * than all others is not kept.
   * @returns what the cache has to drop; `undefined`: all is within the bounds.
   */
  evict(): N | undefined;
}

/** Makes a policy: one for each cache. */
export type EvictionFactory = <N extends PolicyNode>(
  bounds: EvictionBounds,
  random: RandomSource,
) => EvictionPolicy<N>;
