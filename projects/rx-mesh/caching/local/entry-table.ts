import type { RandomSource } from 'rx-mesh/kernel';
import type { CacheOptionValues } from '../cache-options';
import type { EvictionPolicy } from '../policy/eviction-policy';
import { CacheNode, NONE } from './cache-node';
import { DependencyIndex } from './dependency-index';
import { Generations } from './generations';
import { LoadCaptures, type Ties } from './load-captures';
import type { LocalCacheValues } from './local-cache-options';

// How many entries one sweep looks at, and how many names may make an entry void.
const SWEPT = 256;
export const MOST_TIES = 1024;

/** The entries, with all that is kept beside them: what is in one place is in all, or in none. */
export class EntryTable {
  readonly nodes = new Map<string, CacheNode>();
  policy: EvictionPolicy<CacheNode>;
  readonly index = new DependencyIndex();
  readonly generations = new Generations();
  readonly captures = new LoadCaptures(this.generations, (key) => this.nodes.get(key));
  /** What was dropped since it depended on what is void, and is not told yet. */
  voided: string[] = [];
  /** Whether something was added, so that room may have to be made. */
  isFuller = false;
  readonly #options: LocalCacheValues;
  readonly #random: RandomSource;
  #cursor: Iterator<CacheNode, undefined> | undefined;

  constructor(options: LocalCacheValues, random: RandomSource) {
    this.#options = options;
    this.#random = random;
    this.policy = options.eviction(options, random);
  }

  /**
   * All by which a value is made void, with what it takes over from what it depends on; cut when that is more than `MOST_TIES`.
   *
   * @param isWhole Whether also with the names on which what is here depends: here the index knows of them, elsewhere nobody does.
   */
  tiesOf(key: string, ties: Ties, isWhole = false): Ties {
    if (ties.dependencies.length === 0) return ties;
    const tags = new Set(ties.tags);
    const names = new Set(ties.dependencies);
    // It grows while it is walked.
    for (const name of names) {
      const node = this.nodes.get(name);
      const absent = node ? undefined : this.captures.absent.get(name);
      for (const { tag } of node?.cells ?? NONE) tags.add(tag);
      for (const tag of absent?.tags ?? NONE) tags.add(tag);
      const more = isWhole && node ? node.names : absent?.dependencies;
      for (const next of more ?? NONE) if (next !== key) names.add(next);
      if (names.size + tags.size > MOST_TIES) break;
    }
    return { tags: [...tags], dependencies: [...names] };
  }

  /** The entry of a key, made if need be, and tied anew. */
  put(key: string, options: CacheOptionValues, { tags, dependencies }: Ties): CacheNode {
    const { generations, policy } = this;
    let node = this.nodes.get(key);
    if (node) {
      if (node.voidedAt > 0) generations.mark(key, node.voidedAt);
      if (node.weight !== options.weight) this.isFuller = policy.reweigh(node, options.weight);
      policy.touch(node);
    } else {
      node = new CacheNode(key, options);
      this.isFuller = policy.add(node);
      this.nodes.set(key, node);
    }
    node.options = options;
    const { cells, names } = node;
    const { absent } = this.captures;
    // Most have no ties, and are done here.
    const ties = tags.length + dependencies.length + cells.length + names.length;
    if (ties + absent.size === 0) return node;
    const before = absent.size > 0 ? absent.get(key) : undefined;
    if (tags.length + cells.length > 0) {
      node.cells = tags.map((tag) => generations.take(tag));
      generations.release(cells);
    }
    if (dependencies.length + names.length > 0) {
      node.names = dependencies;
      this.index.set(key, dependencies);
    }
    // Loads of before have looked at these ties; from now on they look at the new ones.
    if (before) generations.mark(key, this.captures.voidedAt(key, before));
    if (before) absent.delete(key);
    // What was made from the value of before, or is being made, hangs by what that was tied to.
    if (
      cells.some(({ tag }) => !tags.includes(tag)) ||
      hasOthers(names, dependencies) ||
      hasOthers(before?.tags, tags) ||
      hasOthers(before?.dependencies, dependencies)
    ) {
      generations.mark(key, generations.next());
      this.voidDependents(key);
    }
    return node;
  }

  /** Lets go of an entry. */
  drop(node: CacheNode): void {
    const { key, names, cells, setAt, voidedAt } = node;
    this.nodes.delete(key);
    this.policy.remove(node);
    if (names.length > 0) this.index.set(key, NONE);
    if (cells.length > 0) this.generations.release(cells);
    if (setAt + voidedAt > 0) this.generations.mark(key, Math.max(setAt, voidedAt));
  }

  /**
   * Lets go of an entry for want of room or time. What depends on it has its tags, but not what it depends on itself: that goes
   * too, if there is any.
   */
  lose(node: CacheNode): void {
    const { key, cells, names, voidedAt } = node;
    this.drop(node);
    if (cells.length + names.length === 0) return;
    if (voidedAt === 0) {
      this.captures.remember(key, { tags: cells.map(({ tag }) => tag), dependencies: names });
    }
    if (names.length > 0) this.voidDependents(key);
  }

  /** Lets go of a key, be it here or still loading, since somebody said so. */
  void(key: string, at = this.generations.next()): void {
    this.generations.mark(key, at);
    const node = this.nodes.get(key);
    if (node) this.drop(node);
  }

  /** Lets go of what depends on a name, directly or not. */
  voidDependents(name: string): void {
    if (this.index.size === 0) return;
    const at = this.generations.next();
    for (const key of this.index.dependents(name)) {
      this.void(key, at);
      this.voided.push(key);
    }
  }

  /** Looks at some entries, the next ones each time. @returns what was dropped of them. */
  sweep(now: number): readonly CacheNode[] {
    const dropped: CacheNode[] = [];
    this.#cursor ??= this.nodes.values();
    for (let left = SWEPT; left > 0; left--) {
      const { done, value: node } = this.#cursor.next();
      if (done) {
        this.#cursor = undefined;
        break;
      }
      if (node.isOfUse(now)) continue;
      dropped.push(node);
      this.lose(node);
    }
    return dropped;
  }

  /** Drops everything. */
  clear(): void {
    this.nodes.clear();
    this.policy = this.#options.eviction(this.#options, this.#random);
    this.index.clear();
    this.generations.clear();
    this.captures.absent.clear();
  }
}

function hasOthers(some: readonly string[] = NONE, names: readonly string[]): boolean {
  return some.some((name) => !names.includes(name));
}
