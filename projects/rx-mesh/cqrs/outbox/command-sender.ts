import { InjectionToken, inject } from '@angular/core';
import { type ObservableInput, concat, switchMap, take, throwIfEmpty } from 'rxjs';
import { CommandBusService } from '../commands/command-bus-service';
import { CommandRefusedError } from '../commands/command-errors';
import type { Command } from '../message-types';

declare const ngDevMode: boolean;

/** What a sender knows beside the command. */
export interface CommandSending {
  /**
   * Whether it was refused, and the user has asked for it once more: what is remembered of its id is to be forgotten first,
   * else it would be refused again as the first time.
   */
  readonly isAnew: boolean;
}

/**
 * Where the outbox sends a command. The first value is its result; none at all is the result `undefined`. It may be called
 * again for the same command: whoever takes it must do one id once, and answer a repetition as the first time.
 */
export type CommandSender = (command: Command, sending: CommandSending) => ObservableInput<unknown>;

/**
 * Where the outbox sends commands.
 *
 * @default the command bus
 * @usageNotes
 * ```ts
 * { provide: COMMAND_SENDER, useFactory: (http = inject(HttpClient)) => (command: Command) =>
 *   http.post('/commands', command, { headers: { 'Idempotency-Key': command.id } }) }
 * ```
 */
export const COMMAND_SENDER = new InjectionToken<CommandSender>(
  ngDevMode ? 'rx-mesh COMMAND_SENDER' : '',
  {
    providedIn: 'root',
    factory: () => {
      const bus = inject(CommandBusService);
      return (command, { isAnew }) => {
        const sent$ = bus.send(command);
        const { type, id } = command;
        // It ends without a result when the application does: that is not done. Asked again, it says what was begun.
        const result$ = concat(sent$, sent$).pipe(
          take(1),
          throwIfEmpty(() => new CommandRefusedError(type, id, 'no-handler')),
        );
        return isAnew ? bus.forget(id).pipe(switchMap(() => result$)) : result$;
      };
    },
  },
);
