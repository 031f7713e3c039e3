/** What a window adds up. Rates are shares from 0 to 1, and 0 while nothing was recorded. */
export interface WindowTotals {
  /** How many outcomes are in the window. */
  readonly count: number;
  /** How many of them failed. */
  readonly failures: number;
  /** How many of them were slow. */
  readonly slow: number;
  /** The sum of all durations, in milliseconds. */
  readonly duration: number;
  /** `failures / count`. */
  readonly failureRate: number;
  /** `slow / count`. */
  readonly slowRate: number;
}

/** One finished piece of work. */
export interface Outcome {
  /** Whether it failed. */
  readonly failed: boolean;
  /** Whether it was slow, as its owner defines slow. @default false */
  readonly slow?: boolean | undefined;
  /** How long it took, in milliseconds. What is no finite number above 0 counts as 0. @default 0 */
  readonly duration?: number | undefined;
}

/** The arithmetic of the sliding windows: outcomes added up in numbered cells, of which each can be emptied. */
export class OutcomeCells {
  readonly #counts: Float64Array;
  readonly #failures: Float64Array;
  readonly #slow: Float64Array;
  readonly #durations: Float64Array;
  #count = 0;
  #failed = 0;
  #slowed = 0;
  #duration = 0;
  #isExact = true;

  constructor(cells: number) {
    this.#counts = new Float64Array(cells);
    this.#failures = new Float64Array(cells);
    this.#slow = new Float64Array(cells);
    this.#durations = new Float64Array(cells);
  }

  /** Adds one outcome to a cell. */
  add(cell: number, { failed, slow, duration = 0 }: Outcome): void {
    this.#count += increase(this.#counts, cell, 1);
    if (failed) this.#failed += increase(this.#failures, cell, 1);
    if (slow) this.#slowed += increase(this.#slow, cell, 1);
    // An infinite duration would stay in the sum for ever, as infinity or as NaN.
    if (Number.isFinite(duration) && duration > 0) {
      this.#duration += increase(this.#durations, cell, duration);
    }
  }

  /** Empties one cell. */
  clear(cell: number): void {
    this.#count -= take(this.#counts, cell);
    this.#failed -= take(this.#failures, cell);
    this.#slowed -= take(this.#slow, cell);
    // Fractions that are added and taken away again leave their rounding behind: to be summed anew when it is asked for.
    if (take(this.#durations, cell) > 0) this.#isExact = false;
  }

  /** Adds what a cell of other cells holds. */
  absorb(cell: number, from: OutcomeCells, source: number): void {
    this.#count += increase(this.#counts, cell, read(from.#counts, source));
    this.#failed += increase(this.#failures, cell, read(from.#failures, source));
    this.#slowed += increase(this.#slow, cell, read(from.#slow, source));
    this.#duration += increase(this.#durations, cell, read(from.#durations, source));
  }

  /** Empties all cells. */
  clearAll(): void {
    for (const cells of [this.#counts, this.#failures, this.#slow, this.#durations]) cells.fill(0);
    this.#count = this.#failed = this.#slowed = this.#duration = 0;
    this.#isExact = true;
  }

  /** The sum of all cells. */
  totals(): WindowTotals {
    const count = this.#count;
    return {
      count,
      failures: this.#failed,
      slow: this.#slowed,
      duration: this.#sum(),
      failureRate: count === 0 ? 0 : this.#failed / count,
      slowRate: count === 0 ? 0 : this.#slowed / count,
    };
  }

  #sum(): number {
    if (!this.#isExact) {
      this.#duration = 0;
      for (const duration of this.#durations) this.#duration += duration;
      this.#isExact = true;
    }
    return this.#duration;
  }
}

function increase(cells: Float64Array, cell: number, by: number): number {
  cells[cell] = read(cells, cell) + by;
  return by;
}

function take(cells: Float64Array, cell: number): number {
  const value = read(cells, cell);
  cells[cell] = 0;
  return value;
}

function read(cells: Float64Array, cell: number): number {
  return cells[cell] ?? 0;
}
