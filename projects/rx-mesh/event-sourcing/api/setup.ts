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
} from '../log/event-log';
export { EVENT_LOG } from '../log/event-log-token';
export { type EventSourcingOptions, type RetentionRule } from '../event-sourcing-options';
export { type IndexedDbOptions, withIndexedDb } from '../indexed-db/with-indexed-db';
export { type AppendOptions, EVENT_CONTEXT, type EventCause } from '../store/prepare-events';
export { withEventSourcing } from '../with-event-sourcing';
export { READ_MODEL_STORAGE } from '../projections/read-model-storage-token';
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
} from '../projections/read-model-storage';
