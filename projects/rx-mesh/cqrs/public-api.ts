export {
  type CommandLogEntry,
  type CommandSpan,
  authorizeCommands,
  logCommands,
  traceCommands,
  measureCommands,
} from './commands/built-in-middleware';
export { CommandBusService } from './commands/command-bus-service';
export {
  DuplicateHandlerError,
  isDuplicateHandlerError,
  InvalidCommandError,
  isInvalidCommandError,
  type CommandRefusal,
  CommandRefusedError,
  isCommandRefusedError,
  CommandTimeoutError,
  isCommandTimeoutError,
} from './commands/command-errors';
export {
  type CommandContext,
  type CommandHandler,
  type RemoteCommandHandler,
} from './commands/command-handler';
export {
  type CommandMiddlewareContext,
  type CommandNext,
  type CommandMiddleware,
  COMMAND_MIDDLEWARE,
  withCommandMiddleware,
} from './commands/command-middleware';
export {
  type CommandOutcome,
  type CommandEnd,
  type CommandWatch,
  type CommandObserver,
  COMMAND_OBSERVER,
} from './commands/command-observer';
export { CommandServerService } from './commands/command-server-service';
export { mayBeSentAgain } from './commands/failure-verdict';
export { type CommandHandlerOptions } from './commands/handler-options';
export { type RemoteCommandsOptions, remoteCommands } from './commands/remote-commands';
export { validateCommands } from './commands/validate-commands';
export { type CommandBusOptions, withCommands } from './commands/with-commands';
export { DistributedCQRSService } from './distributed-cqrs-service';
export {
  type CommandMetadata,
  type QueryMetadata,
  type Command,
  type NewCommand,
  type Query,
  type NewQuery,
  type ResultOf,
  type CommandSuccess,
  type MessageFailure,
  type CommandFailure,
  type CommandResult,
  type QuerySuccess,
  type QueryFailure,
  type QueryResult,
  type DefinitionOptions,
  type CommandParts,
  type QueryParts,
  type CommandDefinition,
  type QueryDefinition,
  defineCommand,
  defineQuery,
} from './message-types';
export { CommandOutboxService } from './outbox/command-outbox-service';
export { type CommandSender, type CommandSending, COMMAND_SENDER } from './outbox/command-sender';
export {
  type OutboxState,
  type OutboxReason,
  type OutboxEntry,
  type OptimisticUpdate,
  type EnqueueOptions,
  type OutboxStatus,
} from './outbox/outbox-entry';
export {
  OutboxFullError,
  isOutboxFullError,
  OutboxEntryError,
  isOutboxEntryError,
  CommandExpiredError,
  isCommandExpiredError,
} from './outbox/outbox-errors';
export { type CommandOutboxOptions } from './outbox/outbox-settings';
export { OUTBOX_STORAGE } from './outbox/outbox-storage';
export { type CommandVerdict, type CommandJudge, COMMAND_JUDGE } from './outbox/outbox-verdict';
export { withCommandOutbox } from './outbox/with-command-outbox';
export { type LiveQueryStatus, type LiveQuery } from './queries/live-query';
export { QueryBusService } from './queries/query-bus-service';
export {
  InvalidQueryError,
  isInvalidQueryError,
  type QuerySilence,
  QueryUnansweredError,
  isQueryUnansweredError,
  QueryTimeoutError,
  isQueryTimeoutError,
} from './queries/query-errors';
export { type QueryContext, type QueryHandler } from './queries/query-handlers';
export {
  type QueryTimes,
  type QueryBusOptions,
  type QueryHandlerOptions,
  withQueries,
} from './queries/query-options';
export {
  type ReadModelSchema,
  type ReadModelOptions,
  withReadModels,
} from './read-models/read-model-options';
export { type ReadModelSource, type ReadModelName } from './read-models/read-model-source';
export {
  type ReadModelSignalOptions,
  ReadModelStoreService,
} from './read-models/read-model-store-service';
export { type ReadModelWriteOptions } from './read-models/read-model-writes';
export { type ReadModel, type ReadModelVersion } from './read-models/read-model';
export {
  type StandardSchemaV1,
  type StandardSchemaProps,
  type StandardSchemaResult,
  type StandardSchemaIssue,
} from './standard-schema';
export { ConsistencyMonitor } from './sync/consistency-monitor';
export {
  type ReadModelFacts,
  type ConsistencyProbe,
  type ConsistencyOptions,
  type ReadModelLag,
  type ConsistencyFailure,
  type ConsistencyReport,
  type WaitForConsistencyOptions,
} from './sync/consistency-options';
export { ReadModelSynchronizer } from './sync/read-model-synchronizer';
export {
  SyncTimeoutError,
  isSyncTimeoutError,
  type ReadModelPosition,
  ConsistencyTimeoutError,
  isConsistencyTimeoutError,
  SyncBlockedError,
  isSyncBlockedError,
} from './sync/sync-errors';
export {
  type AggregateEvents,
  type SyncHandler,
  type SyncOptions,
  type SyncLeftOut,
  type SyncResult,
} from './sync/sync-options';
