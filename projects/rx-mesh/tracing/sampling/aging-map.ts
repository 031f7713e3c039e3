interface Entry<V> {
  readonly value: V;
  readonly at: number;
}

/** Values by key, in the order in which they were last put: the one that was let alone for longest is the first to go. */
export class AgingMap<V> {
  // A Map keeps the order in which its keys came.
  readonly #entries = new Map<string, Entry<V>>();

  /** How many there are. */
  get size(): number {
    return this.#entries.size;
  }

  /** The value of a key, left where it is. */
  get(key: string): V | undefined {
    return this.#entries.get(key)?.value;
  }

  /** Puts a value last. @param at When; never before what was put already. */
  put(key: string, value: V, at: number): void {
    this.#entries.delete(key);
    this.#entries.set(key, { value, at });
  }

  /** Takes out the value of a key. */
  take(key: string): V | undefined {
    const value = this.get(key);
    this.#entries.delete(key);
    return value;
  }

  /** Takes out the value that was let alone for longest, if that was at some moment or before. */
  takeOldest(until = Infinity): V | undefined {
    for (const [key, { value, at }] of this.#entries) {
      if (at > until) return undefined;
      this.#entries.delete(key);
      return value;
    }
    return undefined;
  }
}
