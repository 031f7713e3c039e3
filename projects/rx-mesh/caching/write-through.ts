import { type Observable, concat, defer, finalize, ignoreElements, mergeMap, of, take } from 'rxjs';
import type { PageCache } from './page-cache';

/** What is done to a key when the source has answered, or when nobody knows what it has now. */
export interface WriteEnds<T> {
  /** Keeps what the source has. */
  readonly keep: (stored: T) => Observable<void>;
  /** Makes the key void. */
  readonly drop: () => void;
}

/** Writes to the source first. Of two of one key at a time nobody knows which the source did last: neither is kept. */
export class WriteThrough {
  readonly #page: PageCache;
  // Those under way, by key: the last one to begin.
  readonly #last = new Map<string, number>();
  #turns = 0;

  constructor(page: PageCache) {
    this.#page = page;
  }

  /** One write. What it gives for another user than the one who began it is not kept. */
  write<T>(key: string, store: () => Observable<T>, { keep, drop }: WriteEnds<T>): Observable<T> {
    return defer(() => {
      const scope = this.#page.enter();
      const turn = ++this.#turns;
      const isAlone = !this.#last.has(key);
      this.#last.set(key, turn);
      const isLast = (): boolean => this.#last.get(key) === turn;
      let isKept = false;
      return defer(store).pipe(
        take(1),
        mergeMap((stored) => {
          if (this.#page.enter() !== scope || !isLast() || !isAlone) return of(stored);
          isKept = true;
          return concat(keep(stored).pipe(ignoreElements()), of(stored));
        }),
        finalize(() => {
          if (isLast()) this.#last.delete(key);
          if (!isKept && this.#page.enter() === scope) drop();
        }),
      );
    });
  }
}
