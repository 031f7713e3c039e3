import {
  type Clock,
  type Backoff,
  type PageState,
  createOptions,
  exponentialBackoff,
  nonNegative,
  nonNegativeInteger,
} from 'rx-mesh/kernel';
import { Observable, type Subscriber, type Subscription } from 'rxjs';
import { isTransientError } from './error-verdict';
import { pause, whenOnline } from './pause';
import {
  type CallContext,
  type ResiliencePolicy,
  type ResiliencePorts,
  definePolicy,
} from './policy';
import { AnswerRelay, type Downstream } from './relay';
import { RetriesExhaustedError } from './resilience-errors';
import { retryAfterOf } from './retry-after';
import { type RetryAllowance, noBudget } from './retry-budget';

/** Options of {@link retryPolicy}. */
export interface RetryOptions {
  /** How many new attempts there may be after the first: a whole number of at least 0. @default 2 */
  readonly retries?: number | undefined;
  /**
   * How long to wait before each. A wait that is `NaN` or above 2147483647 ms means that there is none; one below 0
   * counts as 0. @default `exponentialBackoff()`: 200 ms, doubling, full jitter, at most 10 s
   */
  readonly backoff?: Backoff | undefined;
  /** Whether a failure is worth a new attempt. @default {@link isTransientError} */
  readonly isRetryable?: ((error: unknown) => boolean) | undefined;
  /**
   * What all who call the same origin may spend on retries together: see `RetryBudget`. Without a token there is no new
   * attempt. @default no limit but `retries`
   */
  readonly budget?: RetryAllowance | undefined;
  /**
   * For how long a failure asks to wait, in milliseconds, by an error and the clock; no wait is shorter. `undefined`, 0 and
   * less ask for nothing. @default {@link retryAfterOf}: the `Retry-After` header of an answer
   */
  readonly retryAfter?: ((error: unknown, clock: Clock) => number | undefined) | undefined;
  /**
   * The longest wait that a `Retry-After` of the server is followed for, in milliseconds, at least 0. One that asks for
   * more is not tried again: to come back early would be of no use. @default 60000
   */
  readonly maxRetryAfter?: number | undefined;
}

/** The options of {@link retryPolicy} with a value for each. */
export type RetryValues = {
  readonly [K in keyof RetryOptions]-?: NonNullable<RetryOptions[K]>;
};

// A timer of the platform that is longer overflows, and is over at once: a storm instead of a pause.
const LONGEST_WAIT = 2_147_483_647;

/** The defaults of retries, and the token by which an application changes them. */
export const RETRY = /* @__PURE__ */ createOptions<RetryValues>(
  'RetryOptions',
  {
    retries: 2,
    backoff: /* @__PURE__ */ exponentialBackoff(),
    isRetryable: isTransientError,
    budget: noBudget,
    retryAfter: retryAfterOf,
    maxRetryAfter: 60_000,
  },
  { retries: nonNegativeInteger, maxRetryAfter: nonNegative },
);

/**
 * Runs failed work again: only work that is idempotent, only after a failure that may pass, never beyond the deadline
 * of the call, and with waits that are spread by chance so that clients which failed together do not return together.
 *
 * Values that the work emitted before it failed have been passed on, and come again; a new attempt never begins before
 * the failed one is torn down. What `isRetryable` or `backoff` throws is the error of the stream.
 *
 * Without a network nothing is sent: the new attempt waits until the browser is online, and then a while by chance. The
 * failure of an attempt in the meantime costs nothing of the budget. A wait that the page slept through is prolonged by
 * chance, so that not all tabs and calls that wake up send at once.
 *
 * A failure that is not worth a new attempt is passed on as it is, be it the first or the last; so is the only failure of
 * work that was tried once. When attempts or time run out after several, the error is a {@link RetriesExhaustedError}.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * prices$.pipe(resilient(retryPolicy({ clock, random }, { retries: 3 }), 'prices'));
 * ```
 */
