import { BoundedQueue, type Clock } from 'rx-mesh/kernel';
import type { Command, CommandSuccess } from '../message-types';

/** How a command ended for good. */
export type CommandEnding =
  | { readonly success: true; readonly done: CommandSuccess }
  | { readonly success: false; readonly error: unknown };

/** What is remembered of a command. */
export interface RememberedCommand {
  readonly id: string;
  readonly type: string;
  readonly aggregateId: string;
  readonly ending: CommandEnding;
  /** Since when, by the clock of this page. */
  readonly since: number;
}

/** The outcomes of late, for a time and up to a number. */
export class CommandMemory {
  readonly #clock: Clock;
  readonly #window: number;
  readonly #known = new Map<string, RememberedCommand>();
  // Beside the map, whose first entry is found the slower the more were deleted before it.
  readonly #order: BoundedQueue<RememberedCommand>;

  constructor(clock: Clock, window: number, limit: number) {
    this.#clock = clock;
    this.#window = window;
    this.#order = new BoundedQueue({ capacity: limit, onDrop: (oldest) => this.#lose(oldest) });
  }

  /** How many are known. */
  get size(): number {
    return this.#known.size;
  }

  /** What is known of a command. */
  get(id: string): RememberedCommand | undefined {
    const known = this.#known.get(id);
    return known && this.#clock.monotonic() - known.since < this.#window ? known : undefined;
  }

  /**
   * Remembers how a command ended.
   *
   * @param age How long ago that was, in milliseconds.
   */
  set({ id, type, aggregateId }: Command, ending: CommandEnding, age = 0): void {
    if (this.#window === 0) return;
    const now = this.#clock.monotonic();
    let oldest = this.#order.peek();
    while (oldest && now - oldest.since >= this.#window) {
      this.#order.shift();
      this.#lose(oldest);
      oldest = this.#order.peek();
    }
    const remembered = { id, type, aggregateId, ending, since: now - age };
    this.#known.set(id, remembered);
    this.#order.push(remembered);
  }

  // A command that was forgotten may have come again since.
  #lose(remembered: RememberedCommand): void {
    if (this.#known.get(remembered.id) === remembered) this.#known.delete(remembered.id);
  }
}
