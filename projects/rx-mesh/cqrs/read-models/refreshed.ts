import {
  type Clock,
  type PageState,
  type RandomSource,
  backoffDelays,
  exponentialBackoff,
  isServer,
} from 'rx-mesh/kernel';
import {
  NEVER,
  Observable,
  type Subscriber,
  type Subscription,
  defer,
  filter,
  merge,
  take,
  tap,
  throwIfEmpty,
  timer,
} from 'rxjs';

/** What looking again stands on. */
export interface RefreshPorts {
  readonly clock: Clock;
  readonly page: PageState;
  readonly random: RandomSource;
}

/** What becomes of a look that failed: tried again by itself, left until something changes, or the end of the stream. */
export type FailureVerdict = 'again' | 'wait' | 'fatal';

/** How to look again and again. */
export interface RefreshPlan<T> {
  /** Looks once. The first value counts. */
  readonly look: () => Observable<T>;
  /** Something may have changed. */
  readonly wake$: Observable<unknown>;
  /** The least time between the beginnings of two looks, in milliseconds, above 0. */
  readonly throttle: number;
  /** After how many milliseconds it looks first. @default 0 */
  readonly firstIn?: number | undefined;
  /** Looks by itself each so many milliseconds, while the page is seen. @default never */
  readonly every?: number | undefined;
  /** Hears that something may have changed. */
  readonly onWake?: (() => void) | undefined;
  /** Hears that a look begins. */
  readonly onLook?: (() => void) | undefined;
  /** Hears of an answer: when its look began, and whether something has changed since. */
  readonly onAnswer?: ((answer: T, began: number, isStale: boolean) => void) | undefined;
  /** Decides on a failure. */
  readonly onFailure: (error: unknown) => FailureVerdict;
}

/**
 * What a look gives, now and whenever something may have changed. One look at a time: changes that come meanwhile lead to
 * exactly one more. A look that fails is tried again after longer and longer waits, and is no error of the stream. On a
 * server it completes after the first. Nothing ticks after the last subscriber.
 */
export function refreshed<T>(ports: RefreshPorts, plan: RefreshPlan<T>): Observable<T> {
  return new Observable<T>((subscriber) => {
    new Refresher(ports, plan, subscriber).start();
  });
}

class Refresher<T> {
  readonly #ports: RefreshPorts;
  readonly #plan: RefreshPlan<T>;
  readonly #subscriber: Subscriber<T>;
  #timer: Subscription | undefined;
  #due = Infinity;
  #began = -Infinity;
  #isBusy = true;
  #isDirty = false;
  #waits: Generator<number, never> | undefined;

  constructor(ports: RefreshPorts, plan: RefreshPlan<T>, subscriber: Subscriber<T>) {
    this.#ports = ports;
    this.#plan = plan;
    this.#subscriber = subscriber;
  }

  start(): void {
    const { wake$, firstIn = 0 } = this.#plan;
    const subscriber = this.#subscriber;
    subscriber.add(() => this.#disarm());
    // Heard first and looked second, so that no change falls between the two.
    if (!isServer()) {
      const heard = merge(wake$.pipe(tap(() => this.#wake())), this.#ticks());
      subscriber.add(heard.subscribe({ error: () => undefined }));
    }
    this.#isBusy = false;
    this.#lookIn(this.#isDirty || isServer() ? 0 : firstIn);
  }

  #ticks(): Observable<unknown> {
    const { every } = this.#plan;
    const { clock, page } = this.#ports;
    if (every === undefined) return NEVER;
    return timer(every, every, clock.scheduler).pipe(
      // A look that is planned already is soon enough, above all one that waits after a failure.
      filter(() => !page.hidden && !this.#isBusy && !this.#timer),
      tap(() => this.#look()),
    );
  }

  #wake(): void {
    this.#isDirty = true;
    this.#plan.onWake?.();
    if (!this.#isBusy) this.#lookSoon();
  }

  #lookSoon(): void {
    this.#lookIn(this.#began + this.#plan.throttle - this.#ports.clock.monotonic());
  }

  #lookIn(wait: number): void {
    if (this.#subscriber.closed) return;
    if (wait <= 0) {
      this.#look();
      return;
    }
    const { clock } = this.#ports;
    const due = clock.monotonic() + wait;
    if (this.#due <= due) return;
    this.#disarm();
    this.#due = due;
    this.#timer = timer(wait, clock.scheduler)
      .pipe(tap(() => this.#look()))
      .subscribe();
  }

  #disarm(): void {
    this.#timer?.unsubscribe();
    this.#timer = undefined;
    this.#due = Infinity;
  }

  #look(): void {
    this.#disarm();
    this.#isBusy = true;
    this.#isDirty = false;
    this.#began = this.#ports.clock.monotonic();
    this.#plan.onLook?.();
    const look$ = defer(this.#plan.look).pipe(take(1), throwIfEmpty());
    this.#subscriber.add(
      look$.subscribe({
        next: (answer) => this.#answer(answer),
        error: (error: unknown) => this.#fail(error),
      }),
    );
  }

  #answer(answer: T): void {
    this.#isBusy = false;
    this.#waits = undefined;
    this.#plan.onAnswer?.(answer, this.#began, this.#isDirty);
    this.#subscriber.next(answer);
    if (isServer()) this.#subscriber.complete();
    else if (this.#isDirty && !this.#isLooking()) this.#lookSoon();
  }

  #fail(error: unknown): void {
    this.#isBusy = false;
    const verdict = this.#plan.onFailure(error);
    if (verdict === 'fatal') this.#subscriber.error(error);
    else if (isServer()) this.#subscriber.complete();
    else if (this.#isDirty) this.#lookSoon();
    else if (verdict === 'again') this.#lookIn(this.#nextWait());
  }

  // Whoever took the answer may have changed something, and so have begun the next look.
  #isLooking(): boolean {
    return this.#isBusy;
  }

  #nextWait(): number {
    this.#waits ??= backoffDelays(
      exponentialBackoff({ initial: 1000, max: 30_000, jitter: 'equal' }),
      this.#ports.random,
    );
    return this.#waits.next().value;
  }
}
