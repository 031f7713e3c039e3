import type { SchedulerLike } from 'rxjs';
import {
  type MonoTypeOperatorFunction,
  concat,
  dematerialize,
  ignoreElements,
  materialize,
  of,
  switchMap,
  tap,
  timer,
} from 'rxjs';

/**
 * Calls `expire` when no value has come for so long since the last one; once, until the next value. The end of the source
 * ends it too.
 *
 * @param lease In milliseconds; `undefined` for ever.
 */
export function leased<T>(
  lease: number | undefined,
  scheduler: SchedulerLike,
  expire: () => void,
): MonoTypeOperatorFunction<T> {
  if (lease === undefined) return (source) => source;
  return (source) =>
    source.pipe(
      materialize(),
      // Nothing is asked anew here: the next word, or the end, only stops the timer.
      switchMap((word) => {
        const expiry = timer(lease, scheduler).pipe(tap(expire), ignoreElements());
        return word.kind === 'N' ? concat(of(word), expiry) : of(word);
      }),
      dematerialize(),
    );
}
