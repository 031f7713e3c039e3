import type { CallContext } from './policy';
import { AnswerRelay, type Downstream } from './relay';

/** Passes everything on but the failure, which somebody else deals with once the source is torn down. */
export class Failing<T> extends AnswerRelay<T> {
  readonly #deal: (error: unknown) => void;

  constructor(
    out: Downstream<T>,
    isAnswer: CallContext['isAnswer'],
    deal: (error: unknown) => void,
  ) {
    super(out, isAnswer);
    this.#deal = deal;
  }

  protected override failed(error: unknown): void {
    this.unsubscribe();
    this.#deal(error);
  }
}
