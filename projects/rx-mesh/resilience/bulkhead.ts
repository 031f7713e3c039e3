import {
  type Clock,
  type PageState,
  alwaysOnline,
  createOptions,
  nonNegative,
  nonNegativeInteger,
} from 'rx-mesh/kernel';
import { Subscription } from 'rxjs';
import { type ConcurrencyLimit, fixedLimit } from './concurrency-limit';
import { BulkheadFullError } from './resilience-errors';

/** Options of a {@link Bulkhead}. */
export interface BulkheadOptions {
  /**
   * How many may run at once: a whole number of at least 1, or a limit that adapts itself, such as `aimdLimit()`.
   * @default 6
   */
  readonly limit?: number | ConcurrencyLimit | undefined;
  /** How many may wait for a slot: a whole number of at least 0. @default 50 */
  readonly queue?: number | undefined;
  /** How long one may wait, in milliseconds, at least 0. @default 10000 */
  readonly maxWait?: number | undefined;
}

/** The options of a {@link Bulkhead} with a value for each. */
export type BulkheadValues = {
  readonly [K in keyof BulkheadOptions]-?: NonNullable<BulkheadOptions[K]>;
};

/** The defaults of bulkheads, and the token by which an application changes them. */
export const BULKHEAD = /* @__PURE__ */ createOptions<BulkheadValues>(
  'BulkheadOptions',
  { limit: 6, queue: 50, maxWait: 10_000 },
  {
    limit: (limit) =>
      typeof limit === 'object' || (Number.isSafeInteger(limit) && limit > 0)
        ? undefined
        : 'a whole number of at least 1, or a ConcurrencyLimit',
    queue: nonNegativeInteger,
    maxWait: (wait) => nonNegative(wait) ?? (wait < 2 ** 31 ? undefined : 'at most 2147483647'),
  },
);

/** Time and the page, as a bulkhead needs them. */
export interface BulkheadPorts {
  /** Measures waits and work. */
  readonly clock: Clock;
  /** Tells which measurements are worth nothing. @default a page that is always well */
  readonly page?: PageState | undefined;
}

/** How the work in a slot ended. `dropped`: the other side is overloaded; `ignored`: nothing is known of it. */
export type SlotOutcome = 'success' | 'dropped' | 'ignored';

/** One who waits for a slot. */
interface Waiting {
  readonly priority: number;
  readonly since: number;
  readonly timer: Subscription;
  readonly go: (slot: BulkheadSlot) => void;
  readonly refuse: (error: BulkheadFullError) => void;
}

/** The leave to run. */
export interface BulkheadSlot {
  /** Gives the slot back. Only the first call counts. */
  release(outcome: SlotOutcome): void;
}

/**
 * Lets only so many run at once, and so many wait: what is slow must not take every connection of the page. Who waits
 * goes by priority, and by arrival among equals; nobody who comes later overtakes. A higher priority that finds the queue
 * full takes the place of the last one of the lowest.
 *
 * @usageNotes
 * ```ts
 * const bulkhead = new Bulkhead('reports', { clock }, { limit: 2, queue: 10 });
 * report$.pipe(resilient(bulkheadPolicy(bulkhead), 'reports'));
 * ```
 */
export class Bulkhead {
  readonly #clock: Clock;
  readonly #page: PageState;
  readonly #queue: Waiting[] = [];
  #options: BulkheadValues;
  #limit: ConcurrencyLimit;
  #running = 0;
  #draining = false;

  /**
   * @param name What errors call it, usually the name of the service.
   * @throws InvalidOptionError when an option is out of its range.
   */
  constructor(
    readonly name: string,
    { clock, page = alwaysOnline }: BulkheadPorts,
    options: BulkheadOptions = {},
  ) {
    this.#clock = clock;
    this.#page = page;
    this.#options = BULKHEAD.resolve(options);
    this.#limit = fixedLimit(this.#options.limit);
  }

