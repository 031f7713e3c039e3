// Parts of hand-written policies. Each is `guard(work) => guarded work`, for one client.
import { Observable, defer, retry, throwError, timer } from 'rxjs';

/** Stands for a request that the client itself turned away. */
export const REFUSED = { refused: true };
/** Stands for an attempt that took too long. */
export const TIMED_OUT = { timedOut: true };

/** Guards from the outermost to the innermost, made one. */
export function around(...guards) {
  return (work) => guards.reduceRight((inner, guard) => guard(inner), work);
}

/** Gives up after `limit` ms. */
export function timeLimit({ time }, limit) {
  return (work) =>
    new Observable((subscriber) => {
      const entry = time.after(limit, () => {
        inner.unsubscribe();
        subscriber.error(TIMED_OUT);
      });
      const inner = work.subscribe({
        next: (value) => subscriber.next(value),
        error: (error) => subscriber.error(error),
        complete: () => subscriber.complete(),
      });
      return () => {
        entry.run = undefined;
        inner.unsubscribe();
      };
    });
}

/**
 * Tries again.
 *
 * @param delay `(failures so far) => ms`.
 * @param isWorth `(error) => boolean`.
 * @param budget `{ trySpend(), succeeded() }`, or none.
 */
export function retrying({ time }, { retries = 3, delay, isWorth = () => true, budget }) {
  return (work) =>
    defer(() => {
      let failures = 0;
      return work.pipe(
        retry({
          delay: (error) => {
            const isOver = error === REFUSED || ++failures > retries || !isWorth(error);
            if (isOver || (budget && !budget.trySpend())) return throwError(() => error);
            return timer(delay(failures), time);
          },
        }),
      );
    });
}

/** Tells of each attempt: `begin()` may return nothing to refuse it; then `end(duration, error, begun)` once. */
export function watched({ time }, watcher) {
  return (work) =>
    defer(() => {
      const call = watcher.begin();
      if (!call) return throwError(() => REFUSED);
      const at = time.now();
      return new Observable((subscriber) =>
        work.subscribe({
          next: (value) => {
            watcher.end(time.now() - at, undefined, call);
            subscriber.next(value);
          },
          error: (error) => {
            watcher.end(time.now() - at, error, call);
            subscriber.error(error);
          },
          complete: () => subscriber.complete(),
        }),
      );
    });
}

/** Waits of 100 ms, doubling, anywhere from 0 to that. */
export function fullJitter({ random }, initial = 100, max = 10_000) {
  return (failures) => random.next() * Math.min(max, initial * 2 ** (failures - 1));
}

/** Tokens: a retry takes one, a success gives a share of one. */
export function tokens({ capacity = 10, initial = capacity, ratio = 0.2 } = {}) {
  let left = initial;
  return {
    trySpend: () => left >= 1 && (left--, true),
    succeeded: () => (left = Math.min(capacity, left + ratio)),
  };
}
