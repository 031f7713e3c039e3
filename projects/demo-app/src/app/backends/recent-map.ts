/** A map that keeps the latest entries only, so that a mock which runs for days does not grow. */
export class RecentMap<K, V> {
  readonly #entries = new Map<K, V>();
  readonly #capacity: number;
  readonly #onDrop: (value: V) => void;

  constructor(capacity: number, onDrop: (value: V) => void = () => undefined) {
    this.#capacity = capacity;
    this.#onDrop = onDrop;
  }

  get(key: K): V | undefined {
    return this.#entries.get(key);
  }

  set(key: K, value: V): void {
    this.#entries.set(key, value);
    for (const [oldest, dropped] of this.#entries) {
      if (this.#entries.size <= this.#capacity) break;
      this.#entries.delete(oldest);
      this.#onDrop(dropped);
    }
  }

  /** Newest first. */
  values(): V[] {
    return [...this.#entries.values()].reverse();
  }
}
