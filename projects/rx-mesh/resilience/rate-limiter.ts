import { InvalidOptionError, positiveInteger } from 'rx-mesh/kernel';

/** Room for one piece of work at a rate, some of it in the future. */
export interface RateReservation {
  /** How long to wait until its time, in milliseconds; 0 for now. */
  readonly delay: number;
  /** Gives the room back, for work that will not be done. Only the first call counts. */
  cancel(): void;
}

/**
 * A limit of how often something may be done. Keys have limits of their own, and are forgotten when they are idle; more
 * active keys than it may hold share one limit.
 */
export interface RateLimiter {
  /**
   * Does it now, if there is room.
   *
   * @param key Whose limit it is. @default one for all
   * @param cost How much room it takes: a whole number of at least 1. @default 1
   */
  tryAcquire(key?: string, cost?: number): boolean;
  /**
   * Takes the next room there is, at most so far away.
   *
   * @param maxDelay The longest wait, in milliseconds, at least 0.
   * @returns `undefined` when there is no room so soon; then nothing is taken.
   */
  reserve(maxDelay: number, key?: string, cost?: number): RateReservation | undefined;
  /** In how many milliseconds there is room: 0 for now, `Infinity` for a cost above the limit. */
  retryAfter(key?: string, cost?: number): number;
}

/** The state of one key, which only its limiter understands. */
export interface RateCell {
  /** When there is room for a cost, as a monotonic reading; `Infinity` for never. */
  at(now: number, cost: number): number;
  /** Takes it, and returns how to give it back. */
  take(at: number, cost: number): () => void;
  /** Whether it holds nothing that a new one would not. */
  idle(now: number): boolean;
}

/** A limiter over cells: the keys, their number and the arguments are looked after here. */
export class KeyedRateLimiter implements RateLimiter {
  readonly #cells = new Map<string, RateCell>();
  readonly #now: () => number;
  readonly #maxKeys: number;
  readonly #make: () => RateCell;
  readonly #common: RateCell;

  constructor(now: () => number, maxKeys: number, make: () => RateCell) {
    this.#now = now;
    this.#maxKeys = maxKeys;
    this.#make = make;
    this.#common = make();
  }

  tryAcquire(key?: string, cost?: number): boolean {
    return this.reserve(0, key, cost) !== undefined;
  }

  reserve(maxDelay: number, key = '', cost = 1): RateReservation | undefined {
    checkCost(cost);
    const now = this.#now();
    const cell = this.#cell(key, now);
    const at = cell.at(now, cost);
    if (!(at - now <= maxDelay)) return undefined;
    let giveBack: (() => void) | undefined = cell.take(at, cost);
    return {
      delay: at - now,
      cancel: () => {
        giveBack?.();
        giveBack = undefined;
      },
    };
  }

  retryAfter(key = '', cost = 1): number {
    const now = this.#now();
    checkCost(cost);
    const isFull = this.#cells.size >= this.#maxKeys;
    const cell = this.#cells.get(key) ?? (isFull ? this.#common : this.#make());
    return Math.max(0, cell.at(now, cost) - now);
  }

  /** How many keys are known. */
  get size(): number {
    return this.#cells.size;
  }

  #cell(key: string, now: number): RateCell {
    const known = this.#cells.get(key);
    if (known) return known;
    if (this.#cells.size >= this.#maxKeys) this.#sweep(now);
    // To forget an active one would give it a new limit.
    if (this.#cells.size >= this.#maxKeys) return this.#common;
    const made = this.#make();
    this.#cells.set(key, made);
    return made;
  }

  #sweep(now: number): void {
    for (const [key, cell] of this.#cells) if (cell.idle(now)) this.#cells.delete(key);
  }
}

// A cost below 0 would give room away.
function checkCost(cost: number): void {
  const expected = positiveInteger(cost);
  if (expected) throw new InvalidOptionError('RateLimiter.cost', cost, expected);
}
