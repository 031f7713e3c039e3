import {
  EMPTY,
  type Observable,
  type ObservableInput,
  catchError,
  defer,
  repeat,
  throwError,
  timer,
} from 'rxjs';
import type { Clock } from './clock';
import { waitable } from './options';
import { InvalidOptionError } from './rx-mesh-error';
import { isServer } from './server-mode';
import { shareLatest } from './share-latest';

/** Options of {@link polling}. */
export interface PollingOptions {
  /**
   * The rest between the end of one round and the start of the next, in milliseconds: above 0 and at most
   * 2147483647, the longest time that a platform can wait (24 days).
   */
  readonly period: number;
  /** Which clock makes the rests. */
  readonly clock: Clock;
  /**
   * Told of a round that failed; the next round comes all the same. What it throws itself ends the stream.
   * @default the failure ends the stream
   */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/**
 * Does some work at once and then again after each rest, for as long as somebody is subscribed.
 *
 * Lazy (nothing runs before the first subscriber), shared (one round for all, late ones get the latest value), and
 * still at zero subscribers. The rest is counted from the end of a round, so slow work is neither cancelled nor
 * piled up; work that never completes has no second round. On the server it completes without a value: a page that
 * is being rendered waits for no second round. A period out of its range is an `InvalidOptionError` of the stream.
 *
 * @usageNotes
 * ```ts
 * readonly health$ = polling({ period: 30_000, clock: inject(CLOCK) }, () => this.checkAll());
 * ```
 */
export function polling<T>(options: PollingOptions, work: () => ObservableInput<T>): Observable<T> {
  const { period, clock, onError } = options;
  const expected = waitable(period);
  if (expected) {
    return throwError(() => new InvalidOptionError('PollingOptions.period', period, expected));
  }
  const round = defer(work).pipe(
    catchError((error: unknown) => {
      if (!onError) throw error;
      onError(error);
      return EMPTY;
    }),
  );
  return defer(() =>
    isServer() ? EMPTY : round.pipe(repeat({ delay: () => timer(period, clock.scheduler) })),
  ).pipe(shareLatest());
}
