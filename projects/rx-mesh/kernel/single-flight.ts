import { Observable, type ObservableInput, ReplaySubject, defer, share, tap } from 'rxjs';

/**
 * One load per key at a time, whatever the number of callers.
 *
 * Callers that come while a load is under way join it and get its values, its error and its completion. A caller
 * that leaves does not disturb the others; when the last one leaves, the load is cancelled. Once a load has ended,
 * the next caller starts a new one: this is not a cache. All values of a load are kept for those who join, until it
 * ends: it is for answers, not for endless streams.
 *
 * @usageNotes
 * ```ts
 * const flights = new SingleFlight<string, User>();
 * flights.run(id, () => http.get<User>(`/users/${id}`));
 * ```
 */
export class SingleFlight<K, V> {
  readonly #flights = new Map<K, Observable<V>>();

  /** How many loads are under way. */
  get size(): number {
    return this.#flights.size;
  }

  /**
   * Joins the load of a key, or starts it. Nothing happens before somebody subscribes.
   *
   * @param key What is loaded, compared as a `Map` compares.
   * @param load Called when no load of the key is under way. What it throws is an error of the stream.
   */
  run(key: K, load: () => ObservableInput<V>): Observable<V> {
    return defer(() => this.#flights.get(key) ?? this.#flight(key, load));
  }

  #flight(key: K, load: () => ObservableInput<V>): Observable<V> {
    const loading = new Observable<V>((subscriber) => {
      const land = (): void => {
        if (this.#flights.get(key) === flight) this.#flights.delete(key);
      };
      this.#flights.set(key, flight);
      // Off the list before anybody hears of the end or the load is torn down: who asks again then gets a new load.
      subscriber.add(land);
      return defer(load)
        .pipe(tap({ error: land, complete: land }))
        .subscribe(subscriber);
    });
    const flight = loading.pipe(share({ connector: () => new ReplaySubject<V>(Infinity) }));
    return flight;
  }
}
