import { RxMeshError, createErrorGuard } from 'rx-mesh/kernel';
import type { StandardSchemaIssue } from '../standard-schema';

/** A type has a handler already. There is one for each type: who else handles it would never know of the first. */
export class DuplicateHandlerError extends RxMeshError {
  readonly code = 'RXM540';

  constructor(
    /** The type of the messages. */
    readonly type: string,
  ) {
    super(
      `${quote(type)} has a handler already. Call what register() returned before you register another one.`,
    );
  }
}

/** Whether an error says that a type has a handler already. */
export const isDuplicateHandlerError: (error: unknown) => error is DuplicateHandlerError =
  /* @__PURE__ */ createErrorGuard<DuplicateHandlerError>('RXM540');

/** A command is not what it must be. Its handler was not called. */
export class InvalidCommandError extends RxMeshError {
  readonly code = 'RXM541';

  constructor(
    /** The type of the command. */
    readonly type: string,
    /** The id of the command. */
    readonly commandId: string,
    /** All that is wrong with it. */
    readonly issues: readonly StandardSchemaIssue[],
  ) {
    super(
      `Command ${quote(type)} is invalid: ${issues.map((issue) => told(issue)).join('; ')}. Nothing was done.`,
    );
  }
}

/** Whether an error says that a command is not what it must be. */
export const isInvalidCommandError: (error: unknown) => error is InvalidCommandError =
  /* @__PURE__ */ createErrorGuard<InvalidCommandError>('RXM541');

/**
 * Why a command was turned away. `no-handler`: nobody has registered its type; `not-allowed`: whoever decides on it says
 * no; `already-begun`: its handler had begun when everybody who waited for it left, or when a middleware wanted it done again,
 * and it does not say that this does no harm: what it has done is unknown.
 */
export type CommandRefusal = 'no-handler' | 'not-allowed' | 'already-begun';

/** A command was turned away. Its handler was not called for it; with the reason `already-begun`, not once more. */
export class CommandRefusedError extends RxMeshError {
  readonly code = 'RXM542';

  constructor(
    /** The type of the command. */
    readonly type: string,
    /** The id of the command. */
    readonly commandId: string,
    /** Why. */
    readonly reason: CommandRefusal,
    options?: ErrorOptions,
  ) {
    super(`Command ${quote(type)} was turned away: ${REFUSALS[reason]}.`, options);
  }
}

const REFUSALS: Readonly<Record<CommandRefusal, string>> = {
  'no-handler': 'it has no handler. Register one before it is sent, or check its type',
  'not-allowed': 'it is not allowed',
  'already-begun':
    'it has begun already, and its outcome is unknown. Look what it has done, or register its handler as idempotent to have it done again',
};

/** Whether an error says that a command was turned away. */
export const isCommandRefusedError: (error: unknown) => error is CommandRefusedError =
  /* @__PURE__ */ createErrorGuard<CommandRefusedError>('RXM542');

/** A command took longer than it may. When its handler had begun, nobody knows what it has done. */
export class CommandTimeoutError extends RxMeshError {
  readonly code = 'RXM543';

  constructor(
    /** The type of the command. */
    readonly type: string,
    /** The id of the command. */
    readonly commandId: string,
    /** How long it may take, in milliseconds. */
    readonly limit: number,
    /** Whether its handler had begun: then the outcome is unknown. Otherwise nothing was done. */
    readonly begun: boolean,
  ) {
    super(
      begun
        ? `Command ${quote(type)} was not done within ${limit} ms. Its outcome is unknown: look what it has done before you send another one.`
        : `Command ${quote(type)} did not get to its handler within ${limit} ms. Nothing was done; look at its middleware.`,
    );
  }
}

/** Whether an error says that a command took longer than it may. */
export const isCommandTimeoutError: (error: unknown) => error is CommandTimeoutError =
  /* @__PURE__ */ createErrorGuard<CommandTimeoutError>('RXM543');

function told({ message, path = [] }: StandardSchemaIssue): string {
  const place = path.map((step) => String(typeof step === 'object' ? step.key : step)).join('.');
  return place === '' ? message : `${place}: ${message}`;
}

function quote(name: string): string {
  return JSON.stringify(name);
}
