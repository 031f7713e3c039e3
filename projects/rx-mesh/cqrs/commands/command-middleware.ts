import { InjectionToken } from '@angular/core';
import { type RxMeshFeature, ɵmakeFeature } from 'rx-mesh/kernel';
import type { Observable } from 'rxjs';
import type { Command } from '../message-types';
import type { StandardSchemaV1 } from '../standard-schema';
import { COMMAND_OBSERVER, type CommandObserver } from './command-observer';

declare const ngDevMode: boolean;

/** What a middleware knows beside the command. */
export interface CommandMiddlewareContext {
  /** What the payload must be, when the handler was registered by a definition that says so. */
  readonly schema: StandardSchemaV1 | undefined;
  /** Whether somebody else does it. */
  readonly isRemote: boolean;
  /** Whether the handler does no harm when it is called again. */
  readonly isIdempotent: boolean;
}

/** Goes on to the next middleware, and in the end to the handler, on subscribe. The command may be another one with the same id. */
export type CommandNext = (command: Command) => Observable<unknown>;

/**
 * Stands between the sender and the handler of every command, in the turn of the command. The first value that it emits is
 * the result. It may call `next` once; a second time is an error unless the handler is idempotent.
 */
export type CommandMiddleware = (
  command: Command,
  next: CommandNext,
  context: CommandMiddlewareContext,
) => Observable<unknown>;

/**
 * What stands between senders and handlers, the outermost first. Provide it with `multi: true` and a factory where a
 * middleware needs a service.
 *
 * @default nothing
 */
export const COMMAND_MIDDLEWARE = new InjectionToken<readonly CommandMiddleware[]>(
  ngDevMode ? 'rx-mesh COMMAND_MIDDLEWARE' : '',
  { providedIn: 'root', factory: () => [] },
);

/**
 * Puts middleware between senders and handlers, the outermost first, and lets observers follow each command.
 *
 * @param parts Functions are middleware; objects are observers, such as those of `traceCommands` and `measureCommands`.
 * @usageNotes
 * ```ts
 * provideRxMesh(withCommandMiddleware(authorizeCommands(isMine), logCommands((line) => log.push(line))));
 * ```
 */
export function withCommandMiddleware(
  ...parts: readonly (CommandMiddleware | CommandObserver)[]
): RxMeshFeature<'command-middleware'> {
  return ɵmakeFeature(
    'command-middleware',
    parts.map((part) => ({
      provide: typeof part === 'function' ? COMMAND_MIDDLEWARE : COMMAND_OBSERVER,
      useValue: part,
      multi: true,
    })),
  );
}