  /** How many may run at present. */
  get limit(): number {
    return Math.max(1, Math.floor(this.#limit.value));
  }

  /** How many run. */
  get running(): number {
    return this.#running;
  }

  /** How many wait. */
  get queued(): number {
    return this.#queue.length;
  }

  /** Takes a slot, if one is free and nobody waits for it. */
  tryAcquire(): BulkheadSlot | undefined {
    return this.#running < this.limit && this.#queue.length === 0 ? this.#slot() : undefined;
  }

  /**
   * Waits for a slot.
   *
   * @param priority Who goes first: the higher.
   * @param go Called once, with the slot, when it is this one's turn.
   * @param refuse Called once, when there is no place to wait, or no turn in time.
   * @returns Leaves the queue, if it is unsubscribed before its turn.
   */
  wait(
    priority: number,
    go: (slot: BulkheadSlot) => void,
    refuse: (error: BulkheadFullError) => void,
  ): Subscription {
    const { maxWait, queue } = this.#options;
    const last = this.#queue.at(-1);
    if (this.#queue.length >= queue || maxWait === 0) {
      if (!last || last.priority >= priority || maxWait === 0) {
        refuse(this.#full(0));
        return Subscription.EMPTY;
      }
      this.#refuse(last);
    }
    const timer = new Subscription();
    const waiting = { priority, since: this.#clock.monotonic(), timer, go, refuse };
    timer.add(this.#clock.scheduler.schedule(() => this.#refuse(waiting), maxWait));
    // Behind all who are as important.
    const before = this.#queue.findIndex((other) => other.priority < priority);
    this.#queue.splice(before < 0 ? this.#queue.length : before, 0, waiting);
    return new Subscription(() => this.#leave(waiting));
  }

  /**
   * Goes by other options from now on. Who runs goes on, who waits stays.
   *
   * @throws InvalidOptionError when an option is out of its range; then nothing has changed.
   */
  configure(options: BulkheadOptions): void {
    const before = this.#options;
    this.#options = BULKHEAD.resolve(options, before);
    if (this.#options.limit !== before.limit) this.#limit = fixedLimit(this.#options.limit);
    this.#drain();
  }

  #slot(): BulkheadSlot {
    const inFlight = ++this.#running;
    // Only a limit that learns has to be told anything.
    const learns = typeof this.#options.limit === 'object';
    const since = learns ? this.#clock.monotonic() : 0;
    const interruptions = learns ? this.#page.interruptions : 0;
    let held = true;
    return {
      release: (outcome) => {
        if (!held) return;
        held = false;
        this.#running--;
        if (learns && outcome !== 'ignored' && this.#isSteady(interruptions)) {
          const duration = this.#clock.monotonic() - since;
          this.#limit.sample({ duration, inFlight, dropped: outcome === 'dropped' });
        }
        if (this.#queue.length > 0) this.#drain();
      },
    };
  }

  #isSteady(before: number): boolean {
    const { hidden, interruptions, online } = this.#page;
    return online && !hidden && interruptions === before;
  }

  /** Lets in who waits. In a loop, since work that ends at once would come back here from inside. */
  #drain(): void {
    if (this.#draining) return;
    this.#draining = true;
    try {
      while (this.#running < this.limit) {
        const [next] = this.#queue;
        if (!next) return;
        // A timer that the page slept through is not over yet, but the time is.
        if (this.#clock.monotonic() - next.since > this.#options.maxWait) {
          this.#refuse(next);
        } else {
          this.#leave(next);
          next.go(this.#slot());
        }
      }
    } finally {
      this.#draining = false;
    }
  }

  #refuse(waiting: Waiting): void {
    if (!this.#leave(waiting)) return;
    waiting.refuse(this.#full(this.#clock.monotonic() - waiting.since));
  }

  #leave(waiting: Waiting): boolean {
    const at = this.#queue.indexOf(waiting);
    if (at < 0) return false;
    this.#queue.splice(at, 1);
    waiting.timer.unsubscribe();
    return true;
  }

  #full(waited: number): BulkheadFullError {
    return new BulkheadFullError(this.name, this.limit, waited);
  }
}
