import {
  type ObservableInput,
  catchError,
  defaultIfEmpty,
  defer,
  from,
  of,
  switchMap,
  take,
} from 'rxjs';
import type { Command } from '../message-types';
import { CommandRefusedError } from './command-errors';
import type { CommandMiddleware } from './command-middleware';
import type { CommandEnd, CommandObserver, CommandOutcome } from './command-observer';

/** One line about a command that has ended. */
export interface CommandLogEntry extends CommandEnd {
  /** The id of the command. */
  readonly commandId: string;
  /** The type of the command. */
  readonly type: string;
  /** What it was to be done to. */
  readonly aggregateId: string;
}

/** A span, as far as it matters here. */
export interface CommandSpan {
  /** Runs what begins the work inside of the span. @default called as it is */
  run?<T>(work: () => T): T;
  /** Ends the span. */
  end(end: CommandEnd): void;
}

/**
 * Asks whether a command may be done; where not, it errors with a `CommandRefusedError`. That is for the user's sake: a
 * server has to ask for itself.
 *
 * @param isAllowed Says yes or no, now or later. What it throws is the cause of a no.
 * @usageNotes
 * ```ts
 * withCommandMiddleware(authorizeCommands(({ type }) => user.may(type)));
 * ```
 */
export function authorizeCommands(
  isAllowed: (command: Command) => boolean | ObservableInput<boolean>,
): CommandMiddleware {
  return (command, next) => {
    const refusal = (options?: ErrorOptions): CommandRefusedError =>
      new CommandRefusedError(command.type, command.id, 'not-allowed', options);
    return defer(() => {
      const answer = isAllowed(command);
      return typeof answer === 'boolean' ? of(answer) : from(answer);
    }).pipe(
      take(1),
      defaultIfEmpty(false),
      catchError((cause: unknown) => {
        throw refusal({ cause });
      }),
      switchMap((allowed) => {
        if (!allowed) throw refusal();
        return next(command);
      }),
    );
  };
}

/**
 * Hands a line on for each command that has ended.
 *
 * @usageNotes
 * ```ts
 * withCommandMiddleware(logCommands(({ type, outcome, duration }) => lines.push(`${type} ${outcome} ${duration} ms`)));
 * ```
 */
export function logCommands(sink: (entry: CommandLogEntry) => void): CommandObserver {
  return {
    started: ({ id, type, aggregateId }) => ({
      ended: (end) => sink({ commandId: id, type, aggregateId, ...end }),
    }),
  };
}

/**
 * Follows each command by a span.
 *
 * @param begin Begins the span of a command; nothing returned: it has none.
 * @usageNotes
 * ```ts
 * withCommandMiddleware(traceCommands((command) => spanOf(tracer, command)));
 * ```
 */
export function traceCommands(
  begin: (command: Command) => CommandSpan | undefined,
): CommandObserver {
  return {
    started: (command) => {
      const span = begin(command);
      if (!span) return undefined;
      return {
        run: (work) => (span.run ? span.run(work) : work()),
        ended: (end) => span.end(end),
      };
    },
  };
}

/**
 * Records how long each command took and what became of it.
 *
 * @param record Gets the type, the outcome and milliseconds.
 * @usageNotes
 * ```ts
 * withCommandMiddleware(measureCommands((type, outcome, ms) => duration.record(ms, { type, outcome })));
 * ```
 */
export function measureCommands(
  record: (type: string, outcome: CommandOutcome, duration: number) => void,
): CommandObserver {
  return {
    started: ({ type }) => ({ ended: ({ outcome, duration }) => record(type, outcome, duration) }),
  };
}
