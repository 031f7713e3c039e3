import { type Subscriber, Subscription } from 'rxjs';
import { aside } from 'rx-mesh/kernel';
import type { CacheOptionValues } from '../cache-options';
import type { CachedValue, Capture } from '../cached-value';

/** A load under way, and those who wait for it. */
export class Flight {
  /** Who waits, with what each allows. */
  readonly callers = new Map<Subscriber<unknown>, CacheOptionValues>();
  /** What is done for it: when this ends, all of it ends, and who waits still is completed. */
  readonly work = new Subscription(() => {
    for (const caller of this.callers.keys()) caller.complete();
  });
  /** Whether its soft time-out is over. */
  isLate = false;
  #isKept = false;

  constructor(
    /** What is loaded. */
    readonly key: string,
    /** The options of the caller who started it. */
    readonly options: CacheOptionValues,
    /** What was in force when it began. */
    readonly capture: Capture,
    /** What there is of the key already. */
    public known: CachedValue | undefined,
  ) {}

  /** Adds a caller. Without one it is the cache itself that wants the value, whoever else leaves. */
  join(options: CacheOptionValues, caller?: Subscriber<unknown>): void {
    if (!caller) {
      this.#isKept = true;
      return;
    }
    this.callers.set(caller, options);
    caller.add(() => {
      if (this.callers.delete(caller)) this.#endIfIdle();
    });
  }

  /** Gives a caller a value of before, while the load goes on. */
  serve(caller: Subscriber<unknown>, value: unknown): void {
    this.#isKept = true;
    this.callers.delete(caller);
    give(caller, value);
  }

  /** The cache itself does not want it any more. */
  release(): void {
    this.#isKept = false;
    this.#endIfIdle();
  }

  /** Ends it, before anybody hears of the end. @returns those who are to be told. */
  end(): readonly (readonly [Subscriber<unknown>, CacheOptionValues])[] {
    const callers = [...this.callers];
    this.callers.clear();
    // A factory whose teardown throws must not keep the outcome from those who wait.
    aside(() => this.work.unsubscribe());
    return callers;
  }

  #endIfIdle(): void {
    if (!this.#isKept && this.callers.size === 0) this.work.unsubscribe();
  }
}

/** The one value of a caller. */
export function give(caller: Subscriber<unknown>, value: unknown): void {
  caller.next(value);
  caller.complete();
}
