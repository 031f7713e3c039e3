import { type Observable, catchError, defer, finalize } from 'rxjs';
import { isGatewayError } from '../gateway-errors';

/** How somebody would ask, if he asked for all. */
export type Ask<A extends readonly unknown[], T> = (...given: A) => Observable<T>;

/** What {@link JoinedAsks.ask} works with. */
export interface AskPorts<A extends readonly unknown[], T> {
  /** How this one would ask. */
  readonly own: Ask<A, T>;
  /** Asks for all who come at one time, by what the first of them gives it. */
  readonly share: (ask: Ask<A, T>) => Observable<T>;
  /** What this one does when another asked for him, and was told an error that says nothing of his request. @default nothing */
  readonly instead?: ((error: unknown) => Observable<T> | undefined) | undefined;
}

/**
 * Lets those who ask for the same at one time have one answer, but not the time of whoever came first: when that is over (504), one
 * asks once more for all who have time left, the one who has most of it.
 */
export class JoinedAsks<A extends readonly unknown[], T> {
  readonly #waiting = new Map<string, Set<Ask<A, T>>>();

  /** Asks, or waits for another who does. */
  ask(key: string, { instead, own, share }: AskPorts<A, T>): Observable<T> {
    return defer(() => {
      const waiting = this.#waiting.get(key) ?? new Set();
      this.#waiting.set(key, waiting);
      let isOwn = false;
      const mine: Ask<A, T> = (...given) => own(...given);
      waiting.add(mine);
      return share((...given) => {
        isOwn = true;
        return mine(...given);
      }).pipe(
        catchError((error: unknown) => {
          if (isOwn) throw error;
          const other$ = instead?.(error);
          if (other$) return other$;
          // A 504 of the service itself is its answer to all.
          if (!isGatewayError(error) || error.status !== 504) throw error;
          // All have the time of one route, so who came last has most of it.
          return share((...given) => ([...waiting].at(-1) ?? mine)(...given));
        }),
        finalize(() => {
          waiting.delete(mine);
          if (waiting.size === 0) this.#waiting.delete(key);
        }),
      );
    });
  }
}
