export {
  type Projection,
  type ProjectionContext,
  type ProjectionDefinition,
  type ProjectionFailurePolicy,
  type ProjectionHandler,
  type ProjectionKey,
  createProjection,
} from '../projections/projection';
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
} from '../projections/projection-errors';
export { ProjectionService, type WaitForOptions } from '../projections/projection-service';
export { type ProjectionLag, type ProjectionStatus } from '../projections/projection-status';
export { type ParkedReplay } from '../projections/parked-events';
export { type MemoryReadModelsOptions, memoryReadModels } from '../projections/memory-read-models';
