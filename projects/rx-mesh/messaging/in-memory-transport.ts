import { DestroyRef, Injectable, inject } from '@angular/core';
import { BehaviorSubject, Observable } from 'rxjs';
import type { Message } from './message';
import { NoResponderError } from './messaging-errors';
import { TopicRouter } from './topic-router';

/**
 * The transport inside of one injector: the default. A message is handed over by reference and at once: when `send` has
 * completed, every receiver has been told, unless it was sent by one that is being told.
 *
 * @usageNotes
 * ```ts
 * const transport = inject(InMemoryTransport);
 * transport.receive('orders.>').subscribe((message) => show(message));
 * ```
 */
@Injectable({ providedIn: 'root' })
export class InMemoryTransport {
  private readonly router = new TopicRouter('in-memory');
  private readonly state = new BehaviorSubject<'connected' | 'closed'>('connected');

  /** What diagnostics call it. */
  readonly name = 'in-memory';
  /** It knows only this page. */
  readonly capabilities = { crossTab: false, crossClient: false, acknowledges: false };
  /** `connected` until the injector ends, then `closed`. */
  readonly state$: Observable<'connected' | 'closed'> = this.state.asObservable();

  constructor() {
    inject(DestroyRef).onDestroy(() => {
      this.state.next('closed');
      this.router.complete();
    });
  }

  /** Hands a message over on subscribe. Errors with a `NoResponderError` if nobody receives a request. */
  send(message: Message): Observable<void> {
    return new Observable((subscriber) => {
      if (message.replyTo !== undefined && !this.router.receives(message.topic)) {
        throw new NoResponderError(message.topic);
      }
      this.router.deliver(message);
      subscriber.complete();
    });
  }

  /** The messages of all topics that match, from now on. */
  receive(pattern: string): Observable<Message> {
    return this.router.receive(pattern);
  }
}
