export {
  type DistributedEvent,
  type DomainEvent,
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
