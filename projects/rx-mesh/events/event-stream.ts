import { Injectable, inject } from '@angular/core';
import {
  type DomainEvent,
  EventIntake,
  EventStreams,
  type NewEvent,
  isDuplicateEventIdError,
  isInvalidEventError,
  toDomainEvent,
} from 'rx-mesh/event-sourcing';
import { CLOCK, DIAGNOSTICS, RANDOM, backoffDelays, exponentialBackoff } from 'rx-mesh/kernel';
import { WebSocketService } from 'rx-mesh/messaging';
import { EMPTY, type Observable, catchError, ignoreElements, map, merge, retry, share, timer } from 'rxjs'; // prettier-ignore
import { inTurn } from './in-turn';
import { EVENT_SOCKETS } from './with-event-sockets';

/** The events of a service: a stream of the store, a topic of the broker, and where there is one, a socket. */
export interface EventStream {
  /** The name of the stream: that of the service. */
  readonly streamName: string;
  /** Its events from now on, in order, each once. They come from the log alone. */
  readonly events: Observable<DomainEvent>;
  /**
   * Records an event and tells it to others; emits once and completes. Its id stays, so that to try again stores it once; its
   * version, position and time are given anew.
   */
  readonly publish: (event: DomainEvent) => Observable<void>;
}

const MOST_WAITING = 1000; // messages

/** Makes the streams of services. */
@Injectable({ providedIn: 'root' })
export class EventStreamMaker {
  private readonly streams = inject(EventStreams);
  private readonly intake = inject(EventIntake);
  private readonly sockets = inject(WebSocketService);
  private readonly settings = inject(EVENT_SOCKETS);
  private readonly clock = inject(CLOCK);
  private readonly random = inject(RANDOM);
  private readonly diagnostics = inject(DIAGNOSTICS);

  /** The stream of a service. */
  make(streamName: string): EventStream {
    const recorded$ = this.streams.events(streamName).pipe(map((event) => toDomainEvent(event)));
    return {
      streamName,
      events: this.settings ? merge(recorded$, this.received(streamName)).pipe(share()) : recorded$,
      publish: (event) =>
        this.streams.append(streamName, newEventOf(event)).pipe(map(() => undefined)),
    };
  }

  /** Records what the socket of a service tells, as long as somebody listens. */
  private received(streamName: string): Observable<never> {
    if (!this.settings) return EMPTY;
    const { path, ...options } = this.settings;
    return this.sockets.connect(path(streamName), options).pipe(
      inTurn(
        (told) => this.record(streamName, told),
        MOST_WAITING,
        (count) => {
          this.report(
            streamName,
            `${count} messages were dropped, as ${MOST_WAITING} waited for the log`,
          );
        },
      ),
      catchError((error: unknown) => this.tell(streamName, 'The socket has ended', error)),
      ignoreElements(),
    );
  }

  private record(streamName: string, told: unknown): Observable<unknown> {
    const delays = backoffDelays(exponentialBackoff(), this.random);
    return this.intake.record(streamName, told).pipe(
      retry({
        count: 10,
        delay: (error) => {
          // What can never be recorded is not tried again.
          if (isInvalidEventError(error) || isDuplicateEventIdError(error)) throw error;
          return timer(delays.next().value, this.clock.scheduler);
        },
      }),
      catchError((error: unknown) =>
        this.tell(streamName, 'An event could not be recorded', error),
      ),
    );
  }

  private tell(streamName: string, what: string, cause: unknown): Observable<never> {
    this.report(streamName, what, cause);
    return EMPTY;
  }

  private report(streamName: string, what: string, cause?: unknown): void {
    const message = `${what} for the events of ${JSON.stringify(streamName)}.`;
    const source = 'events';
    this.diagnostics.report({ code: 'RXM523', severity: 'warning', source, message, cause });
  }
}

// Its place is given anew, so it does not matter what that was. Who records it, and in which shape its data are, is known
// here, unless it says so itself.
function newEventOf(event: DomainEvent): NewEvent {
  const { id, type, aggregateId, aggregateType, data, metadata, schemaVersion } = event;
  return { id, type, aggregateId, aggregateType, data, metadata, schemaVersion };
}
