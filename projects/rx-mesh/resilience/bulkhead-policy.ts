import { aside } from 'rx-mesh/kernel';
import { Observable } from 'rxjs';
import type { Bulkhead, BulkheadSlot, SlotOutcome } from './bulkhead';
import { type ErrorVerdict, judgeError } from './error-verdict';
import { type CallContext, type ResiliencePolicy, definePolicy } from './policy';
import { AnswerRelay, type Downstream } from './relay';
import type { BulkheadFullError } from './resilience-errors';

/**
 * Runs the work in a slot of a bulkhead, or lets it wait for one. Without a place to wait, or without a turn in time, the
 * stream fails with a `BulkheadFullError` and nothing runs. Who leaves gives back its slot or its place; a slot is free
 * only when the work in it has been torn down.
 *
 * @param bulkhead The slots. One whose limit adapts itself learns from how the work ends.
 * @param judge What a failure says of the other side. @default {@link judgeError}
 */
export function bulkheadPolicy(
  bulkhead: Bulkhead,
  judge: (error: unknown) => ErrorVerdict = judgeError,
): ResiliencePolicy {
  return definePolicy(
    'bulkhead',
    (source, { isAnswer, observe, priority = 0 }) =>
      new Observable((out) => {
        const run = (slot: BulkheadSlot): void => {
          source.subscribe(new Slotted(out, isAnswer, slot, judge));
        };
        const slot = bulkhead.tryAcquire();
        if (slot) {
          run(slot);
          return;
        }
        const refuse = (error: BulkheadFullError): void => {
          observe?.({ type: 'rejected', error });
          out.error(error);
        };
        out.add(bulkhead.wait(priority, run, refuse));
        if (!out.closed) observe?.({ type: 'waiting', reason: 'bulkhead' });
      }),
  );
}

const OUTCOMES: Readonly<Record<ErrorVerdict, SlotOutcome>> = {
  failure: 'dropped',
  success: 'success',
  neutral: 'ignored',
};

class Slotted<T> extends AnswerRelay<T> {
  readonly #slot: BulkheadSlot;
  readonly #judge: (error: unknown) => ErrorVerdict;
  #outcome: SlotOutcome = 'ignored';

  constructor(
    out: Downstream<T>,
    isAnswer: CallContext['isAnswer'],
    slot: BulkheadSlot,
    judge: (error: unknown) => ErrorVerdict,
  ) {
    super(out, isAnswer);
    this.#slot = slot;
    this.#judge = judge;
  }

  override unsubscribe(): void {
    if (this.closed) return;
    try {
      super.unsubscribe();
    } finally {
      this.#slot.release(this.#outcome);
    }
  }

  protected override left(): void {
    if (this.answered) this.#outcome = 'success';
  }

  protected override failed(error: unknown): void {
    this.#outcome = OUTCOMES[aside(() => this.#judge(error)) ?? 'neutral'];
    // The slot is free before anybody hears of the end, and may come back for it.
    this.unsubscribe();
    super.failed(error);
  }

  protected override completed(): void {
    this.#outcome = 'success';
    this.unsubscribe();
    super.completed();
  }
}
