import { Injectable, inject } from '@angular/core';
import { CLOCK, ID_GENERATOR } from 'rx-mesh/kernel';
import { Observable, defer, map, of } from 'rxjs';
import type { Command, CommandDefinition, CommandResult, NewCommand } from '../message-types';
import { CommandDispatcher } from './command-dispatcher';
import type { CommandHandler, RemoteCommandHandler } from './command-handler';
import { completed } from './complete-command';
import type { CommandHandlerOptions } from './handler-options';
import { OutcomeSink, ResultSink } from './sender-sinks';
import { COMMANDS } from './with-commands';

/**
 * Takes commands to the one handler of their type, here or elsewhere.
 *
 * Everything is cold: nothing is done before somebody subscribes, and nothing goes on after the last one leaves. A command is
 * never done twice by the bus: while it is under way it is joined, afterwards its result is remembered. A failure of one
 * command ends nothing but that command.
 *
 * @usageNotes
 * ```ts
 * const placeOrder = defineCommand<{ sku: string }, string>('PlaceOrder');
 * const commands = inject(CommandBusService);
 * commands.register(placeOrder, ({ aggregateId, payload }, context) =>
 *   context.append(`order-${aggregateId}`, { type: 'OrderPlaced', data: payload }).pipe(map(() => aggregateId)),
 * );
 * commands.send(placeOrder({ aggregateId: '7', payload: { sku: 'tea' } })).subscribe();
 * ```
 */
@Injectable({ providedIn: 'root' })
export class CommandBusService {
  private readonly dispatcher = inject(CommandDispatcher);
  private readonly ids = inject(ID_GENERATOR);
  private readonly clock = inject(CLOCK);
  private readonly settings = inject(COMMANDS.token);

  /** Every command as it is taken, but for those that were sent before. Never errors. */
  readonly commands$: Observable<Command> = this.dispatcher.taken.events$;
  /** What became of each of them, unless it was cancelled. Never errors. */
  readonly results$: Observable<CommandResult> = this.dispatcher.results.events$;

  /** How many commands wait for their turn. */
  get waiting(): number {
    return this.dispatcher.waiting;
  }

  /**
   * Registers the handler of a type. Returns what removes it; what is under way goes on.
   *
   * @param what The definition of the commands, or their type. Only a definition has its payload looked at.
   * @throws DuplicateHandlerError when the type has one; InvalidOptionError when an option is out of its range.
   */
  register<P, R>(
    what: string | CommandDefinition<P, R>,
    handler: CommandHandler<P, R>,
    options: CommandHandlerOptions = {},
  ): () => void {
    return this.add(what, handler, false, options);
  }

  /**
   * Registers somebody else as the handler of a type: a service, or another application. It gets the id of the command as
   * idempotency key, with which it must do a command once; so failures that may pass are tried again.
   *
   * @throws DuplicateHandlerError when the type has one; InvalidOptionError when an option is out of its range.
   * @usageNotes
   * ```ts
   * commands.registerRemote(placeOrder, ({ payload }, idempotencyKey) =>
   *   services.callService({ service: 'orders', path: '/orders', method: 'POST', payload, idempotencyKey }),
   * );
   * ```
   */
  registerRemote<P, R>(
    what: string | CommandDefinition<P, R>,
    handler: RemoteCommandHandler<P, R>,
    options: CommandHandlerOptions = {},
  ): () => void {
    const asHandler: CommandHandler<P, R> = (command, context) =>
      handler(command, context.idempotencyKey, context);
    return this.add(what, asHandler, true, options);
  }

  /** Who handles a type; `undefined`: nobody. */
  handlerOf(type: string): 'local' | 'remote' | undefined {
    const entry = this.dispatcher.handlers.get(type);
    return entry && (entry.isRemote ? 'remote' : 'local');
  }

  /**
   * Has a command done on subscribe, emits its result, and completes. However often it is subscribed it is one command, so a
   * `retry` is safe. Unsubscribing cancels it: it is not done when its turn has not come, else its handler is unsubscribed,
   * and unless that one is idempotent the same command is refused from then on (`already-begun`): what it did is unknown.
   *
   * Errors with an `InvalidCommandError`, a `CommandRefusedError`, a `QueueFullError`, a `CommandTimeoutError`, or what the
   * handler fails with.
   */
  send<R, P>(command: NewCommand<R, P>): Observable<R> {
    const whole = this.once(command);
    return new Observable<R>((subscriber) =>
      this.dispatcher.take(whole(), new ResultSink(subscriber)),
    );
  }

  /** Has a command done as {@link CommandBusService.send} does, and emits what became of it. Never errors. */
  execute<R, P>(command: NewCommand<R, P>): Observable<CommandResult<R>> {
    const whole = this.once(command);
    return new Observable<CommandResult<R>>((subscriber) => {
      const sent = whole();
      return this.dispatcher.take(sent, new OutcomeSink(subscriber, sent));
    });
  }

  /**
   * Forgets on subscribe what is remembered of the id of a command that has ended, in this page and in what
   * `withCommands({ keepResults: true })` keeps. Emits whether there was something, and completes. Sent again, the command is
   * done again: for this id the guarantee is given up that it is done once. Only what its handler appends through its context
   * is still not stored twice. What is under way goes on, and is remembered when it ends; so does what other pages, and
   * whoever does the commands of remote handlers, remember by themselves.
   *
   * Errors with what the storage fails with; then nothing is forgotten.
   *
   * @usageNotes
   * ```ts
   * commands.forget(id).pipe(switchMap(() => commands.send(command))).subscribe();
   * ```
   */
  forget(id: string): Observable<boolean> {
    const { memory, kept } = this.dispatcher;
    const wasKept$ = kept ? defer(async () => kept.forget(id)) : of(false);
    return wasKept$.pipe(map((wasKept) => memory.delete(id) || wasKept));
  }

  // What it is sent as is decided once, by the first who subscribes.
  private once<R, P>(command: NewCommand<R, P>): () => Command<R, P> {
    let whole: Command<R, P> | undefined;
    return () => (whole ??= completed(command, this.ids, this.clock));
  }

  private add<P, R>(
    what: string | CommandDefinition<P, R>,
    handler: CommandHandler<P, R>,
    isRemote: boolean,
    options: CommandHandlerOptions,
  ): () => void {
    const { handlers } = this.dispatcher;
    return handlers.add(what, handler as CommandHandler, isRemote, options, this.settings.timeout);
  }
}
