export {
  type DistributedEvent,
  type DomainEvent,
  type EventDraft,
  type EventEnvelope,
  type EventMetadata,
  type NewEvent,
  type PreparedEvent,
  categoryOf,
  fromDistributedEvent,
  fromDomainEvent,
  toDistributedEvent,
  toDomainEvent,
} from './event-envelope';
export {
  DuplicateEventIdError,
  EventLogBlockedError,
  EventLogFullError,
  EventLogUnavailableError,
  EventTransferError,
  InvalidEventError,
  UpcasterError,
  WrongExpectedVersionError,
  isDuplicateEventIdError,
  isEventLogBlockedError,
  isEventLogFullError,
  isEventLogUnavailableError,
  isEventTransferError,
  isInvalidEventError,
  isUpcasterError,
  isWrongExpectedVersionError,
} from './event-sourcing-errors';
export { EVENT_HINTS, type EventHints } from './indexed-db/event-hints';
export { type EventFilter } from './log/event-filter';
export {
  type AppendResult,
  type Durability,
  type EventLog,
  type EventLogCapabilities,
  type EventPage,
  type LogAppendOptions,
  type LogHead,
  type LogHint,
  type LogRange,
  type NewCommit,
  type StreamHead,
  type StreamRange,
  type TruncateRange,
} from './log/event-log';
export { EVENT_LOG } from './log/event-log-token';
export { type ExpectedVersion } from './log/expected-version';
export { type MemoryEventLogOptions, memoryEventLog } from './log/memory-event-log';
export { type EventSourcingOptions, type RetentionRule } from './event-sourcing-options';
export { type IndexedDbOptions, withIndexedDb } from './indexed-db/with-indexed-db';
export { type ImportReport } from './ndjson/import-ndjson';
export { type NdjsonSource } from './ndjson/text-lines';
export { type EventBatch, type EventFeedItem } from './store/event-feed';
export {
  EventStoreService,
  type ReadAllOptions,
  type SubscribeOptions,
} from './store/event-store-service';
export { type AppendOptions, EVENT_CONTEXT, type EventCause } from './store/prepare-events';
export { type ReplayOptions } from './store/replay';
export {
  SNAPSHOT_STORE,
  type Snapshot,
  type SnapshotStore,
  memorySnapshotStore,
} from './store/snapshots';
export { type LoadedState, type SnapshotPolicy, type StateFold } from './store/state-loader';
export { UPCASTERS, type Upcaster, type UpcasterChain, withUpcasters } from './upcasters';
export { withEventSourcing } from './with-event-sourcing';
export { EventIntake } from './streams/event-intake';
export { EventRelay } from './streams/event-relay';
export { type EventSharingOptions } from './streams/event-sharing-options';
export { EventStreams } from './streams/event-streams';
export { type ServiceEventHandler } from './streams/handled-in-turn';
export { type LiveFold, LiveProjections } from './streams/live-projections';
export { withEventSharing } from './streams/with-event-sharing';
export {
  type Projection,
  type ProjectionContext,
  type ProjectionDefinition,
  type ProjectionFailurePolicy,
  type ProjectionHandler,
  type ProjectionKey,
  createProjection,
} from './projections/projection';
export {
  BrokenReadModelError,
  CheckpointMovedError,
  ProjectionFailedError,
  ProjectionTimeoutError,
  ReadModelConflictError,
  isBrokenReadModelError,
  isCheckpointMovedError,
  isProjectionFailedError,
  isProjectionTimeoutError,
  isReadModelConflictError,
} from './projections/projection-errors';
export { ProjectionService, type WaitForOptions } from './projections/projection-service';
export { type ProjectionLag, type ProjectionStatus } from './projections/projection-status';
export { type ParkedReplay } from './projections/parked-events';
export { type MemoryReadModelsOptions, memoryReadModels } from './projections/memory-read-models';
export { READ_MODEL_STORAGE } from './projections/read-model-storage-token';
export {
  type Checkpoint,
  type CheckpointGuard,
  type CommitGuard,
  type PageRange,
  type ParkedEvent,
  type ParkedReason,
  type ReadModelCapabilities,
  type ReadModelChange,
  type ReadModelCommit,
  type ReadModelRecord,
  type ReadModelStorage,
  type ReadModelWrite,
  type RecordGuard,
} from './projections/read-model-storage';
export {
  type SagaBuilder,
  type SagaMerged,
  type SagaResults,
  type SagaSide,
  createSaga,
} from './sagas/create-saga';
export {
  type SagaCompensationContext,
  type SagaContext,
  type SagaDefinition,
  type SagaEventWait,
  type SagaOptions,
  type SagaRetryOptions,
  type SagaRetryValues,
  type SagaStep,
  type SagaStepPlan,
  type SagaTrigger,
  type SagaWork,
} from './sagas/saga-definition';
export { type SagaEnd, type SagaProblem } from './sagas/saga-events';
export {
  type SagaCompensation,
  type SagaExecution,
  type SagaState,
  type SagaStepExecution,
} from './sagas/saga-execution';
export { SagaOrchestratorService, type StartSagaOptions } from './sagas/saga-orchestrator-service';
export { type SagasOptions, withSagas } from './sagas/saga-options';
export {
  SagaMismatchError,
  SagaResultError,
  UnknownSagaError,
  isSagaMismatchError,
  isSagaResultError,
  isUnknownSagaError,
} from './sagas/saga-errors';
export {
  DistributedEventSourcingService,
  type EventStoreConnection,
} from './distributed-event-sourcing-service';
export { EVENT_LOG_FETCH, type EventLogFetch } from './http/event-log-fetch';
export {
  EventLogAnswerError,
  EventLogRefusedError,
  isEventLogAnswerError,
  isEventLogRefusedError,
} from './http/http-event-log-errors';
export { type HttpEventLogOptions } from './http/http-event-log-options';
export { withHttpEventLog } from './http/with-http-event-log';
