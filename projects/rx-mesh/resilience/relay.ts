import { type Observer, type Subscriber, Subscription } from 'rxjs';

/** Who is downstream of a policy. */
export type Downstream<T> = Pick<Subscriber<T>, 'next' | 'error' | 'complete' | 'add' | 'closed'>;

/**
 * Stands between a source and its subscriber, and passes everything on. It is a subscription itself, which RxJS takes as
 * a subscriber without wrapping it in another: a policy on the way of every call costs one object, and a source that
 * emits inside of `subscribe` sees at once that nobody listens any more.
 */
export class Relay<T> extends Subscription implements Observer<T> {
  #ended = false;

  constructor(protected readonly out: Downstream<T>) {
    super();
    out.add(this);
  }

  next(value: T): void {
    if (!this.#ended) this.out.next(value);
  }

  error(error: unknown): void {
    if (this.#end()) this.failed(error);
    this.unsubscribe();
  }

  complete(): void {
    if (this.#end()) this.completed();
    this.unsubscribe();
  }

  override unsubscribe(): void {
    if (this.closed) return;
    // Before the source is torn down, so that a teardown that throws cannot keep the outcome back.
    if (this.#end()) this.left();
    super.unsubscribe();
  }

  /** Ends the source as if the subscriber had left, and says whether it was still under way. */
  protected stop(): boolean {
    const first = this.#end();
    this.unsubscribe();
    return first;
  }

  /** Whether values still count. */
  protected get live(): boolean {
    return !this.#ended;
  }

  /** The source failed. */
  protected failed(error: unknown): void {
    this.out.error(error);
  }

  /** The source completed. */
  protected completed(): void {
    this.out.complete();
  }

  /** The subscriber left before an end. */
  protected left(): void {
    // Nothing is held here.
  }

  #end(): boolean {
    if (this.#ended) return false;
    this.#ended = true;
    return true;
  }
}

/** A relay that knows whether there was an answer: who leaves after it was served, who leaves before has cancelled. */
export class AnswerRelay<T> extends Relay<T> {
  protected answered = false;
  readonly #isAnswer: ((value: unknown) => boolean) | undefined;

  constructor(out: Downstream<T>, isAnswer: ((value: unknown) => boolean) | undefined) {
    super(out);
    this.#isAnswer = isAnswer;
  }

  override next(value: T): void {
    if (!this.live) return;
    const isAnswer = this.#isAnswer;
    if (!isAnswer) this.answered = true;
    else {
      try {
        if (isAnswer(value)) this.answer();
      } catch (bug) {
        // A bug on this side, and no failure of the work: as if somebody had left.
        if (this.stop()) this.left();
        this.out.error(bug);
        return;
      }
    }
    super.next(value);
  }

  /** The value that is about to be passed on is the answer. */
  protected answer(): void {
    this.answered = true;
  }
}
