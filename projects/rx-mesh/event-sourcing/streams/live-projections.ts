import type { Signal } from '@angular/core';
import { type Diagnostics, StateStore } from 'rx-mesh/kernel';
import { Observable, tap } from 'rxjs';
import type { EventEnvelope } from '../event-envelope';
import type { EventFeedItem } from '../store/event-feed';

/** Makes a state of events: what the lesson calls the builder of a projection. */
export interface LiveFold<T> {
  /** What it is called among the others. */
  readonly name: string;
  /** The state before the first event: a new one for each fold. */
  empty(): T;
  /** The state after an event. It must not change the state it is given. */
  apply(state: T, event: EventEnvelope): T;
}

/**
 * Folds in memory, and the newest state of each by its name, as long as somebody listens to it. An event that a fold throws on
 * is left out of it, and told once: one bad event stops no state.
 */
export class LiveProjections {
  private readonly diagnostics: Diagnostics;
  private readonly store = new StateStore<ReadonlyMap<string, unknown>>(new Map());
  private readonly listeners = new Map<string, number>();

  /** The newest states by name: on subscribe, and after each change. */
  readonly states$: Observable<ReadonlyMap<string, unknown>> = this.store.changes$;
  /** The newest states by name, as a signal. */
  readonly states: Signal<ReadonlyMap<string, unknown>> = this.store.signal;

  /** @param diagnostics Where it is told that a fold threw. */
  constructor(diagnostics: Diagnostics) {
    this.diagnostics = diagnostics;
  }

  /** The state once the feed has caught up, and after each event that changes it. */
  fold<T>(feed$: Observable<EventFeedItem>, fold: LiveFold<T>): Observable<T> {
    return new Observable<T>((subscriber) => {
      const { name } = fold;
      let [state, isNew, isLive, hasTold] = [fold.empty(), true, false, false];
      const show = (): void => {
        isNew = false;
        this.set(name, state);
        subscriber.next(state);
      };
      const apply = (event: EventEnvelope): void => {
        try {
          const next = fold.apply(state, event);
          if (Object.is(next, state)) return;
          [state, isNew] = [next, true];
        } catch (cause) {
          if (!hasTold) this.report(name, event, cause);
          hasTold = true;
          return;
        }
      };
      this.listeners.set(name, (this.listeners.get(name) ?? 0) + 1);
      subscriber.add(() => this.leave(name));
      return feed$
        .pipe(
          tap((item) => {
            if (item.type === 'event') apply(item.event);
            else isLive = item.type === 'caught-up';
            if (isLive && isNew) show();
          }),
        )
        .subscribe({
          error: (error: unknown) => subscriber.error(error),
          complete: () => subscriber.complete(),
        });
    });
  }

  private set(name: string, state: unknown): void {
    this.store.update((states) => new Map(states).set(name, state));
  }

  private leave(name: string): void {
    const left = (this.listeners.get(name) ?? 1) - 1;
    if (left > 0) {
      this.listeners.set(name, left);
      return;
    }
    this.listeners.delete(name);
    this.store.update((states) => {
      if (!states.has(name)) return states;
      const rest = new Map(states);
      rest.delete(name);
      return rest;
    });
  }

  private report(name: string, { type, position }: EventEnvelope, cause: unknown): void {
    const message = `The live projection ${JSON.stringify(name)} threw on the event ${JSON.stringify(type)} at position ${position}. It is left out there; further ones of this subscription are not told.`;
    const source = 'event-sourcing';
    this.diagnostics.report({ code: 'RXM522', severity: 'error', source, message, cause });
  }
}
