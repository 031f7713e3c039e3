import type { Clock } from './clock';
import { createOptions, positive, positiveInteger } from './options';
import { type Outcome, OutcomeCells, type WindowTotals } from './outcome-cells';

/** Adds up the latest outcomes: by number ({@link CountWindow}) or by age ({@link TimeWindow}). */
export interface SlidingWindow {
  /**
   * Adds one outcome.
   *
   * @param now A reading of the monotonic clock that the caller has at hand. @default a new one
   */
  record(outcome: Outcome, now?: number): void;
  /**
   * What is in the window now.
   *
   * @param now A reading of the monotonic clock that the caller has at hand. @default a new one
   */
  totals(now?: number): WindowTotals;
  /** Forgets everything. */
  reset(): void;
}

/** Options of a {@link TimeWindow}. */
export interface TimeWindowOptions {
  /** How far back it looks, in milliseconds, above 0. @default 30000 */
  readonly length?: number | undefined;
  /** Into how many buckets the length is cut: the more, the smoother the edge. @default 10 */
  readonly buckets?: number | undefined;
}

const TIME_WINDOW = /* @__PURE__ */ createOptions(
  'TimeWindowOptions',
  { length: 30_000, buckets: 10 },
  { length: positive, buckets: positiveInteger },
);
const COUNT_WINDOW = /* @__PURE__ */ createOptions(
  'CountWindowOptions',
  { size: 100 },
  { size: positiveInteger },
);

/**
 * The outcomes of the last while, in buckets.
 *
 * Buckets are cleared by arithmetic when the window is read or written, on the monotonic clock: there is no timer,
 * a jump of the wall clock changes nothing, and an hour of silence costs the same as a millisecond. What it reports
 * covers at least `length - length / buckets` and at most `length`.
 *
 * @usageNotes
 * ```ts
 * const window = new TimeWindow(inject(CLOCK), { length: 10_000 });
 * window.record({ failed: true });
 * window.totals().failureRate; // 1
 * ```
 */
export class TimeWindow implements SlidingWindow {
  readonly #clock: Clock;
  readonly #length: number;
  readonly #buckets: number;
  readonly #cells: OutcomeCells;
  // Where a monotonic clock starts is its own affair, below zero even.
  #origin: number;
  #current = 0;

  /** @throws InvalidOptionError when an option is out of its range. */
  constructor(clock: Clock, options: TimeWindowOptions = {}) {
    const { length, buckets } = TIME_WINDOW.resolve(options);
    this.#clock = clock;
    this.#length = length;
    this.#buckets = buckets;
    this.#cells = new OutcomeCells(buckets);
    this.#origin = clock.monotonic();
  }

  /** Adds one outcome at the present time. */
  record(outcome: Outcome, now = this.#clock.monotonic()): void {
    this.#advance(now);
    this.#cells.add(this.#current % this.#buckets, outcome);
  }

  /** What is in the window now. */
  totals(now = this.#clock.monotonic()): WindowTotals {
    this.#advance(now);
    return this.#cells.totals();
  }

  /**
   * A window of another length that remembers what this one does, as far back as it reaches. Each bucket is put where
   * its end falls.
   *
   * @throws InvalidOptionError when an option is out of its range.
   */
  resized(options: TimeWindowOptions): TimeWindow {
    const now = this.#clock.monotonic();
    this.#advance(now);
    const next = new TimeWindow(this.#clock, options);
    const width = this.#length / this.#buckets;
    // The new one begins as far back as it reaches, so that its present bucket is its last.
    next.#origin = now - next.#length;
    next.#current = next.#buckets;
    for (let age = 0; age < this.#buckets && age <= this.#current; age++) {
      const ended = Math.min(now, this.#origin + (this.#current - age + 1) * width);
      const steps = Math.floor(((now - ended) * next.#buckets) / next.#length);
      if (steps >= next.#buckets) break;
      const cell = (next.#current - steps) % next.#buckets;
      next.#cells.absorb(cell, this.#cells, (this.#current - age) % this.#buckets);
    }
    return next;
  }

  /** Forgets everything. */
  reset(): void {
    this.#cells.clearAll();
  }

  #advance(now: number): void {
    const elapsed = now - this.#origin;
    // Multiplied first: a bucket length with a rounded fraction would put the end of the window beside its bucket.
    const bucket = Math.floor((elapsed * this.#buckets) / this.#length);
    const passed = bucket - this.#current;
    if (passed >= this.#buckets) this.#cells.clearAll();
    // In steps from here: beyond 2^53 the number of a bucket and the next one are the same, so counting up to it from
    // the present one would never end.
    else for (let i = 1; i <= passed; i++) this.#cells.clear((this.#current + i) % this.#buckets);
    if (passed > 0) this.#current = bucket;
  }
}

/**
 * The last so many outcomes.
 *
 * @usageNotes
 * ```ts
 * const window = new CountWindow(20);
 * window.record({ failed: false, duration: 12 });
 * ```
 */
export class CountWindow implements SlidingWindow {
  readonly #size: number;
  readonly #cells: OutcomeCells;
  #next = 0;
  #count = 0;

  /**
   * @param size How many outcomes it holds: a whole number of at least 1. @default 100
   * @throws InvalidOptionError when the size is out of its range.
   */
  constructor(size?: number) {
    this.#size = COUNT_WINDOW.resolve({ size }).size;
    this.#cells = new OutcomeCells(this.#size);
  }

  /** Adds one outcome in the place of the oldest. */
  record(outcome: Outcome): void {
    this.#cells.clear(this.#next);
    this.#cells.add(this.#next, outcome);
    this.#next = (this.#next + 1) % this.#size;
    this.#count = Math.min(this.#size, this.#count + 1);
  }

  /** What is in the window now. */
  totals(): WindowTotals {
    return this.#cells.totals();
  }

  /**
   * A window of another size with the newest outcomes of this one.
   *
   * @throws InvalidOptionError when the size is out of its range.
   */
  resized(size: number): CountWindow {
    const next = new CountWindow(size);
    next.#count = Math.min(this.#count, size);
    next.#next = next.#count % size;
    for (let i = 0; i < next.#count; i++) {
      const back = next.#count - i;
      next.#cells.absorb(i, this.#cells, (this.#next - back + this.#size) % this.#size);
    }
    return next;
  }

  /** Forgets everything. */
  reset(): void {
    this.#cells.clearAll();
    this.#count = 0;
  }
}
