import { Injectable, type Signal, inject } from '@angular/core';
import { DIAGNOSTICS } from 'rx-mesh/kernel';
import { type Observable, defer, map, of } from 'rxjs';
import { type DistributedEvent, fromDistributedEvent, toDistributedEvent } from './event-envelope';
import { EVENT_SOURCING } from './event-sourcing-options';
import type { SagaExecution } from './sagas/saga-execution';
import { SagaOrchestratorService } from './sagas/saga-orchestrator-service';
import { EventStoreService } from './store/event-store-service';
import { EventStreams } from './streams/event-streams';
import { LiveProjections } from './streams/live-projections';
import { UPCASTERS } from './upcasters';
import { type ServiceEventHandler, handledInTurn } from './streams/handled-in-turn';

/** A stream of events that services share. */
export interface EventStoreConnection {
  /** The name of the stream. */
  readonly streamName: string;
  /** Its events from now on, by whomever, in order, each once. */
  readonly connection: Observable<DistributedEvent>;
  /**
   * Appends an event and tells it to others; emits once and completes. Its id stays, so that to try again stores it once; its
   * version, position and time are given anew. Errors as `EventStoreService.appendToStream` does, and, where no relay runs,
   * as the broker does.
   */
  readonly append: (event: DistributedEvent) => Observable<void>;
}

/**
 * Events across services: one log of what happened, read models of several services, sagas, and replay for a service that has
 * to catch up.
 *
 * @usageNotes
 * ```ts
 * const events = inject(DistributedEventSourcingService);
 * const open$ = events.buildCrossServiceReadModel(
 *   'open-orders',
 *   ['OrderPlaced', 'OrderShipped'],
 *   (open, event) => open + (event.eventType === 'OrderPlaced' ? 1 : -1),
 *   0,
 * );
 * ```
 */
@Injectable({ providedIn: 'root' })
export class DistributedEventSourcingService {
  private readonly store = inject(EventStoreService);
  private readonly streams = inject(EventStreams);
  private readonly sagas = inject(SagaOrchestratorService);
  private readonly upcasters = inject(UPCASTERS);
  private readonly values = inject(EVENT_SOURCING.token);
  private readonly live = new LiveProjections(inject(DIAGNOSTICS));

  /** The events of all services from now on, in the order of the log, each once. Never errors for one stream or service. */
  readonly globalEventStream$: Observable<DistributedEvent> = this.store.all$.pipe(
    map((event) => toDistributedEvent(event)),
  );

  /** The read models that somebody listens to, by id: on subscribe, and after each change. */
  readonly crossServiceProjections$: Observable<ReadonlyMap<string, unknown>> = this.live.states$;

  /** The read models that somebody listens to, by id, as a signal. */
  readonly crossServiceProjections: Signal<ReadonlyMap<string, unknown>> = this.live.states;

  /** A stream, by its name. Emits once and completes; nothing is open before its events are subscribed. */
  connectToEventStream(streamName: string): Observable<EventStoreConnection> {
    return of({
      streamName,
      connection: this.streams.events(streamName).pipe(map((event) => toDistributedEvent(event))),
      append: (event) =>
        this.streams.append(streamName, fromDistributedEvent(event)).pipe(map(() => undefined)),
    });
  }

  /**
   * Starts a saga of a registered type from an event, once for each event, and emits how it stands up to its end, that
   * included. Errors as `SagaOrchestratorService.start` does, with an `UnknownSagaError` for a type that nobody has registered.
   *
   * @param initialEvent What `startsOn.input` makes the input of; without that it is the input itself.
   */
  startDistributedSaga(
    sagaType: string,
    initialEvent: DistributedEvent,
  ): Observable<SagaExecution> {
    return defer(() => {
      const draft = fromDistributedEvent(initialEvent);
      const { type, metadata, schemaVersion = this.upcasters.newestOf(type) } = draft;
      const { serviceId } = this.values;
      const event = { ...draft, schemaVersion, metadata: { serviceId, ...metadata } };
      return this.sagas.startFrom(sagaType, event);
    });
  }

  /**
   * A read model of the events of several services, folded in memory: the state once all that happened is in it, then after
   * each change. One that has to survive the page is a `createProjection` for `ProjectionService`.
   *
   * @param readModelId What it is called in {@link crossServiceProjections}.
   * @param projectionFunction The state after an event. It must not change the one it is given.
   */
  buildCrossServiceReadModel<T>(
    readModelId: string,
    eventTypes: readonly string[],
    projectionFunction: (current: T, event: DistributedEvent) => T,
    initialState: T,
  ): Observable<T> {
    return this.live.fold(this.store.subscribeToAll({ types: eventTypes }), {
      name: readModelId,
      empty: () => initialState,
      apply: (state, event) => projectionFunction(state, toDistributedEvent(event)),
    });
  }

  /**
   * The events that a service recorded since a time, by position, each handled before the next one is read. Emits once for
   * each, and completes at what was the end. Errors with what the handler fails with.
   */
  replayEventsForService(
    serviceId: string,
    fromTimestamp: Date,
    eventHandler: ServiceEventHandler,
  ): Observable<void> {
    return handledInTurn(this.store, serviceId, fromTimestamp, eventHandler);
  }
}
