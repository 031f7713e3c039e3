import { type Clock, createOptions, waitable } from 'rx-mesh/kernel';
import { Observable } from 'rxjs';
import { type ResiliencePolicy, definePolicy } from './policy';
import { type Downstream, Relay } from './relay';
import { CallTimeoutError } from './resilience-errors';

/** Options of {@link timeoutPolicy}. */
export interface TimeoutOptions {
  /** The most time from subscribe to completion, in milliseconds: above 0 and at most 2147483647. @default 5000 */
  readonly limit?: number | undefined;
  /** What the limit is for, as the error tells it. @default 'attempt' */
  readonly scope?: 'attempt' | 'call' | undefined;
}

/** The options of {@link timeoutPolicy} with a value for each. */
export type TimeoutValues = {
  readonly [K in keyof TimeoutOptions]-?: NonNullable<TimeoutOptions[K]>;
};

/** The defaults of time-outs, and the token by which an application changes them. */
export const TIMEOUT = /* @__PURE__ */ createOptions<TimeoutValues>(
  'TimeoutOptions',
  { limit: 5000, scope: 'attempt' },
  { limit: waitable },
);

/**
 * Ends work that takes too long with a {@link CallTimeoutError}. The work is cancelled first; who hears of the error
 * finds nothing under way. The limit is for the whole of it, not for the pauses between values as in the `timeout` of
 * RxJS; a request that shows progress can hang, too.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * report$.pipe(resilient(timeoutPolicy({ clock }, { limit: 2000 }), 'report'));
 * ```
 */
export function timeoutPolicy(
  { clock }: { readonly clock: Clock },
  options: TimeoutOptions = {},
): ResiliencePolicy {
  const { limit, scope } = TIMEOUT.resolve(options);
  return definePolicy(scope === 'call' ? 'deadline' : 'timeout', (source, { name }) => {
    const late = () => new CallTimeoutError(name, limit, scope);
    return new Observable((out) => {
      const limited = new Limited(out, late);
      source.subscribe(limited);
      // What ended inside of `subscribe` never had to be timed.
      if (!limited.closed) limited.start(clock, limit);
    });
  });
}

class Limited<T> extends Relay<T> {
  readonly #late: () => CallTimeoutError;
  #clock: Clock | undefined;
  #due = Infinity;

  constructor(out: Downstream<T>, late: () => CallTimeoutError) {
    super(out);
    this.#late = late;
  }

  start(clock: Clock, limit: number): void {
    this.#clock = clock;
    this.#due = clock.monotonic() + limit;
    this.add(clock.scheduler.schedule(() => this.#cutOff(), limit));
  }

  override next(value: T): void {
    if (!this.#over()) super.next(value);
  }

  override error(error: unknown): void {
    if (!this.#over()) super.error(error);
  }

  override complete(): void {
    if (!this.#over()) super.complete();
  }

  /** A page that stood still runs what was due in any order: what came late is late, whoever is first. */
  #over(): boolean {
    const isLate = this.#clock !== undefined && this.#clock.monotonic() >= this.#due;
    if (isLate) this.#cutOff();
    return isLate;
  }

  #cutOff(): void {
    // First the work is torn down. An error that is told before that finds it still running.
    if (this.stop()) this.out.error(this.#late());
  }
}
