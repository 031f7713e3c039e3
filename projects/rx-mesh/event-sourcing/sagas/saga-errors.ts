import { RxMeshError, createErrorGuard } from 'rx-mesh/kernel';

/** There is no saga of this type, or none with this id of a type that is registered. */
export class UnknownSagaError extends RxMeshError {
  readonly code = 'RXM515';

  constructor(
    /** What was asked for. */
    readonly what: 'type' | 'id',
    /** The type, or the id. */
    readonly subject: string,
  ) {
    super(
      what === 'type'
        ? `No saga of type ${JSON.stringify(subject)} is registered. Call register() with its definition first.`
        : `No saga of a registered type has the id ${JSON.stringify(subject)}. Register its definition, or start it.`,
    );
  }
}

/** Whether an error says that a saga is not known. */
export const isUnknownSagaError: (error: unknown) => error is UnknownSagaError =
  /* @__PURE__ */ createErrorGuard<UnknownSagaError>('RXM515');

/** A saga that is in the log is not run by what is registered, or not by this application. Nothing was done. */
export class SagaMismatchError extends RxMeshError {
  readonly code = 'RXM516';

  constructor(
    /** The id of the saga. */
    readonly sagaId: string,
    /**
     * `version`: no definition of its version is registered; `steps`: the one that is has other steps; `owner`: another
     * application started it, or it was imported; `stream`: its stream is that of another saga.
     */
    readonly reason: 'version' | 'steps' | 'owner' | 'stream',
  ) {
    super(`Saga ${JSON.stringify(sagaId)} is not run: ${WHY[reason]}`);
  }
}

const WHY = {
  version:
    'no definition of the version that it began with is registered. Register that one as well, until no saga of it is open.',
  steps:
    'the registered definition of its version has other steps. Raise the version, and register both.',
  owner:
    'it was imported, or started by another application. adopt() takes it over, once nobody else runs it.',
  stream: 'its stream is that of another saga. Give it another id.',
} as const;

/** Whether an error says that a saga cannot be run here. */
export const isSagaMismatchError: (error: unknown) => error is SagaMismatchError =
  /* @__PURE__ */ createErrorGuard<SagaMismatchError>('RXM516');

/** A step has done its work, but its result cannot be recorded, so the saga is undone. `cause` says what is wrong with it. */
export class SagaResultError extends RxMeshError {
  readonly code = 'RXM517';

  constructor(
    /** The step. */
    readonly step: string,
    options?: ErrorOptions,
  ) {
    super(
      `The result of step ${JSON.stringify(step)} cannot be recorded. Give plain JSON of at most maxResultBytes, such as an id.`,
      options,
    );
  }
}

/** Whether an error says that the result of a step cannot be recorded. */
export const isSagaResultError: (error: unknown) => error is SagaResultError =
  /* @__PURE__ */ createErrorGuard<SagaResultError>('RXM517');
