import { DestroyRef, Injectable, inject } from '@angular/core';
import { EventStoreService, READ_MODEL_STORAGE } from 'rx-mesh/event-sourcing';
import { CLOCK, DIAGNOSTICS, EventHub, RANDOM, aside } from 'rx-mesh/kernel';
import { QueueFullError } from 'rx-mesh/messaging';
import { EMPTY, type Observable, catchError, defer, finalize, switchMap, take, timeout } from 'rxjs'; // prettier-ignore
import type { Command, CommandResult, CommandSuccess } from '../message-types';
import type { AttemptPorts } from './command-attempts';
import { CommandRefusedError, CommandTimeoutError } from './command-errors';
import { CommandFlight, type FlightSink } from './command-flight';
import { handled } from './handled';
import { CommandLanes } from './command-lanes';
import { type CommandEnding, CommandMemory } from './command-memory';
import { COMMAND_MIDDLEWARE } from './command-middleware';
import { failureFor, outcomeOf } from './command-outcome';
import { COMMAND_OBSERVER, CommandObservers, type CommandOutcome } from './command-observer';
import { faultOf, foreignId } from './complete-command';
import { mayBeSentAgain } from './failure-verdict';
import { HandlerRegistry } from './handler-registry';
import { type KeptCommand, KeptResults } from './kept-results';
import { COMMANDS } from './with-commands';

/** Takes commands, and has each done once. */
@Injectable({ providedIn: 'root' })
export class CommandDispatcher {
  private readonly clock = inject(CLOCK);
  private readonly values = inject(COMMANDS.token);
  private readonly middleware = inject(COMMAND_MIDDLEWARE);
  private readonly observers = new CommandObservers(inject(COMMAND_OBSERVER), this.clock);
  private readonly memory = new CommandMemory(this.clock, this.values.resultWindow, this.values.resultLimit); // prettier-ignore
  private readonly kept = this.values.keepResults
    ? new KeptResults(inject(READ_MODEL_STORAGE), this.clock, inject(DIAGNOSTICS), this.values.resultWindow, this.values.resultLimit) // prettier-ignore
    : undefined;
  private readonly ports: AttemptPorts = {
    clock: this.clock,
    random: inject(RANDOM),
    store: inject(EventStoreService),
    isPlain: this.middleware.length === 0,
  };
  private readonly flights = new Map<string, CommandFlight>();
  private readonly lanes = new CommandLanes(this.values.queueLimit, this.clock, (flight) => this.run(flight)); // prettier-ignore

  readonly handlers = new HandlerRegistry();
  readonly taken = new EventHub<Command>();
  readonly results = new EventHub<CommandResult>();

  constructor() {
    inject(DestroyRef).onDestroy(() => {
      // First: what waits must not be begun because another one has made room.
      this.lanes.close();
      for (const flight of [...this.flights.values()]) this.leave(flight, undefined);
      this.taken.complete();
      this.results.complete();
    });
  }

  /** How many commands wait for their turn. */
  get waiting(): number {
    return this.lanes.waiting;
  }

  /** Takes a command, or joins one with the same id. Returns what leaves it again. */
  take(command: Command, sink: FlightSink): (() => void) | undefined {
    const { id } = command;
    const known = this.flights.get(id) ?? this.memory.get(id);
    if (known) {
      const { type, aggregateId } = known instanceof CommandFlight ? known.command : known;
      if (type !== command.type || aggregateId !== command.aggregateId) {
        this.refuse(command, sink, foreignId(command));
        return undefined;
      }
      this.observers.duplicate(command);
      if (known instanceof CommandFlight) {
        known.sinks.push(sink);
        return () => this.leave(known, sink);
      }
      if (known.ending.success) sink.done(known.ending.done);
      else sink.failed(known.ending.error);
      return undefined;
    }
    if (this.lanes.isClosed) {
      sink.over();
      return undefined;
    }
    const entry = this.handlers.get(command.type);
    const fault = faultOf(command) ?? (entry ? undefined : new CommandRefusedError(command.type, id, 'no-handler')); // prettier-ignore
    if (fault || !entry) {
      this.refuse(command, sink, fault);
      return undefined;
    }
    const flight = new CommandFlight(command, entry, this.observers.watch(command));
    this.flights.set(id, flight);
    this.taken.emit(command);
    flight.sinks.push(sink);
    if (!this.lanes.add(flight)) {
      this.settle(flight, 'rejected', { success: false, error: new QueueFullError('commands', this.values.queueLimit) }); // prettier-ignore
      return undefined;
    }
    return () => this.leave(flight, sink);
  }

  private refuse(command: Command, sink: FlightSink, error: unknown): void {
    const follow = this.observers.watch(command);
    this.taken.emit(command);
    follow?.end('rejected', error);
    this.tell(command, { success: false, error });
    sink.failed(error);
  }

  private run(flight: CommandFlight): void {
    flight.phase = 'running';
    if (flight.follow) flight.follow.run(() => this.work(flight));
    else this.work(flight);
  }