export function retryPolicy(ports: ResiliencePorts, options: RetryOptions = {}): ResiliencePolicy {
  const resolved = RETRY.resolve(options);
  return definePolicy('retry', (source, context) =>
    context.idempotent === false || resolved.retries === 0
      ? source
      : new Observable((out) => new Attempts(source, out, context, ports, resolved).next()),
  );
}

/** The attempts of one subscription, one after the other. */
class Attempts<T> {
  readonly #failures: unknown[] = [];
  #previous = 0;

  constructor(
    private readonly source: Observable<T>,
    private readonly out: Subscriber<T>,
    private readonly context: CallContext,
    private readonly ports: ResiliencePorts,
    private readonly options: RetryValues,
  ) {}

  /** Begins a new one. Never inside of the one before, which is torn down by then. */
  next(): void {
    this.source.subscribe(new Attempt(this.out, this.context.isAnswer, this));
  }

  succeeded(): void {
    this.options.budget.succeeded();
  }

  failed(error: unknown): void {
    try {
      this.#after(error);
    } catch (bug) {
      this.out.error(bug);
    }
  }

  #after(error: unknown): void {
    const { budget, isRetryable } = this.options;
    const { page } = this.ports;
    this.#failures.push(error);
    if (!isRetryable(error)) {
      this.out.error(error);
      return;
    }
    const delay = this.#delay(error);
    const isOffline = page?.online === false;
    // Without a network nobody was burdened, and nobody will be before it is back.
    if (delay === undefined || !(isOffline || budget.trySpend())) {
      this.#exhausted(error);
      return;
    }
    const attempt = this.#failures.length;
    this.context.observe?.({ type: 'retry-scheduled', attempt, delay, error });
    this.out.add(
      isOffline
        ? this.#online(page, delay)
        : pause(delay, this.ports, () => this.next(), this.context.deadline),
    );
  }

  #online(page: PageState, delay: number): Subscription {
    this.context.observe?.({ type: 'waiting', reason: 'offline' });
    const waiting = whenOnline(page, { ...this.ports, spread: delay }, () => this.next());
    const { clock } = this.ports;
    const { deadline } = this.context;
    if (deadline !== undefined) {
      const over = (): void => {
        waiting.unsubscribe();
        this.#exhausted(this.#failures.at(-1));
      };
      waiting.add(clock.scheduler.schedule(over, deadline - clock.monotonic()));
    }
    return waiting;
  }

  #delay(error: unknown): number | undefined {
    const { backoff, maxRetryAfter, retries, retryAfter } = this.options;
    const { clock, random } = this.ports;
    const failed = this.#failures.length;
    const asked = failed > retries ? 0 : (retryAfter(error, clock) ?? 0);
    if (failed > retries || asked > maxRetryAfter) return undefined;
    this.#previous = backoff(failed - 1, random, this.#previous);
    const delay = Math.max(this.#previous, asked);
    const isInTime = clock.monotonic() + delay < (this.context.deadline ?? Infinity);
    return delay <= LONGEST_WAIT && isInTime ? delay : undefined;
  }

  #exhausted(error: unknown): void {
    const failures = this.#failures;
    this.out.error(
      failures.length === 1 ? error : new RetriesExhaustedError(this.context.name, failures),
    );
  }
}

class Attempt<T> extends AnswerRelay<T> {
  readonly #all: Attempts<T>;

  constructor(out: Downstream<T>, isAnswer: CallContext['isAnswer'], all: Attempts<T>) {
    super(out, isAnswer);
    this.#all = all;
  }

  protected override failed(error: unknown): void {
    // Torn down first: what comes next must not run beside it.
    this.unsubscribe();
    this.#all.failed(error);
  }

  protected override completed(): void {
    this.#all.succeeded();
    super.completed();
  }

  protected override left(): void {
    if (this.answered) this.#all.succeeded();
  }
}
