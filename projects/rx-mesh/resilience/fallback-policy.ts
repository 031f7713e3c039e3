import { type ObservableInput, Observable, from } from 'rxjs';
import { type CallContext, type ResiliencePolicy, definePolicy } from './policy';
import { Relay } from './relay';
import { Failing } from './failing';

/** Options of {@link fallbackPolicy}. */
export interface FallbackOptions {
  /**
   * Makes the answer that stands in: a value in a list, a promise or a stream. What it throws, or fails with, is the
   * error of the call. It must give what the callers of the work expect.
   */
  readonly use: (error: unknown, context: CallContext) => ObservableInput<unknown>;
  /** For which failures. @default all */
  readonly when?: ((error: unknown) => boolean) | undefined;
}

/**
 * Answers in place of work that failed. It belongs outside of everything that tries to make the work succeed. Values
 * that the work gave before it failed have been passed on.
 *
 * @usageNotes
 * ```ts
 * const policy = fallbackPolicy({ use: () => [[]], when: isCircuitOpenError }); // an empty list
 * ```
 */
export function fallbackPolicy({ use, when }: FallbackOptions): ResiliencePolicy {
  return definePolicy(
    'fallback',
    <T>(source: Observable<T>, context: CallContext) =>
      new Observable<T>((out) => {
        const standIn = (error: unknown): void => {
          try {
            if (when && !when(error)) {
              out.error(error);
              return;
            }
            const answer$ = from(use(error, context)) as Observable<T>;
            context.observe?.({ type: 'fallback', error });
            out.add(answer$.subscribe(new Relay(out)));
          } catch (bug) {
            out.error(bug);
          }
        };
        source.subscribe(new Failing(out, context.isAnswer, standIn));
      }),
  );
}
