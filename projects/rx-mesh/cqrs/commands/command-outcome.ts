import type { Command, CommandFailure, CommandSuccess } from '../message-types';
import { isCommandRefusedError, isCommandTimeoutError, isInvalidCommandError } from './command-errors'; // prettier-ignore
import type { CommandFlight } from './command-flight';
import type { CommandOutcome } from './command-observer';

/** The result of a command that was done. */
export function successOf(
  { command, events, position }: CommandFlight,
  result: unknown,
): CommandSuccess {
  const commandId = command.id;
  if (events === undefined) return { commandId, success: true, result };
  if (position === undefined) return { commandId, success: true, result, events };
  return { commandId, success: true, result, events, position };
}

/** The result of a command that failed. */
export function failureFor({ id }: Pick<Command, 'id'>, cause: unknown): CommandFailure {
  const error = cause instanceof Error ? cause.message : String(cause);
  return { commandId: id, success: false, error, cause };
}

/** What observers are told of a command that failed. */
export function outcomeOf(error: unknown): CommandOutcome {
  if (isCommandTimeoutError(error)) return 'timeout';
  return isInvalidCommandError(error) || isCommandRefusedError(error) ? 'rejected' : 'failure';
}
