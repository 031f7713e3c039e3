import { BoundedQueue, type Clock } from 'rx-mesh/kernel';

interface Sighting {
  readonly id: string;
  readonly at: number;
}

/** The ids of late, for a time and up to a number. */
export class DedupeWindow {
  readonly #clock: Clock;
  readonly #window: number;
  readonly #seen = new Map<string, Sighting>();
  // Beside the map, whose first entry is found the slower the more were deleted before it.
  readonly #order: BoundedQueue<Sighting>;

  /**
   * @param window How long an id is known, in milliseconds; 0 for not at all.
   * @param limit How many ids are known; the oldest give way.
   */
  constructor(clock: Clock, window: number, limit: number) {
    this.#clock = clock;
    this.#window = window;
    this.#order = new BoundedQueue({ capacity: limit, onDrop: (oldest) => this.#lose(oldest) });
  }

  /** How many ids are known. */
  get size(): number {
    return this.#seen.size;
  }

  /** Takes note of an id, and says whether it was known. */
  sees(id: string): boolean {
    if (this.#window === 0) return false;
    const now = this.#clock.monotonic();
    let oldest = this.#order.peek();
    while (oldest && now - oldest.at >= this.#window) {
      this.#order.shift();
      this.#lose(oldest);
      oldest = this.#order.peek();
    }
    if (this.#seen.has(id)) return true;
    const sighting: Sighting = { id, at: now };
    this.#seen.set(id, sighting);
    this.#order.push(sighting);
    return false;
  }

  /** Forgets an id: when it comes again, it is new. */
  forget(id: string): void {
    this.#seen.delete(id);
  }

  /** Forgets all. */
  clear(): void {
    this.#seen.clear();
    this.#order.clear();
  }

  // An id that was forgotten may have come again since.
  #lose(sighting: Sighting): void {
    if (this.#seen.get(sighting.id) === sighting) this.#seen.delete(sighting.id);
  }
}
