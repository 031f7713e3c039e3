import type { MetricTags, TagFilter } from './metric-data';

interface Node<C> {
  cell: C | undefined;
  edges: Edge<C> | undefined;
}

// The names that may come next form a chain, of one link where code writes its tags in one order.
interface Edge<C> {
  readonly name: string;
  readonly next: Map<unknown, Node<C>>;
  readonly other: Edge<C> | undefined;
}

/**
 * Finds what belongs to a set of tags by the tags as they were written, without making a text of them: a path of
 * names and values in the order of the object. So one series may have several paths (`1` and `'1'`, one order of names
 * and another); each has to be put in. It reads the tags at each look, so that it does not matter who changes them.
 */
export class TagIndex<C> {
  readonly #root: Node<C> = { cell: undefined, edges: undefined };
  readonly #keeps: TagFilter | undefined;
  #size = 0;

  /** @param keeps Which tags are part of a path. */
  constructor(keeps?: TagFilter) {
    this.#keeps = keeps;
  }

  /** How many paths there are. */
  get size(): number {
    return this.#size;
  }

  /** What was put in under these tags, in this order. */
  find(tags: MetricTags): C | undefined {
    return this.#walk(tags, false)?.cell;
  }

  /** Puts in a path that is not there yet. */
  put(tags: MetricTags, cell: C): void {
    const node = this.#walk(tags, true);
    if (node) node.cell = cell;
    this.#size++;
  }

  #walk(tags: MetricTags, make: boolean): Node<C> | undefined {
    const keeps = this.#keeps;
    let node = this.#root;
    for (const name of Object.keys(tags)) {
      if (keeps !== undefined && !keeps(name)) continue;
      let edge = node.edges;
      while (edge !== undefined && edge.name !== name) edge = edge.other;
      if (edge === undefined) {
        if (!make) return undefined;
        node.edges = edge = { name, next: new Map(), other: node.edges };
      }
      const value = tags[name];
      let next = edge.next.get(value);
      if (next === undefined) {
        if (!make) return undefined;
        edge.next.set(value, (next = { cell: undefined, edges: undefined }));
      }
      node = next;
    }
    return node;
  }
}
