import { Injectable, inject } from '@angular/core';
import { type ConsumerEvent, type Delivery, MessageBrokerService } from 'rx-mesh/messaging';
import { EMPTY, type Observable, catchError, defer, throwError } from 'rxjs';
import { InvalidEventError, isDuplicateEventIdError, isInvalidEventError } from '../event-sourcing-errors'; // prettier-ignore
import type { AppendResult } from '../log/event-log';
import { EventStoreService } from '../store/event-store-service';
import { EVENT_SHARING } from './event-sharing-options';
import { readRemoteEvent } from './remote-event';

/**
 * Records events that others publish: each once by its id, in the order in which those of a stream came. What is no event, or
 * cannot be recorded, is a dead letter of the broker with its reason; a log that is away for a while is tried again.
 */
@Injectable({ providedIn: 'root' })
export class EventIntake {
  private readonly broker = inject(MessageBrokerService);
  private readonly store = inject(EventStoreService);
  private readonly sharing = inject(EVENT_SHARING.token);

  /** Records while it is subscribed, and emits what becomes of each message. */
  run(): Observable<ConsumerEvent> {
    const prefix = `${this.sharing.topicPrefix}.`;
    return this.broker.consume(
      `${prefix}>`,
      ({ topic, payload }, delivery) =>
        this.record(topic.slice(prefix.length), payload).pipe(
          catchError((error: unknown) => {
            refuse(delivery, error);
            return EMPTY;
          }),
        ),
      // Of one stream in order, and patiently: what is given up here is missing in every read model.
      { name: 'event-intake', orderedBy: 'topic', maxDeliver: 20, queueLimit: 10_000 },
    );
  }

  /** Records one event that was told. Fails with what the store says, and with an `InvalidEventError` for what is no event. */
  record(stream: string, told: unknown): Observable<AppendResult> {
    return defer(() => {
      if (!this.sharing.streams(stream)) return EMPTY;
      const event = readRemoteEvent(told);
      return event
        ? this.store.appendToStream(stream, event)
        : throwError(() => new InvalidEventError('event', 'no object with an id and a type'));
    });
  }
}

// What can never be recorded is not tried again.
function refuse(delivery: Delivery, error: unknown): void {
  if (!isInvalidEventError(error) && !isDuplicateEventIdError(error)) throw error;
  delivery.term(error);
}
