import { InjectionToken, inject } from '@angular/core';
import { isEventLogBlockedError, isWrongExpectedVersionError } from 'rx-mesh/event-sourcing';
import { isRxMeshError } from 'rx-mesh/kernel';
import { isRequestTimeoutError } from 'rx-mesh/messaging';
import { isCallTimeoutError, isRetriesExhaustedError, isTransientError } from 'rx-mesh/resilience'; // prettier-ignore
import { CommandBusService } from '../commands/command-bus-service';
import { isCommandRefusedError, isCommandTimeoutError, isInvalidCommandError } from '../commands/command-errors'; // prettier-ignore
import { mayBeSentAgain } from '../commands/failure-verdict';
import type { Command } from '../message-types';
import type { OutboxReason } from './outbox-entry';

declare const ngDevMode: boolean;

/**
 * What a failure means for a command. `retry`: it is sent again, later; `conflict`: somebody else was faster; `rejected`: it
 * will not be done as it is.
 */
export type CommandVerdict = 'retry' | 'conflict' | 'rejected';

/** Decides what a failure means for a command. */
export type CommandJudge = (error: unknown, command: Command) => CommandVerdict;

const MOST_TEXT = 1000;
const CONFLICTS: readonly (number | undefined)[] = [409, 412];
const CUT_OFF: readonly string[] = ['TimeoutError', 'AbortError'];

/**
 * Decides what a failure means for a command of the outbox.
 *
 * @default retry: no network, time-outs, the statuses 0, 408, 425, 429, 502, 503 and 504, whoever turned the command away
 *   before it was done (an open circuit, a full queue), and a type that has no handler yet; conflict: a
 *   `WrongExpectedVersionError`, the statuses 409 and 412; rejected: all else, also when a handler of this page that had
 *   begun took too long, for it must not be begun twice
 */
export const COMMAND_JUDGE = new InjectionToken<CommandJudge>(
  ngDevMode ? 'rx-mesh COMMAND_JUDGE' : '',
  {
    providedIn: 'root',
    factory: () => {
      const bus = inject(CommandBusService);
      return (error, { type }) => judgeFailure(error, bus.handlerOf(type) !== 'local');
    },
  },
);

/**
 * The default verdict.
 *
 * @param isIdempotent Whether whoever takes the command does it once, however often it is sent.
 */
export function judgeFailure(error: unknown, isIdempotent = true): CommandVerdict {
  if (isRetriesExhaustedError(error)) return judgeFailure(error.attempts.at(-1), isIdempotent);
  if (isWrongExpectedVersionError(error) || CONFLICTS.includes(statusOf(error))) return 'conflict';
  if (isInvalidCommandError(error)) return 'rejected';
  if (isCommandRefusedError(error)) return error.reason === 'no-handler' ? 'retry' : 'rejected';
  if (isCommandTimeoutError(error)) return isIdempotent || !error.begun ? 'retry' : 'rejected';
  const isPassing =
    isTransientError(error) ||
    isEventLogBlockedError(error) ||
    mayBeSentAgain(error, isIdempotent) ||
    (error instanceof Error && CUT_OFF.includes(error.name));
  return isPassing ? 'retry' : 'rejected';
}

/** Whether a command that was refused with this may have been done all the same. */
export function isInDoubt(error: unknown): boolean {
  if (isCommandTimeoutError(error)) return error.begun;
  return isCallTimeoutError(error) || isRequestTimeoutError(error);
}

/** An error as plain data, with itself for this page. */
export function reasonOf(error: unknown): OutboxReason {
  const isError = error instanceof Error;
  const status = statusOf(error);
  return {
    name: cut(isError ? error.name : 'Error'),
    message: cut(isError ? error.message : textOf(error)),
    ...(isRxMeshError(error) ? { code: error.code } : {}),
    ...(status === undefined || !Number.isFinite(status) ? {} : { status }),
    ...(isWrongExpectedVersionError(error) ? { actual: error.actual } : {}),
    cause: error,
  };
}

function textOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'message' in error) {
    return String(error.message);
  }
  return typeof error === 'string' ? error : typeof error;
}

function cut(text: string): string {
  return text.slice(0, MOST_TEXT);
}

function statusOf(error: unknown): number | undefined {
  return typeof error === 'object' &&
    error !== null &&
    'status' in error &&
    typeof error.status === 'number'
    ? error.status
    : undefined;
}
