/** How much a cache may hold. It keeps within both. */
export interface EvictionBounds {
  /** How many entries: an integer of at least 1, or Infinity. */
  readonly maxEntries: number;
  /** What their weights may add up to: above 0, or Infinity. */
  readonly maxWeight: number;
}

/** What a policy keeps of an entry, within the entry itself: a cache derives its entries from it. */
export class PolicyNode {
  /** The list that it is in; of the policy alone. `undefined`: in none. */
  list: PolicyList | undefined = undefined;
  /** The one that is newer; of the list alone. */
  newer: PolicyNode = this;
  /** The one that is older; of the list alone. */
  older: PolicyNode = this;
  /** The hash of the key; of the policy alone, which sets it once, when the node is added. */
  hash = 0;
  /** How often it was of use lately; of the policy alone. */
  uses = 0;

  constructor(
    /** By what it is found. */
    readonly key: string,
    /** What it takes of `maxWeight`. Once it is in a policy, only `reweigh` may change it. */
    public weight: number,
  ) {}
}

/** Nodes in a row, from the newest to the oldest, linked through themselves. */
export class PolicyList<N extends PolicyNode = PolicyNode> {
  /** How many there are. */
  count = 0;
  /** What their weights add up to. */
  weight = 0;
  /** The end of both sides: its `older` is the newest node, its `newer` the oldest. */
  readonly #end = new PolicyNode('', 0);

  /** The one that is there for the longest; `undefined`: it is empty. */
  get oldest(): N | undefined {
    return this.count ? (this.#end.newer as N) : undefined;
  }

  /** Puts a node that is in no list at the new side. */
  push(node: N): void {
    node.list = this;
    this.count++;
    this.weight += node.weight;
    link(node, this.#end);
  }

  /** Takes out a node of this list. */
  take(node: PolicyNode): void {
    node.list = undefined;
    this.count--;
    // Fractions do not add up exactly: an empty list is to weigh nothing.
    this.weight = this.count ? this.weight - node.weight : 0;
    unlink(node);
  }

  /** Puts a node of this list at its new side. */
  renew(node: N): void {
    unlink(node);
    link(node, this.#end);
  }

  /** Changes the weight of a node of this list. */
  reweigh(node: PolicyNode, weight: number): void {
    this.weight += weight - node.weight;
    node.weight = weight;
  }

  /** Whether this is more than a share of what may be there. */
  exceeds({ maxEntries, maxWeight }: EvictionBounds, share: number): boolean {
    return this.count > Math.max(1, share * maxEntries) || this.weight > share * maxWeight;
  }
}

function link(node: PolicyNode, end: PolicyNode): void {
  const { older } = end;
  node.newer = end;
  node.older = older;
  older.newer = node;
  end.older = node;
}

function unlink({ newer, older }: PolicyNode): void {
  newer.older = older;
  older.newer = newer;
}
