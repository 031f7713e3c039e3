import { Observable } from 'rxjs';
import { Failing } from './failing';
import type { LastAnswers } from './last-answers';
import { type CallContext, type ResiliencePolicy, definePolicy } from './policy';
import type { Downstream } from './relay';

/**
 * Keeps the last value of work that succeeded, and answers with it when the same work fails later. Work without a `key`
 * is left alone: nothing says what is the same. `observe` is told how old the answer is.
 *
 * @param answers Where answers are kept.
 * @param when For which failures. @default all
 */
export function stalePolicy(
  answers: LastAnswers,
  when: (error: unknown) => boolean = () => true,
): ResiliencePolicy {
  return definePolicy(
    'stale',
    <T>(source: Observable<T>, { isAnswer, key, observe }: CallContext) =>
      key === undefined
        ? source
        : new Observable<T>((out) => {
            const standIn = (error: unknown): void => {
              try {
                const last = when(error) ? answers.recall(key) : undefined;
                if (!last) {
                  out.error(error);
                  return;
                }
                observe?.({ type: 'fallback', error, age: last.age });
                out.next(last.value as T);
                out.complete();
              } catch (bug) {
                out.error(bug);
              }
            };
            source.subscribe(
              new Remembering(out, isAnswer, standIn, (value) => answers.keep(key, value)),
            );
          }),
  );
}

class Remembering<T> extends Failing<T> {
  readonly #keep: (value: T) => void;
  #last: { readonly value: T } | undefined;

  constructor(
    out: Downstream<T>,
    isAnswer: CallContext['isAnswer'],
    deal: (error: unknown) => void,
    keep: (value: T) => void,
  ) {
    super(out, isAnswer, deal);
    this.#keep = keep;
  }

  override next(value: T): void {
    // Without a word on answers each value is one, and the last one counts.
    this.#last = { value };
    super.next(value);
  }

  protected override completed(): void {
    this.#kept();
    super.completed();
  }

  protected override left(): void {
    // Whoever leaves after the answer has seen a whole one.
    if (this.answered) this.#kept();
  }

  #kept(): void {
    if (this.#last) this.#keep(this.#last.value);
  }
}
