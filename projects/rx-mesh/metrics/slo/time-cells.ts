/** One resolution of {@link TimeCells}. */
export interface CellLevel {
  /** How long one cell is, in milliseconds. */
  readonly length: number;
  /** How many cells there are. */
  readonly count: number;
}

/** What was added up: a part of a whole, such as the good ones of all calls. */
export interface CellTotals {
  readonly part: number;
  readonly whole: number;
}

/**
 * A part and a whole, added up over time in cells of one or more lengths: fine ones for what is new, coarse ones for what
 * is long ago. Memory is fixed. There is no timer: cells are emptied when they are written anew, and left out when they
 * are too old. A sum over a window is right within one cell of the finest level that reaches as far.
 */
export class TimeCells {
  readonly #levels: readonly Level[];

  /** @param levels Finest first. */
  constructor(levels: readonly CellLevel[]) {
    this.#levels = levels.map((level) => new Level(level));
  }

  /** How many cells there are in all. */
  get size(): number {
    return this.#levels.reduce((sum, { count }) => sum + count, 0);
  }

  /** Adds to the cells of a time. What is older than a level reaches is left out there. */
  add(part: number, whole: number, at: number): void {
    for (const level of this.#levels) level.add(part, whole, at);
  }

  /** The sum over the last while, up to `now`. */
  sum(window: number, now: number): CellTotals {
    const level =
      this.#levels.find(({ length, count }) => length * count >= window * (1 - 1e-9)) ??
      this.#levels.at(-1);
    return level ? level.sum(window, now) : { part: 0, whole: 0 };
  }
}

class Level implements CellLevel {
  readonly length: number;
  readonly count: number;
  readonly #parts: Float64Array;
  readonly #wholes: Float64Array;
  // The number of the newest cell. Where a monotonic clock starts is its own affair, below zero even.
  #newest: number | undefined;

  constructor({ length, count }: CellLevel) {
    this.length = length;
    this.count = count;
    this.#parts = new Float64Array(count);
    this.#wholes = new Float64Array(count);
  }

  add(part: number, whole: number, at: number): void {
    const cell = this.#cellOf(at);
    this.#advance(cell);
    if ((this.#newest ?? cell) - cell >= this.count) return;
    const place = this.#placeOf(cell);
    this.#parts[place] = (this.#parts[place] ?? 0) + part;
    this.#wholes[place] = (this.#wholes[place] ?? 0) + whole;
  }

  sum(window: number, now: number): CellTotals {
    const newest = this.#newest ?? 0;
    const present = Math.max(newest, this.#cellOf(now));
    // A quotient such as 5.000000001 is a rounding, not one more cell.
    const cells = Math.min(this.count, Math.max(1, Math.ceil(window / this.length - 1e-6)));
    let part = 0;
    let whole = 0;
    for (let back = 0; back < cells; back++) {
      const cell = present - back;
      if (back > 0 && cell === present) break; // beyond 2^53
      if (cell > newest || newest - cell >= this.count) continue;
      part += this.#parts[this.#placeOf(cell)] ?? 0;
      whole += this.#wholes[this.#placeOf(cell)] ?? 0;
    }
    return { part, whole };
  }

  #advance(cell: number): void {
    const passed = cell - (this.#newest ?? cell);
    // Beyond 2^53 a number and the next one are the same: no counting up to it.
    if (passed >= this.count) {
      this.#parts.fill(0);
      this.#wholes.fill(0);
    } else {
      for (let i = 0; i < passed; i++) {
        this.#parts[this.#placeOf(cell - i)] = 0;
        this.#wholes[this.#placeOf(cell - i)] = 0;
      }
    }
    if (passed >= 0) this.#newest = cell;
  }

  #cellOf(at: number): number {
    return Math.floor(at / this.length);
  }

  #placeOf(cell: number): number {
    return ((cell % this.count) + this.count) % this.count;
  }
}
