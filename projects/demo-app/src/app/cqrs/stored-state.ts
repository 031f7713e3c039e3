import { DOCUMENT, type Signal, inject } from '@angular/core';
import { StateStore } from 'rx-mesh/kernel';
import { EMPTY, type Observable, filter, fromEvent, ignoreElements, tap } from 'rxjs';
import { SERVICE_STORAGE } from '../sagas/service-ledger';

/** A value that outlives the page, and that all tabs share. Made in an injection context. */
export class StoredState<T> {
  private readonly storage = inject(SERVICE_STORAGE);
  private readonly view = inject(DOCUMENT).defaultView;
  readonly #key: string;
  readonly #read: (found: unknown) => T;
  readonly #store: StateStore<T>;

  /** The value. */
  readonly value: Signal<T>;
  /** The value: on subscribe, then each new one. */
  readonly changes$: Observable<T>;
  /** Looks at what other tabs write, while it is subscribed. */
  readonly following$: Observable<never> = this.view
    ? fromEvent<StorageEvent>(this.view, 'storage').pipe(
        filter(({ key }) => key === this.#key || key === null),
        tap(() => this.#store.update((value) => this.stored(value))),
        ignoreElements(),
      )
    : EMPTY;

  /** @param read Makes a value of whatever is stored, `undefined` when nothing is. */
  constructor(key: string, read: (found: unknown) => T) {
    this.#key = key;
    this.#read = read;
    this.#store = new StateStore(this.stored(read(undefined)));
    this.value = this.#store.signal;
    this.changes$ = this.#store.changes$;
  }

  /** Changes what is stored now: another tab may have written since. */
  update(change: (value: T) => T): void {
    const next = change(this.stored(this.#store.snapshot));
    this.#store.update(() => next);
    try {
      this.storage?.setItem(this.#key, JSON.stringify(next));
    } catch {
      // No room: then this page alone knows.
    }
  }

  private stored(otherwise: T): T {
    if (!this.storage) return otherwise;
    try {
      const text = this.storage.getItem(this.#key);
      return this.#read(text === null ? undefined : JSON.parse(text));
    } catch (error) {
      // Forbidden: then it is known for as long as the page. No JSON: then it is as if there were nothing.
      return error instanceof SyntaxError ? this.#read(undefined) : otherwise;
    }
  }
}