  private work(flight: CommandFlight): void {
    const { type, values } = flight.entry;
    let end: (() => void) | undefined;
    const answer = (how: () => void): void => {
      end = how;
      flight.answered = true;
    };
    const work = this.turn(flight)
      .pipe(take(1))
      .subscribe({
        next: (result) => answer(() => this.done(flight, result)),
        error: (error: unknown) => answer(() => this.failed(flight, error)),
        complete: () => answer(end ?? (() => this.done(flight, undefined))),
      });
    // It is another one's turn only when the handler has cleaned up.
    work.add(() => end?.());
    // It may have ended inside, or everybody has left.
    if (flight.phase !== 'running') {
      aside(() => work.unsubscribe());
      return;
    }
    flight.work = work;
    flight.timer = this.clock.scheduler.schedule(() => {
      aside(() => work.unsubscribe());
      const error = new CommandTimeoutError(type, flight.command.id, values.timeout, flight.begun);
      this.failed(flight, error);
    }, values.timeout);
  }

  private turn(flight: CommandFlight): Observable<unknown> {
    const { kept } = this;
    if (!kept) return handled(flight, this.middleware, this.ports);
    return defer(async () => kept.read(flight.command)).pipe(
      switchMap((found) =>
        found ? this.repeat(flight, found) : handled(flight, this.middleware, this.ports),
      ),
    );
  }

  // It was done before this page was there.
  private repeat(flight: CommandFlight, { type, aggregateId, ending, age }: KeptCommand) {
    const { command } = flight;
    if (type !== command.type || aggregateId !== command.aggregateId) throw foreignId(command);
    this.memory.set(command, ending, age);
    this.settle(flight, 'duplicate', ending);
    return EMPTY;
  }

  private done(flight: CommandFlight, result: unknown): void {
    if (flight.phase !== 'running') return;
    const { events, position } = flight;
    const done: CommandSuccess = {
      commandId: flight.command.id,
      success: true,
      result,
      ...(events === undefined ? {} : { events }),
      ...(position === undefined ? {} : { position }),
    };
    this.ended(flight, 'success', { success: true, done }, true);
  }

  private failed(flight: CommandFlight, error: unknown): void {
    if (flight.phase !== 'running') return;
    const isFinal = flight.begun && !mayBeSentAgain(error, flight.entry.values.idempotent);
    this.ended(flight, outcomeOf(error), { success: false, error }, isFinal);
  }

  private ended(
    flight: CommandFlight,
    outcome: CommandOutcome,
    ending: CommandEnding,
    isFinal: boolean,
  ): void {
    const { kept } = this;
    flight.end();
    if (isFinal) this.memory.set(flight.command, ending);
    if (!kept || !isFinal) {
      this.settle(flight, outcome, ending);
      return;
    }
    // First kept, then told: who has heard of it can rely on it. But for ever nobody waits.
    defer(async () => kept.write(flight.command, ending))
      .pipe(
        timeout({ each: flight.entry.values.timeout, scheduler: this.clock.scheduler }),
        catchError(() => EMPTY),
        finalize(() => this.settle(flight, outcome, ending)),
      )
      .subscribe();
  }

  private settle(flight: CommandFlight, outcome: CommandOutcome, ending: CommandEnding): void {
    const { command, sinks } = flight;
    const isWaiting = flight.phase === 'waiting';
    flight.end();
    this.flights.delete(command.id);
    flight.follow?.end(outcome, ending.success ? undefined : ending.error);
    this.tell(command, ending);
    for (const sink of sinks.splice(0)) {
      if (ending.success) sink.done(ending.done);
      else sink.failed(ending.error);
    }
    if (!isWaiting) this.lanes.release(flight);
  }

  /** Somebody does not wait any more; `undefined`: nobody may. */
  private leave(flight: CommandFlight, sink: FlightSink | undefined): void {
    const { sinks, phase } = flight;
    const gone = sink ? sinks.splice(sinks.indexOf(sink) >>> 0, 1) : sinks.splice(0);
    const isLast = sinks.length === 0 && gone.length > 0 && phase !== 'ended';
    if (isLast) {
      flight.end();
      this.doubt(flight);
      this.flights.delete(flight.command.id);
    }
    if (!sink) for (const each of gone) each.over();
    if (!isLast) return;
    aside(() => flight.work?.unsubscribe());
    flight.follow?.end('cancelled');
    this.lanes.release(flight);
  }

  // What was begun may have its effect, so it is not begun again when it is sent again, unless that does no harm.
  private doubt({ begun, entry, command }: CommandFlight): void {
    if (!begun || entry.values.idempotent) return;
    const error = new CommandRefusedError(command.type, command.id, 'already-begun');
    this.memory.set(command, { success: false, error });
    void this.kept?.write(command, { success: false, error });
  }

  private tell(command: Command, ending: CommandEnding): void {
    if (!this.results.observed) return;
    this.results.emit(ending.success ? ending.done : failureFor(command, ending.error));
  }
}
