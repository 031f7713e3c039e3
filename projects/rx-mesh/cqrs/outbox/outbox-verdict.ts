import { InjectionToken, inject } from '@angular/core';
import { isEventLogBlockedError, isWrongExpectedVersionError } from 'rx-mesh/event-sourcing';
import { isRxMeshError } from 'rx-mesh/kernel';
import { isRequestTimeoutError } from 'rx-mesh/messaging';
import { isCallTimeoutError, isRetriesExhaustedError, isTransientError } from 'rx-mesh/resilience'; // prettier-ignore
import { CommandDispatcher } from '../commands/command-dispatcher';
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
 *   `WrongExpectedVersionError`, the statuses 409 and 412; rejected: all else, also when a handler that is not idempotent
 *   had begun and took too long or was cut off, for it must not be begun twice
 */
export const COMMAND_JUDGE = new InjectionToken<CommandJudge>(
  ngDevMode ? 'rx-mesh COMMAND_JUDGE' : '',
  {
    providedIn: 'root',
    factory: () => {
      const { handlers } = inject(CommandDispatcher);
      return (error, { type }) =>
        judgeFailure(error, handlers.get(type)?.values.idempotent ?? true);
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
  if (isCutOff(error)) return isIdempotent ? 'retry' : 'rejected';
  const isPassing = isTransientError(error) || isEventLogBlockedError(error) || mayBeSentAgain(error, isIdempotent); // prettier-ignore
  return isPassing ? 'retry' : 'rejected';
}

/** Whether a command that was refused with this may have been done all the same. */
export function isInDoubt(error: unknown): boolean {
  if (isRetriesExhaustedError(error)) return error.attempts.some((attempt) => isInDoubt(attempt));
  if (isCommandTimeoutError(error)) return error.begun;
  if (isCommandRefusedError(error)) return error.reason === 'already-begun';
  return isCallTimeoutError(error) || isRequestTimeoutError(error) || isCutOff(error);
}

function isCutOff(error: unknown): boolean {
  return error instanceof Error && CUT_OFF.includes(error.name);
}

/** An error as plain data, with itself for this page. */
export function reasonOf(error: unknown): OutboxReason {
  const status = statusOf(error);
  return {
    name: (error instanceof Error ? textIn(error, 'name') : undefined) ?? 'Error',
    message: textIn(error, 'message') ?? cut(typeof error === 'string' ? error : typeof error),
    ...(isRxMeshError(error) ? { code: error.code } : {}),
    ...(status === undefined || !Number.isFinite(status) ? {} : { status }),
    ...(isWrongExpectedVersionError(error) ? { actual: error.actual } : {}),
    cause: error,
  };
}

// What is thrown may be anything, and so may what stands where its words should.
function textIn(error: unknown, field: 'name' | 'message'): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const found = (error as Readonly<Partial<Record<typeof field, unknown>>>)[field];
  return typeof found === 'string' ? cut(found) : undefined;
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
