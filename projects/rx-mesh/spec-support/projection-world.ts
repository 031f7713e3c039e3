import { EnvironmentInjector, type Provider, createEnvironmentInjector } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import {
  EVENT_LOG,
  type EventLog,
  type Projection,
  ProjectionService,
  type ProjectionStatus,
  READ_MODEL_STORAGE,
  type ReadModelStorage,
  createProjection,
  memoryEventLog,
  memoryReadModels,
  withEventSourcing,
} from 'rx-mesh/event-sourcing';
import { LEADERSHIP, pageLeadership } from 'rx-mesh/kernel';
import { ManualClock, RecordingDiagnostics, provideRxMeshTesting } from 'rx-mesh/testing';
import type { Observable, Subscription } from 'rxjs';
import { append } from './contracts/event-log';
import { patchable } from './event-store-world';
import { settled } from './settled';

/** A storage whose calls a test can replace. */
export type PatchableStorage = { -readonly [K in keyof ReadModelStorage]: ReadModelStorage[K] };

/** The storage by other functions, so that one of them can be replaced. */
export function patchableStorage(storage: ReadModelStorage): PatchableStorage {
  return {
    name: storage.name,
    capabilities: storage.capabilities,
    changes$: storage.changes$,
    read: async (...args) => storage.read(...args),
    readMany: async (...args) => storage.readMany(...args),
    list: async (...args) => storage.list(...args),
    compareAndSet: async (...args) => storage.compareAndSet(...args),
    commit: async (commit) => storage.commit(commit),
    checkpoint: async (name) => storage.checkpoint(name),
    drop: async (model) => storage.drop(model),
    dropCheckpoint: async (name) => storage.dropCheckpoint(name),
    parked: async (...args) => storage.parked(...args),
  };
}

/** What a test says of its world. */
export interface ProjectionWorldOptions {
  readonly log?: EventLog;
  readonly storage?: ReadModelStorage;
  readonly pageSize?: number;
  readonly providers?: readonly Provider[];
}

/** An origin with one log and one storage of read models, and any number of tabs. */
export function projectionWorld({
  log: givenLog = memoryEventLog(),
  storage: givenStorage = memoryReadModels(),
  pageSize = 3,
  providers = [],
}: ProjectionWorldOptions = {}) {
  const [log, storage] = [patchable(givenLog), patchableStorage(givenStorage)];
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      ...withEventSourcing({ pageSize }).ɵproviders,
      { provide: EVENT_LOG, useValue: log },
      { provide: READ_MODEL_STORAGE, useValue: storage },
      { provide: LEADERSHIP, useValue: pageLeadership() },
      ...providers,
    ],
  });
  const clock = TestBed.inject(ManualClock);
  const parent = TestBed.inject(EnvironmentInjector);
  return {
    log,
    storage,
    clock,
    diagnostics: TestBed.inject(RecordingDiagnostics),
    /** Opens a tab: a service of its own over what all tabs share. */
    tab: (own: readonly Provider[] = []): ProjectionService =>
      createEnvironmentInjector(
        [{ provide: ProjectionService, useClass: ProjectionService }, ...own],
        parent,
      ).get(ProjectionService),
    /** Appends events of these ids to a stream. */
    append: async (stream: string, ...ids: readonly string[]) => append(log, stream, ids),
    /** Moves time, and lets answers come. */
    advance: async (ms: number) => {
      await settled();
      clock.advance(ms);
      await settled();
    },
  };
}

/** Which events are in the state of a stream: their ids one after the other. */
export function idsByStream(
  fields: Partial<Parameters<typeof createProjection<{ readonly ids: string }>>[0]> = {},
): Projection<{ readonly ids: string }> {
  return createProjection<{ readonly ids: string }>({
    name: 'ids',
    initial: () => ({ ids: '' }),
    when: { Noted: (state, { id }) => ({ ids: state.ids + id }) },
    idOf: ({ stream }) => stream,
    ...fields,
  });
}

/** Subscribes, and keeps what comes. */
export function watching<T>(source: Observable<T>) {
  const watch = {
    values: [] as T[],
    error: undefined as unknown,
    isComplete: false,
    last: (): T | undefined => watch.values.at(-1),
    subscription: undefined as unknown as Subscription,
    stop: (): void => watch.subscription.unsubscribe(),
  };
  watch.subscription = source.subscribe({
    next: (value) => watch.values.push(value),
    error: (error: unknown) => (watch.error = error),
    complete: () => (watch.isComplete = true),
  });
  return watch;
}

/** The states of a status stream, without repetitions. */
export function statesOf(statuses: readonly ProjectionStatus[]): string[] {
  return statuses.map(({ state }) => state).filter((state, at, all) => state !== all[at - 1]);
}
