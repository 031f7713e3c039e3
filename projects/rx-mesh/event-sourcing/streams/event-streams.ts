import { Injectable, inject } from '@angular/core';
import { ID_GENERATOR } from 'rx-mesh/kernel';
import { MessageBrokerService } from 'rx-mesh/messaging';
import { type Observable, concatMap, defer, filter, finalize, map, of, share } from 'rxjs';
import type { EventEnvelope, NewEvent } from '../event-envelope';
import type { AppendResult } from '../log/event-log';
import { EventStoreService } from '../store/event-store-service';
import type { AppendOptions } from '../store/prepare-events';
import { EVENT_SHARING } from './event-sharing-options';

/**
 * The streams of the store as others see them, too: what is appended here is told to them as a message of the topic
 * `events.<stream>`. The facades stand on it.
 */
@Injectable({ providedIn: 'root' })
export class EventStreams {
  private readonly store = inject(EventStoreService);
  private readonly broker = inject(MessageBrokerService);
  private readonly ids = inject(ID_GENERATOR);
  private readonly sharing = inject(EVENT_SHARING.token);
  // Only those that somebody listens to.
  private readonly live = new Map<string, Observable<EventEnvelope>>();

  /**
   * The events of a stream from now on, by whomever, shared by all that listen. They come from the log alone, so there is no
   * gap and no duplicate, and no stream disturbs another.
   */
  events(stream: string): Observable<EventEnvelope> {
    return defer(() => {
      const known = this.live.get(stream);
      if (known) return known;
      const events$ = this.store.subscribeToStream(stream, { after: 'end' }).pipe(
        filter((item) => item.type === 'event'),
        map(({ event }) => event),
        finalize(() => this.live.delete(stream)),
        share(),
      );
      this.live.set(stream, events$);
      return events$;
    });
  }

  /**
   * Appends an event, and tells it to others: by the relay, when the application has one, for which the log is the outbox;
   * else at once, where a broker that fails is the error of the stream. To try again is safe in both cases, for the event
   * keeps its id: it is stored once, and who receives it twice can tell.
   */
  append(stream: string, event: NewEvent, options: AppendOptions = {}): Observable<AppendResult> {
    const named = { ...event, id: event.id ?? this.ids.uuid() };
    return this.store.appendToStream(stream, named, options).pipe(
      concatMap((result) => {
        const { isOn, relay, streams } = this.sharing;
        const isTold = (isOn && relay) || !streams(stream);
        return isTold ? of(result) : this.publish(stream, result);
      }),
    );
  }

  /** Publishes a recorded event. Consumers of a topic get the events of its stream in their order. */
  tell(event: EventEnvelope): Observable<unknown> {
    return this.broker.publish(`${this.sharing.topicPrefix}.${event.stream}`, event, {
      id: event.id,
      key: event.stream,
    });
  }

  private publish(stream: string, result: AppendResult): Observable<AppendResult> {
    return this.store.readStream(stream, { from: result.version, max: 1 }).pipe(
      concatMap((event) => this.tell(event)),
      map(() => result),
    );
  }
}
