import { Injectable, inject } from '@angular/core';
import {
  type ConsumerEvent,
  type ConsumerOptions,
  InvalidMessageError,
  type Message,
  MessageBrokerService,
} from 'rx-mesh/messaging';
import { type Observable, map, of } from 'rxjs';
import type { Command, CommandResult } from '../message-types';
import { CommandBusService } from './command-bus-service';
import { CommandDispatcher } from './command-dispatcher';
import { CommandRefusedError } from './command-errors';
import { failureFor } from './command-outcome';
import { type CommandAnswer, decodeCommand } from './command-wire';
import { recordOfFailure } from './failure-record';
import { mayBeSentAgain } from './failure-verdict';

/**
 * Does the commands of other applications, which come over the message broker.
 *
 * @usageNotes
 * ```ts
 * commands.register(placeOrder, handler);
 * inject(CommandServerService).serve().pipe(takeUntilDestroyed()).subscribe();
 * ```
 */
@Injectable({ providedIn: 'root' })
export class CommandServerService {
  private readonly broker = inject(MessageBrokerService);
  private readonly commands = inject(CommandBusService);
  private readonly dispatcher = inject(CommandDispatcher);

  /**
   * While it is subscribed, does the commands that come to topics which match, each once for its id, by the handlers of this
   * application; those of remote handlers it refuses, so no command goes round in a circle. Emits what becomes of the
   * messages. Who is said to have sent a command is not proved by anything: let a middleware decide what is allowed.
   *
   * With `withCommands({ keepResults: true })` a command is not done again after a reload either.
   *
   * @param pattern Which topics. @default 'commands.>'
   */
  serve(pattern = 'commands.>', options: ConsumerOptions = {}): Observable<ConsumerEvent> {
    return this.broker.respond(pattern, (message) => this.answer(message), options);
  }

  private answer({ payload }: Message): Observable<CommandAnswer> {
    const command = decodeCommand(payload);
    if (!command) throw new InvalidMessageError('field', 'it holds no command');
    return this.resultOf(command).pipe(
      map((result) => {
        if (result.success) return { v: 1, ok: true, result: result.result };
        const { cause } = result;
        const again = this.mayComeAgain(command, cause);
        return { v: 1, ok: false, again, failure: recordOfFailure(cause) };
      }),
    );
  }

  private mayComeAgain({ id, type }: Command, cause: unknown): boolean {
    const { memory, handlers } = this.dispatcher;
    const known = memory.get(id)?.ending;
    // What is remembered is what a repetition gets, whatever kind of failure it is.
    if (known?.success === false && known.error === cause) return false;
    return mayBeSentAgain(cause, handlers.get(type)?.values.idempotent);
  }

  private resultOf(command: Command): Observable<CommandResult> {
    const { id, type } = command;
    if (this.commands.handlerOf(type) === 'local') return this.commands.execute(command);
    return of(failureFor(command, new CommandRefusedError(type, id, 'no-handler')));
  }
}
