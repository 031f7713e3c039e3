import type { AppendOptions, AppendResult, NewEvent } from 'rx-mesh/event-sourcing';
import type { Observable, ObservableInput } from 'rxjs';
import type { Command } from '../message-types';

/** What a handler knows beside its command. */
export interface CommandContext {
  /** Aborted when nobody waits any more, and when the command has taken too long. Hand it to `fetch`. */
  readonly signal: AbortSignal;
  /** Which try it is, from 1 on. */
  readonly attempt: number;
  /** The id of the command: hand it to whoever else does a part of it, so that it is done there once. */
  readonly idempotencyKey: string;
  /** What all messages of the flow share. */
  readonly correlationId: string;
  /**
   * Appends events that say what led to them. Their ids follow from that of the command, so a command that is handled again
   * stores nothing twice: then it is the result of the first time. Errors as `EventStoreService.appendToStream` does.
   */
  readonly append: (
    stream: string,
    events: NewEvent | readonly NewEvent[],
    options?: AppendOptions,
  ) => Observable<AppendResult>;
}

/**
 * Does what a command says. The first value is the result, and then the stream is left; without a value it is `undefined`.
 * What it throws, rejects or errors with is what the sender gets.
 */
export type CommandHandler<P = unknown, R = unknown> = (
  command: Command<R, P>,
  context: CommandContext,
) => ObservableInput<R>;

/**
 * Has a command done by somebody else, who does it once for each idempotency key: by a service, or by another application.
 */
export type RemoteCommandHandler<P = unknown, R = unknown> = (
  command: Command<R, P>,
  idempotencyKey: string,
  context: CommandContext,
) => ObservableInput<R>;
