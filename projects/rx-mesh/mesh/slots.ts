import { Observable, type Subscriber, Subscription } from 'rxjs';

/** Lets so much work run at once, first come, first served; the rest waits. Work that is left gives its place to the next. */
export class Slots {
  readonly #limit: number;
  readonly #waiting = new Set<() => void>();
  #held = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** How many wait. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Whether nobody is in and nobody waits. */
  get idle(): boolean {
    return this.#held === 0 && this.#waiting.size === 0;
  }

  /** Runs the work as soon as there is a slot, and gives it back when the work ends or is left. */
  hold<T>(work: Observable<T>): Observable<T> {
    return new Observable((subscriber) => this.#enter(work, subscriber));
  }

  #enter<T>(work: Observable<T>, subscriber: Subscriber<T>): Subscription {
    const teardown = new Subscription();
    const start = (): void => {
      this.#held++;
      // Before the work, which may end at once.
      teardown.add(() => this.#leave());
      teardown.add(work.subscribe(subscriber));
    };
    if (this.#held < this.#limit) start();
    else {
      this.#waiting.add(start);
      teardown.add(() => this.#waiting.delete(start));
    }
    return teardown;
  }

  #leave(): void {
    this.#held--;
    for (const next of this.#waiting) {
      this.#waiting.delete(next);
      next();
      return;
    }
  }
}
