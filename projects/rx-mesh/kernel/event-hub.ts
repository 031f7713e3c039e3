import { type Observable, Subject, filter } from 'rxjs';
import { TurnQueue } from './turn-queue';

/**
 * A private subject with a read-only stream: how every core of rx-mesh tells what happened.
 *
 * An event that a listener causes while it is being told waits until all listeners have heard the present one, so
 * that everybody hears the same order. Without a listener, `emit` costs one comparison.
 *
 * @usageNotes
 * ```ts
 * const hub = new EventHub<{ type: 'opened' } | { type: 'closed' }>();
 * hub.events$.subscribe((event) => log.push(event.type));
 * hub.emit({ type: 'opened' });
 * ```
 */
export class EventHub<E> {
  readonly #subject = new Subject<E>();
  readonly #turns = new TurnQueue(this.#subject);

  /** Every event from now on, in order. Never errors; completes with {@link EventHub.complete}. */
  readonly events$: Observable<E> = this.#subject.asObservable();

  /** Whether somebody listens: look here before making an event that is costly to make. */
  get observed(): boolean {
    return this.#subject.observed;
  }

  /** Tells the listeners, after all events before it. A listener that throws does not hinder the others. */
  emit(event: E): void {
    if (this.#subject.observed) this.#turns.next(event);
  }

  /** Only the events of one type of a union. */
  on<T extends (E extends { readonly type: infer U } ? U : never)>(
    type: T,
  ): Observable<Extract<E, { readonly type: T }>> {
    return this.events$.pipe(
      filter(
        (event): event is E & Extract<E, { readonly type: T }> =>
          (event as { readonly type?: unknown } | null | undefined)?.type === type,
      ),
    );
  }

  /** Ends the stream after all events before it. Later events are ignored. */
  complete(): void {
    this.#turns.complete();
  }
}
