import { type Signal, signal } from '@angular/core';
import { BehaviorSubject, type Observable, distinctUntilChanged, map } from 'rxjs';
import { TurnQueue } from './turn-queue';

/**
 * One immutable state, readable twice: as a stream and as a signal. Private in its owner, which exposes the two.
 *
 * A reducer that returns the state it was given changes nothing and tells nobody. An update made by a listener
 * waits its turn, so every listener sees the same states in the same order.
 *
 * @usageNotes
 * ```ts
 * const store = new StateStore({ open: false });
 * store.update((state) => ({ ...state, open: true }));
 * store.snapshot.open; // true
 * ```
 */
export class StateStore<S> {
  readonly #subject: BehaviorSubject<S>;
  readonly #turns: TurnQueue<S>;
  readonly #signal;
  #state: S;

  /** The current state on subscribe, then each new one. */
  readonly changes$: Observable<S>;
  /** The current state as a signal. It is set before the stream emits. */
  readonly signal: Signal<S>;

  constructor(initial: S) {
    this.#state = initial;
    this.#subject = new BehaviorSubject(initial);
    this.#turns = new TurnQueue(this.#subject);
    this.#signal = signal(initial);
    this.changes$ = this.#subject.asObservable();
    this.signal = this.#signal.asReadonly();
  }

  /** The current state. */
  get snapshot(): S {
    return this.#state;
  }

  /** A part of the state, only when it changes by `Object.is`. What `project` throws is an error of the stream. */
  select<T>(project: (state: S) => T): Observable<T> {
    return this.#subject.pipe(
      map((state) => project(state)),
      distinctUntilChanged((a, b) => Object.is(a, b)),
    );
  }

  /**
   * Replaces the state by what the reducer makes of it. What the reducer throws leaves the state as it was.
   *
   * @param reducer A pure function: it must neither change the state it is given nor update the store itself.
   */
  update(reducer: (state: S) => S): void {
    const next = reducer(this.#state);
    if (Object.is(next, this.#state)) return;
    // First, because Angular refuses a write inside of `computed`; the three must not disagree then.
    this.#signal.set(next);
    this.#state = next;
    this.#turns.next(next);
  }

  /** Ends the streams after all states before it. The state and its signal stay readable. */
  complete(): void {
    this.#turns.complete();
  }
}
