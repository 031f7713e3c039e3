import { createOptions, oneOf, positive, positiveInteger } from './options';

/** What a full queue does with one more item. */
export type DropPolicy = 'drop-oldest' | 'drop-newest';

/** Options of a {@link BoundedQueue}. */
export interface BoundedQueueOptions<T> {
  /** The most items it holds: a whole number of at least 1. @default 1000 */
  readonly capacity?: number | undefined;
  /** What gives way when it is full: the oldest items, or the new one. @default 'drop-oldest' */
  readonly policy?: DropPolicy | undefined;
  /** The most weight it holds, in the unit of `weigh`, above 0. @default Infinity */
  readonly maxWeight?: number | undefined;
  /**
   * The weight of one item, such as its bytes: at least 0. Asked once, when the item comes; an item of no sound
   * weight is dropped. @default 1 for every item
   */
  readonly weigh?: ((item: T) => number) | undefined;
  /**
   * Told of every item that gives way. It must not push into the same queue. What it throws comes out of `push`: then
   * the item that it was told of is gone, and the new one is not in. @default nobody
   */
  readonly onDrop?: ((item: T) => void) | undefined;
}

interface Limits {
  readonly capacity: number;
  readonly policy: DropPolicy;
  readonly maxWeight: number;
}

const LIMITS = /* @__PURE__ */ createOptions<Limits>(
  'BoundedQueueOptions',
  { capacity: 1000, policy: 'drop-oldest', maxWeight: Infinity },
  {
    capacity: positiveInteger,
    policy: /* @__PURE__ */ oneOf('drop-oldest', 'drop-newest'),
    maxWeight: (weight) => (weight === Infinity ? undefined : positive(weight)),
  },
);

// The weight is kept, since an item may change while it waits.
interface Entry<T> {
  readonly item: T;
  readonly weight: number;
}

/**
 * A first-in-first-out ring that never outgrows its bounds, and counts what it had to drop.
 *
 * Storage grows by doubling up to the capacity, so an idle queue of a large capacity costs little. Every operation
 * is O(1), except that one heavy item may push several light ones out; one that could never fit is refused.
 *
 * @usageNotes
 * ```ts
 * const queue = new BoundedQueue<string>({ capacity: 2 });
 * queue.push('a'); queue.push('b'); queue.push('c');
 * queue.toArray(); // ['b', 'c']
 * queue.dropped; // 1
 * ```
 */
export class BoundedQueue<T> {
  readonly #capacity: number;
  readonly #maxWeight: number;
  readonly #policy: DropPolicy;
  readonly #weigh: (item: T) => number;
  readonly #onDrop: ((item: T) => void) | undefined;
  #ring: (Entry<T> | undefined)[] = [];
  #head = 0;
  #size = 0;
  #weight = 0;
  #dropped = 0;

  /** @throws InvalidOptionError when a bound is out of its range. */
  constructor({ weigh, onDrop, ...limits }: BoundedQueueOptions<T> = {}) {
    const { capacity, policy, maxWeight } = LIMITS.resolve(limits);
    this.#capacity = capacity;
    this.#policy = policy;
    this.#maxWeight = maxWeight;
    this.#weigh = weigh ?? (() => 1);
    this.#onDrop = onDrop;
  }

  /** How many items wait. */
  get size(): number {
    return this.#size;
  }

  /** The weight of all items that wait. */
  get weight(): number {
    return this.#weight;
  }

  /** How many items were dropped since the queue was made. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Adds an item at the end. Returns whether the item itself got in. */
  push(item: T): boolean {
    const weight = this.#weigh(item);
    // An item heavier than the whole queue must not empty it in vain; neither may one of no sound weight.
    // Infinity is none: it would leave NaN behind as the weight of the rest.
    if (!(weight >= 0 && weight < Infinity && weight <= this.#maxWeight)) return this.#refuse(item);
    while (this.#size >= this.#capacity || this.#weight + weight > this.#maxWeight) {
      if (this.#policy === 'drop-newest') return this.#refuse(item);
      this.#refuse(this.shift() as T);
    }
    if (this.#size === this.#ring.length) this.#grow();
    this.#ring[this.#place(this.#size)] = { item, weight };
    this.#size++;
    this.#weight += weight;
    return true;
  }

  /** Takes the oldest item out; `undefined` when there is none. */
  shift(): T | undefined {
    const entry = this.#ring[this.#head];
    if (!entry) return undefined;
    this.#ring[this.#head] = undefined;
    this.#head = this.#place(1);
    this.#size--;
    // Zero when empty, so that rounding of fractional weights cannot add up.
    this.#weight = this.#size === 0 ? 0 : Math.max(0, this.#weight - entry.weight);
    return entry.item;
  }

  /** The oldest item, left where it is; `undefined` when there is none. */
  peek(): T | undefined {
    return this.#ring[this.#head]?.item;
  }

  /**
   * Takes out the oldest items. One item alone may be heavier than `maxWeight`, else it would wait for ever.
   *
   * @param max The most items. @default all
   * @param maxWeight The most weight of all items together. @default no limit
   */
  drain(max = Infinity, maxWeight = Infinity): T[] {
    const taken: T[] = [];
    let weight = 0;
    while (taken.length < max) {
      const next = this.#ring[this.#head];
      weight += next?.weight ?? 0;
      if (!next || (taken.length > 0 && weight > maxWeight)) break;
      this.shift();
      taken.push(next.item);
    }
    return taken;
  }

  /** Takes everything out without counting it as dropped. */
  clear(): void {
    this.#ring = [];
    this.#head = this.#size = this.#weight = 0;
  }

  /** The items that wait, oldest first. */
  toArray(): T[] {
    return this.#entries().map(({ item }) => item);
  }

  // The oldest first: from the head to the end of the ring, then from its start.
  #entries(): Entry<T>[] {
    const ring = [...this.#ring.slice(this.#head), ...this.#ring.slice(0, this.#head)];
    return ring.filter((entry) => entry !== undefined);
  }

  #place(offset: number): number {
    return (this.#head + offset) % this.#ring.length;
  }

  #refuse(item: T): false {
    this.#dropped++;
    this.#onDrop?.(item);
    return false;
  }

  #grow(): void {
    this.#ring = this.#entries();
    this.#ring.length = Math.min(this.#capacity, Math.max(8, this.#size * 2));
    this.#head = 0;
  }
}
