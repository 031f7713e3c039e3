import { Injectable, inject } from '@angular/core';
import { DIAGNOSTICS } from 'rx-mesh/kernel';
import { EMPTY, type Observable, catchError, defer, finalize, map, share } from 'rxjs';
import { MessageBrokerService } from './message-broker-service';

/** What happened: its type is the topic, such as `user.created`. */
export interface BusEvent {
  /** Tokens joined by dots; at most 256 characters. */
  readonly type: string;
}

/**
 * The simple face of the messages: tell what happened, hear of it. No acknowledgement, no repetition. Events go wherever
 * the transport goes: by default, to this page only.
 *
 * @usageNotes
 * ```ts
 * const bus = inject(EventBusService);
 * bus.on<UserCreated>('user.created').subscribe((event) => greet(event.name));
 * bus.publish({ type: 'user.created', name: 'Ada' });
 * ```
 */
@Injectable({ providedIn: 'root' })
export class EventBusService {
  private readonly broker = inject(MessageBrokerService);
  private readonly diagnostics = inject(DIAGNOSTICS);
  private readonly streams = new Map<string, Observable<unknown>>();

  /** Tells an event at once. Nobody waits for it: what fails is told as RXM409. */
  publish(event: BusEvent | (BusEvent & Readonly<Record<string, unknown>>)): void {
    this.broker
      .publish(event.type, event)
      .pipe(
        catchError((cause: unknown) => {
          const message = `The event ${JSON.stringify(event.type)} could not be published.`;
          const source = 'EventBusService';
          this.diagnostics.report({ code: 'RXM409', severity: 'error', source, message, cause });
          return EMPTY;
        }),
      )
      .subscribe();
  }

  /**
   * The events whose type matches, from now on. A subscriber that throws does not disturb the others. Errors with an
   * `InvalidTopicError`.
   *
   * @param pattern A type; `*` for any token of it, `>` or `#` at the end for all that begin so.
   */
  on<E extends BusEvent>(pattern: string): Observable<E> {
    // One stream for all of a pattern: a thousand subscribers cost what a bare subject does.
    return defer(() => {
      const known = this.streams.get(pattern);
      if (known) return known;
      const stream = this.broker.messages(pattern).pipe(
        map(({ payload }) => payload),
        finalize(() => this.streams.delete(pattern)),
        share(),
      );
      this.streams.set(pattern, stream);
      return stream;
    }) as Observable<E>;
  }

  /** The same as {@link EventBusService.on}. */
  subscribe<E extends BusEvent>(pattern: string): Observable<E> {
    return this.on(pattern);
  }
}
