import type { Capture } from '../cached-value';
import { type CacheNode, NONE } from './cache-node';
import type { Generations } from './generations';

/** By what a value is made void, beside its key. */
export interface Ties {
  readonly tags: readonly string[];
  readonly dependencies: readonly string[];
}

// How many keys that are not there are remembered, and how many names of one.
const MOST = 1000;

/** What was in force when a load began. */
export class LoadCapture implements Capture {
  constructor(
    /** When it began. */
    readonly born: number,
    /** When the last of what it looks at was made void. */
    readonly voidedAt: () => number,
  ) {}

  isCurrent(): boolean {
    return this.voidedAt() <= this.born;
  }
}

/**
 * Knows since when a value that is not there yet would be void. A load may have read keys that are loading themselves, or that
 * were dropped since: their ties are remembered, so that what makes them void makes it void too.
 */
export class LoadCaptures {
  /** The ties of keys that are not there, the oldest first. Bounded, for nobody tells that a load has failed. */
  readonly absent = new Map<string, Ties>();
  readonly #generations: Generations;
  readonly #nodeOf: (key: string) => CacheNode | undefined;
  #forgotAt = 0;

  constructor(generations: Generations, nodeOf: (key: string) => CacheNode | undefined) {
    this.#generations = generations;
    this.#nodeOf = nodeOf;
  }

  /** A load of a key begins. */
  take(key: string, ties: Ties): LoadCapture {
    const born = this.#generations.begin();
    this.remember(key, ties);
    return new LoadCapture(born, () => this.voidedAt(key, ties));
  }

  /** Whether what a load has brought may be kept, with the ties that it has in the end. */
  accepts(capture: Capture, key: string, ties: Ties): boolean {
    if (!(capture instanceof LoadCapture)) return capture.isCurrent();
    const { born } = capture;
    const voidedAt = Math.max(capture.voidedAt(), this.voidedAt(key, ties));
    if (voidedAt <= born && !((this.#nodeOf(key)?.loadedAt ?? 0) > born)) return true;
    // Who has waited for it may be a load too, which depends on this key: that one is void as well.
    this.#generations.mark(key, voidedAt);
    return false;
  }

  /** A key is not there, or no more, though nothing has made it void. */
  remember(key: string, ties: Ties): void {
    const { absent } = this;
    const before = absent.get(key);
    const tags = joined(before?.tags, ties.tags);
    const dependencies = joined(before?.dependencies, ties.dependencies);
    const count = tags.length + dependencies.length;
    if (count === 0) return;
    absent.delete(key);
    if (count <= MOST) absent.set(key, { tags, dependencies });
    if (count <= MOST && absent.size <= MOST) return;
    for (const oldest of absent.keys()) {
      absent.delete(oldest);
      break;
    }
    this.#forgotAt = this.#generations.next();
  }

  /** Since when a value of a key with these ties is void. */
  voidedAt(key: string, { tags, dependencies }: Ties): number {
    const generations = this.#generations;
    const names = new Set(dependencies);
    const seen = [
      generations.clearedAt,
      generations.marked(key),
      generations.markedTags(tags),
      this.#nodeOf(key)?.setAt ?? 0,
    ];
    // It grows while it is walked.
    for (const name of names) {
      const node = this.#nodeOf(name);
      const ties = this.absent.get(name);
      seen.push(generations.marked(name));
      if (node) seen.push(node.setAt, node.voidedAt);
      if (ties) {
        seen.push(generations.markedTags(ties.tags));
        for (const next of ties.dependencies) names.add(next);
      } else if (!node) seen.push(this.#forgotAt);
    }
    return Math.max(...seen);
  }
}

function joined(some: readonly string[] = NONE, more: readonly string[]): readonly string[] {
  return [...new Set([...some, ...more])];
}
