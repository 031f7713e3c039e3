import { untracked } from '@angular/core';
import type { Subject } from 'rxjs';

/**
 * Lets a subject speak in turns: what a listener emits or ends while listeners are being told waits until all have
 * heard the present value, so that everybody hears the same order.
 *
 * Listeners run outside of the reactive context of whoever emits; else an `effect` that writes to a store would
 * come to depend on every signal that some listener reads.
 */
export class TurnQueue<T> {
  readonly #subject: Subject<T>;
  readonly #waiting: T[] = [];
  #telling = false;
  #ended = false;

  constructor(subject: Subject<T>) {
    this.#subject = subject;
  }

  /** Tells the listeners now, or after what is being told. */
  next(value: T): void {
    if (this.#ended) return;
    this.#waiting.push(value);
    if (!this.#telling) this.#tell();
  }

  /** Ends the stream after all values before it. Later values are ignored. */
  complete(): void {
    this.#ended = true;
    if (!this.#telling) this.#subject.complete();
  }

  #tell(): void {
    this.#telling = true;
    untracked(() => {
      // RxJS reports what a listener throws by itself, later: `next` never throws.
      while (this.#waiting.length > 0) this.#subject.next(this.#waiting.shift() as T);
    });
    this.#telling = false;
    if (this.#ended) this.#subject.complete();
  }
}
