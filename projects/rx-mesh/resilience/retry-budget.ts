import { createOptions, fraction, nonNegative, positive } from 'rx-mesh/kernel';

/** Whether a retry may be spent. {@link RetryBudget} is the one to use. */
export interface RetryAllowance {
  /** Takes the price of one retry, if it is there. */
  trySpend(): boolean;
  /** Some work succeeded. */
  succeeded(): void;
}

/** Options of a {@link RetryBudget}. */
export interface RetryBudgetOptions {
  /** The most retries that can be saved up, at least 1. @default 10 */
  readonly capacity?: number | undefined;
  /** How many retries there are to begin with, at least 0 and at most `capacity`. @default 2 */
  readonly initial?: number | undefined;
  /** What part of a retry each success earns, from 0 to 1: in the long run, retries are that share of calls. @default 0.2 */
  readonly ratio?: number | undefined;
}

/** The options of a {@link RetryBudget} with a value for each. */
export type RetryBudgetValues = {
  readonly [K in keyof RetryBudgetOptions]-?: NonNullable<RetryBudgetOptions[K]>;
};

/** The defaults of retry budgets, and the token by which an application changes them. */
export const RETRY_BUDGET = /* @__PURE__ */ createOptions<RetryBudgetValues>(
  'RetryBudgetOptions',
  { capacity: 10, initial: 2, ratio: 0.2 },
  {
    capacity: (value) =>
      positive(value) === undefined && value >= 1 ? undefined : 'a number of at least 1',
    initial: nonNegative,
    ratio: fraction,
  },
  ({ capacity, initial }) =>
    initial > capacity ? ['initial', `at most capacity, which is ${capacity}`] : undefined,
);

/**
 * Keeps retries in proportion: each costs a token, each success earns a part of one. While a service fails there are no
 * successes, so the retries of all callers that share the budget run dry, and no storm begins (the retry throttling of
 * gRPC A6 and the budgets of Finagle work alike). One for each origin.
 *
 * @usageNotes
 * ```ts
 * const budget = new RetryBudget({ ratio: 0.1 });
 * const policy = retryPolicy({ clock, random }, { budget });
 * ```
 */
export class RetryBudget implements RetryAllowance {
  #options: RetryBudgetValues;
  #tokens: number;

  /** @throws InvalidOptionError when an option is out of its range. */
  constructor(options: RetryBudgetOptions = {}) {
    this.#options = RETRY_BUDGET.resolve(options);
    this.#tokens = this.#options.initial;
  }

  /** How many retries there are, with fractions. */
  get tokens(): number {
    return this.#tokens;
  }

  /** Takes one token, if there is a whole one. */
  trySpend(): boolean {
    // What is earned in tenths does not add up to one exactly.
    if (this.#tokens < 1 - 1e-9) return false;
    this.#tokens = Math.max(0, this.#tokens - 1);
    return true;
  }

  /** Earns a part of a token, up to the capacity. */
  succeeded(): void {
    const { capacity, ratio } = this.#options;
    this.#tokens = Math.min(capacity, this.#tokens + ratio);
  }

  /**
   * Goes by other options from now on. What is saved up keeps its proportion to the capacity.
   *
   * @throws InvalidOptionError when an option is out of its range; then nothing has changed.
   */
  configure(options: RetryBudgetOptions): void {
    const before = this.#options;
    this.#options = RETRY_BUDGET.resolve(options, before);
    this.#tokens *= this.#options.capacity / before.capacity;
  }
}

/** No limit but that of the policy itself. */
export const noBudget: RetryAllowance = {
  trySpend: () => true,
  succeeded: () => {
    // Nobody counts.
  },
};
