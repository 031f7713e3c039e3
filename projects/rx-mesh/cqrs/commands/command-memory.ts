import type { Clock } from 'rx-mesh/kernel';
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

interface Link extends RememberedCommand {
  /** What was remembered after it. */
  newer: Link | undefined;
  /** Whether it is known no more: another one may have its id by now. */
  isGone: boolean;
}

/** The outcomes of late, for a time and up to a number. */
export class CommandMemory {
  readonly #clock: Clock;
  readonly #window: number;
  readonly #limit: number;
  readonly #known = new Map<string, Link>();
  // Beside the map, whose first entry is found the slower the more were deleted before it.
  #oldest: Link | undefined;
  #newest: Link | undefined;
  #count = 0;

  constructor(clock: Clock, window: number, limit: number) {
    this.#clock = clock;
    this.#window = window;
    this.#limit = limit;
  }

  /** How many are known. */
  get size(): number {
    return this.#known.size;
  }

  /** What is known of a command. */
  get(id: string): RememberedCommand | undefined {
    const known = this.#known.get(id);
    if (!known || this.#clock.monotonic() - known.since < this.#window) return known;
    this.#forget(known);
    return undefined;
  }

  /**
   * Remembers how a command ended, of which nothing is known.
   *
   * @param age How long ago that was, in milliseconds.
   */
  set({ id, type, aggregateId }: Command, ending: CommandEnding, age = 0): void {
    if (this.#window === 0) return;
    const now = this.#clock.monotonic();
    while (this.#oldest && now - this.#oldest.since >= this.#window) this.#lose(this.#oldest);
    if (this.#oldest && this.#count >= this.#limit) this.#lose(this.#oldest);
    const link: Link = { id, type, aggregateId, ending, since: now - age, newer: undefined, isGone: false }; // prettier-ignore
    this.#known.set(id, link);
    if (this.#newest) this.#newest.newer = link;
    else this.#oldest = link;
    this.#newest = link;
    this.#count++;
  }

  /** Forgets a command. Returns whether it was known. */
  delete(id: string): boolean {
    const known = this.#known.get(id);
    if (known) this.#forget(known);
    return known !== undefined;
  }

  #lose(oldest: Link): void {
    this.#oldest = oldest.newer;
    if (!this.#oldest) this.#newest = undefined;
    this.#count--;
    // An old one that holds a young one keeps the collector from both.
    oldest.newer = undefined;
    if (!oldest.isGone) this.#forget(oldest);
  }

  #forget(known: Link): void {
    known.isGone = true;
    this.#known.delete(known.id);
  }
}
