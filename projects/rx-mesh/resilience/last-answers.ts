import { type Clock, createOptions, positive, positiveInteger } from 'rx-mesh/kernel';

/** Options of {@link LastAnswers}. */
export interface LastAnswersOptions {
  /** How old an answer may be, in milliseconds, above 0. @default 300000 */
  readonly maxAge?: number | undefined;
  /** How many answers are kept, at least 1. The one that was used longest ago goes first. @default 100 */
  readonly maxEntries?: number | undefined;
}

/** The options of {@link LastAnswers} with a value for each. */
export type LastAnswersValues = {
  readonly [K in keyof LastAnswersOptions]-?: NonNullable<LastAnswersOptions[K]>;
};

const LAST_ANSWERS = /* @__PURE__ */ createOptions<LastAnswersValues>(
  'LastAnswersOptions',
  { maxAge: 300_000, maxEntries: 100 },
  { maxAge: positive, maxEntries: positiveInteger },
);

/** An earlier answer. */
export interface LastAnswer<T = unknown> {
  /** What was answered. */
  readonly value: T;
  /** How long ago, in milliseconds. */
  readonly age: number;
}

/**
 * The last good answer of each call, in the memory of the page. It is not a cache: an answer is used only in place of a
 * failure. Clear it when the user changes.
 *
 * @usageNotes
 * ```ts
 * const answers = new LastAnswers({ clock: inject(CLOCK) }, { maxAge: 60_000 });
 * rates$.pipe(resilient(stalePolicy(answers), { name: 'rates', key: `${userId} EUR` }));
 * ```
 */
export class LastAnswers {
  readonly #clock: Clock;
  readonly #options: LastAnswersValues;
  // In the order of their use, the oldest first.
  readonly #entries = new Map<string, { readonly value: unknown; readonly at: number }>();

  /** @throws InvalidOptionError when an option is out of its range. */
  constructor({ clock }: { readonly clock: Clock }, options: LastAnswersOptions = {}) {
    this.#clock = clock;
    this.#options = LAST_ANSWERS.resolve(options);
  }

  /** How many answers are kept. */
  get size(): number {
    return this.#entries.size;
  }

  /** Keeps an answer in place of the one before. */
  keep(key: string, value: unknown): void {
    this.#entries.delete(key);
    this.#entries.set(key, { value, at: this.#clock.monotonic() });
    if (this.#entries.size <= this.#options.maxEntries) return;
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }

  /**
   * The last answer, unless it is too old.
   *
   * @param maxAge How old it may be, in milliseconds. @default the `maxAge` of the options, which is also the most
   */
  recall(key: string, maxAge = Infinity): LastAnswer | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    const age = this.#clock.monotonic() - entry.at;
    if (age > this.#options.maxAge) this.#entries.delete(key);
    else if (age <= maxAge) {
      this.#entries.delete(key);
      this.#entries.set(key, entry);
      return { value: entry.value, age };
    }
    return undefined;
  }

  /** Forgets everything: at the latest when the user signs out. */
  clear(): void {
    this.#entries.clear();
  }
}
