import { RxMeshError, createErrorGuard } from 'rx-mesh/kernel';

/**
 * A projection could not handle an event, and does not go on: it was told to stop, or too many events are parked already.
 * What came before the event is stored; a later run begins with it again.
 */
export class ProjectionFailedError extends RxMeshError {
  readonly code = 'RXM510';

  constructor(
    /** The name of the projection. */
    readonly projection: string,
    /** The position of the event. */
    readonly position: number,
    /** The type of the event. */
    readonly eventType: string,
    /** Why it does not go on, as a phrase. */
    readonly problem: string,
    options?: ErrorOptions,
  ) {
    super(
      `Projection ${quote(projection)} stops at the event ${quote(eventType)} of position ${position}: ${problem}. Mend its handler; it goes on from there.`,
      options,
    );
  }
}

/** Whether an error says that a projection has stopped at an event. */
export const isProjectionFailedError: (error: unknown) => error is ProjectionFailedError =
  /* @__PURE__ */ createErrorGuard<ProjectionFailedError>('RXM510');

/** A record is at another version than was expected: somebody else was faster. Nothing was stored. */
export class ReadModelConflictError extends RxMeshError {
  readonly code = 'RXM511';

  constructor(
    /** The read model. */
    readonly model: string,
    /** The record. */
    readonly id: string,
    /** The version that was expected, 0 for a record that is not there. */
    readonly expected: number,
    /** The version of the record, 0 when it is not there. */
    readonly actual: number,
  ) {
    super(
      `Record ${quote(id)} of ${quote(model)} is at version ${actual}, not ${expected}. Read it again, decide again, and write with the new version.`,
    );
  }
}

/** Whether an error says that a record is at another version than was expected. */
export const isReadModelConflictError: (error: unknown) => error is ReadModelConflictError =
  /* @__PURE__ */ createErrorGuard<ReadModelConflictError>('RXM511');

/** A checkpoint is at another version than was expected: another tab has moved it. Nothing was stored. */
export class CheckpointMovedError extends RxMeshError {
  readonly code = 'RXM512';

  constructor(
    /** The name of the checkpoint. */
    readonly checkpoint: string,
    /** The version that was expected, 0 for one that is not there. */
    readonly expected: number,
    /** Its version, 0 when it is not there. */
    readonly actual: number,
  ) {
    super(
      `Checkpoint ${quote(checkpoint)} is at version ${actual}, not ${expected}: another tab has moved it. Read it again, and go on from its position.`,
    );
  }
}

/** Whether an error says that a checkpoint was moved by somebody else. */
export const isCheckpointMovedError: (error: unknown) => error is CheckpointMovedError =
  /* @__PURE__ */ createErrorGuard<CheckpointMovedError>('RXM512');

/** A projection has not reached a position in time. It may still do so. */
export class ProjectionTimeoutError extends RxMeshError {
  readonly code = 'RXM513';

  constructor(
    /** The name of the projection. */
    readonly projection: string,
    /** The position that was waited for. */
    readonly position: number,
    /** The position where it is; 0 when it has not begun, or that could not be read. */
    readonly actual: number,
    /** How long that was, in milliseconds. */
    readonly timeout: number,
  ) {
    super(
      `Projection ${quote(projection)} is at position ${actual} after ${timeout} ms, not at ${position}. It needs somebody who subscribes to run() in one of the tabs.`,
    );
  }
}

/** Whether an error says that a projection has not reached a position in time. */
export const isProjectionTimeoutError: (error: unknown) => error is ProjectionTimeoutError =
  /* @__PURE__ */ createErrorGuard<ProjectionTimeoutError>('RXM513');

/** What is stored as a record of a read model is none: something else has written it. */
export class BrokenReadModelError extends RxMeshError {
  readonly code = 'RXM514';

  constructor(
    /** The read model. */
    readonly model: string,
    /** The record. */
    readonly id: string,
    options?: ErrorOptions,
  ) {
    super(
      `What is stored as record ${quote(id)} of ${quote(model)} is no record. Rebuild the projection that makes it.`,
      options,
    );
  }
}

/** Whether an error says that a record of a read model is broken. */
export const isBrokenReadModelError: (error: unknown) => error is BrokenReadModelError =
  /* @__PURE__ */ createErrorGuard<BrokenReadModelError>('RXM514');

function quote(name: string): string {
  return JSON.stringify(name);
}
