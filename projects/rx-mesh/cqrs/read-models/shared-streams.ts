import { type Observable, defer, finalize, tap } from 'rxjs';
import { shareLatest } from 'rx-mesh/kernel';

/** One stream per key, shared by all who look, and forgotten with the last one. Late ones get the newest value. */
export class SharedStreams {
  readonly #streams = new Map<string, Observable<unknown>>();

  /** How many are looked at. */
  get size(): number {
    return this.#streams.size;
  }

  /** The stream of a key, which is made when nobody looks at it yet. */
  of<T>(key: string, make: () => Observable<T>): Observable<T> {
    return defer(() => {
      const found = this.#streams.get(key) as Observable<T> | undefined;
      if (found) return found;
      const forget = (): void => {
        if (this.#streams.get(key) === stream) this.#streams.delete(key);
      };
      const stream: Observable<T> = defer(make).pipe(
        // Before anybody hears of the end: who asks again then gets a new stream.
        tap({ error: forget, complete: forget }),
        finalize(forget),
        shareLatest(),
      );
      this.#streams.set(key, stream);
      return stream;
    });
  }
}
