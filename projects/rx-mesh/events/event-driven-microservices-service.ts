import { Injectable, type Signal, inject } from '@angular/core';
import {
  type DomainEvent,
  EventStoreService,
  LiveProjections,
  type SagaDefinition,
  type SagaExecution,
  SagaOrchestratorService,
  type StartSagaOptions,
  toDomainEvent,
} from 'rx-mesh/event-sourcing';
import { DIAGNOSTICS } from 'rx-mesh/kernel';
import { type Observable, defer, map, of, toArray } from 'rxjs';
import { type EventStream, EventStreamMaker } from './event-stream';

/** Makes a state of the events of a stream. */
export interface ProjectionBuilder<T> {
  /** What it is called in `projections`. @default the name of the stream */
  readonly name?: string | undefined;
  /** The state before the first event: a new one each time. */
  empty(): T;
  /** The state after an event. It must not change the one it is given. */
  apply(projection: T, event: DomainEvent): T;
}

/**
 * Services that talk by events: a stream for each, one bus of all, states that are made of events, sagas and replay.
 *
 * @usageNotes
 * ```ts
 * const events = inject(EventDrivenMicroservicesService);
 * events
 *   .getEventStream('orders')
 *   .pipe(switchMap((orders) => orders.events))
 *   .subscribe((event) => show(event));
 * ```
 */
@Injectable({ providedIn: 'root' })
export class EventDrivenMicroservicesService {
  private readonly store = inject(EventStoreService);
  private readonly maker = inject(EventStreamMaker);
  private readonly sagas = inject(SagaOrchestratorService);
  private readonly live = new LiveProjections(inject(DIAGNOSTICS));

  /** The events of all streams from now on, in the order of the log, each once. */
  readonly globalEventBus$: Observable<DomainEvent> = this.store.all$.pipe(
    map((event) => toDomainEvent(event)),
  );

  /** The projections that somebody listens to, by name: on subscribe, and after each change. */
  readonly projections$: Observable<ReadonlyMap<string, unknown>> = this.live.states$;

  /** The projections that somebody listens to, by name, as a signal. */
  readonly projections: Signal<ReadonlyMap<string, unknown>> = this.live.states;

  /** The events of a service. Emits once and completes; nothing is open before they are subscribed. */
  getEventStream(serviceName: string): Observable<EventStream> {
    return defer(() => of(this.maker.make(serviceName)));
  }

  /**
   * Runs a saga, and emits how it stands up to its end, that included. Each call is one saga, however often it is subscribed.
   * Errors as `SagaOrchestratorService.start` does.
   */
  createSaga<I, R>(
    definition: SagaDefinition<I, R>,
    input: I,
    options: StartSagaOptions = {},
  ): Observable<SagaExecution<R>> {
    return this.sagas.start(definition, input, options);
  }

  /** The events of a stream in a range of time, both ends included, in the order of the log. Emits one list. */
  replayEvents(
    streamName: string,
    fromTimestamp: Date,
    toTimestamp?: Date,
  ): Observable<DomainEvent[]> {
    return this.store.replay({ stream: streamName, from: fromTimestamp, to: toTimestamp }).pipe(
      map((event) => toDomainEvent(event)),
      toArray(),
    );
  }

  /**
   * A state of the events of a stream, folded in memory: once all that happened is in it, then after each change. One that has
   * to survive the page is a `createProjection` for `ProjectionService`.
   *
   * @param fromVersion The first version that counts. @default all
   */
  buildProjection<T>(
    streamName: string,
    projectionBuilder: ProjectionBuilder<T>,
    fromVersion = 0,
  ): Observable<T> {
    return this.live.fold(this.store.subscribeToStream(streamName), {
      name: projectionBuilder.name ?? streamName,
      empty: () => projectionBuilder.empty(),
      apply: (state, event) =>
        event.version < fromVersion ? state : projectionBuilder.apply(state, toDomainEvent(event)),
    });
  }
}
