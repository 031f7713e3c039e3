import { RxMeshError, createErrorGuard } from 'rx-mesh/kernel';

/** The outbox has no room. The command was not put in, and its optimistic update was taken back. */
export class OutboxFullError extends RxMeshError {
  readonly code = 'RXM545';

  constructor(
    /** How many commands it holds. */
    readonly limit: number,
    options?: ErrorOptions,
  ) {
    super(
      `The command outbox holds ${limit} commands already. Wait until some were sent, resolve those that were refused, or raise CommandOutboxOptions.limit.`,
      options,
    );
  }
}

/** Whether an error says that the outbox has no room. */
export const isOutboxFullError: (error: unknown) => error is OutboxFullError =
  /* @__PURE__ */ createErrorGuard<OutboxFullError>('RXM545');

/** What was asked of a command in the outbox cannot be done with it. Nothing was changed. */
export class OutboxEntryError extends RxMeshError {
  readonly code = 'RXM546';

  constructor(
    /** The id of the command. */
    readonly commandId: string,
    /** What is in the way, as a phrase. */
    readonly problem: string,
  ) {
    super(`Command ${JSON.stringify(commandId)} of the outbox: ${problem}.`);
  }
}

/** Whether an error says that something cannot be done with a command of the outbox. */
export const isOutboxEntryError: (error: unknown) => error is OutboxEntryError =
  /* @__PURE__ */ createErrorGuard<OutboxEntryError>('RXM546');

/** A command was not done while it could be sent. It stands as the reason of its entry. */
export class CommandExpiredError extends RxMeshError {
  readonly code = 'RXM547';

  constructor(
    /** The id of the command. */
    readonly commandId: string,
    /** Until when it could be sent: wall time in milliseconds since the epoch. */
    readonly expires: number,
    /** How often it was sent. Above 0 it may have had its effect all the same. */
    readonly attempts: number,
  ) {
    super(
      `Command ${JSON.stringify(commandId)} was not done before it expired${attempts > 0 ? `, after ${attempts} attempts of unknown outcome` : ''}. Drop it, or put another one in its place.`,
    );
  }
}

/** Whether an error says that a command has expired in the outbox. */
export const isCommandExpiredError: (error: unknown) => error is CommandExpiredError =
  /* @__PURE__ */ createErrorGuard<CommandExpiredError>('RXM547');
