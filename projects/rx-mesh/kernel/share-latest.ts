import { type MonoTypeOperatorFunction, ReplaySubject, share } from 'rxjs';

/**
 * Shares one subscription among all subscribers and gives late ones the latest value. When the last one leaves, the
 * source is unsubscribed and the value forgotten, so nothing ticks on: the difference from `shareReplay(1)`, which
 * must never stand on an endless source (ReactiveX/rxjs#5931). Once the source has ended, the next subscriber starts
 * it anew.
 *
 * @usageNotes
 * ```ts
 * readonly health$ = this.checks$.pipe(shareLatest());
 * ```
 */
export function shareLatest<T>(): MonoTypeOperatorFunction<T> {
  return share({ connector: () => new ReplaySubject<T>(1), resetOnRefCountZero: true });
}
