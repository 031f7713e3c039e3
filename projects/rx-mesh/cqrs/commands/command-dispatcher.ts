import { DestroyRef, Injectable, inject } from '@angular/core';
import { EventStoreService, READ_MODEL_STORAGE } from 'rx-mesh/event-sourcing';
import { CLOCK, DIAGNOSTICS, EventHub, RANDOM, aside } from 'rx-mesh/kernel';
import { QueueFullError } from 'rx-mesh/messaging';
import { EMPTY, type Observable, catchError, defer, finalize, switchMap, timeout } from 'rxjs'; // prettier-ignore
import type { Command, CommandResult } from '../message-types';
import { type AttemptPorts, called } from './command-attempts';
import { CommandDeadlines } from './command-deadlines';
import { CommandRefusedError, CommandTimeoutError } from './command-errors';
import { CommandFlight, type FlightSink } from './command-flight';
import { handled } from './handled';
import { CommandLanes } from './command-lanes';
import { type CommandEnding, CommandMemory } from './command-memory';
import { COMMAND_MIDDLEWARE } from './command-middleware';
import { failureFor, outcomeOf, successOf } from './command-outcome';
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
  readonly memory = new CommandMemory(this.clock, this.values.resultWindow, this.values.resultLimit); // prettier-ignore
  readonly kept = this.values.keepResults
    ? new KeptResults(inject(READ_MODEL_STORAGE), this.clock, inject(DIAGNOSTICS), this.values.resultWindow, this.values.resultLimit) // prettier-ignore
    : undefined;
  private readonly ports: AttemptPorts = {
    clock: this.clock,
    random: inject(RANDOM),
    store: inject(EventStoreService),
    isPlain: this.middleware.length === 0,
  };
  private readonly flights = new Map<string, CommandFlight>();
  // The one that is taken just now: it is not in the map, for most are over before they would be.
  private taking: CommandFlight | undefined;
  private readonly lanes = new CommandLanes(this.values.queueLimit, this.clock, (flight) => this.run(flight)); // prettier-ignore

  readonly handlers = new HandlerRegistry();
  readonly taken = new EventHub<Command>();
  readonly results = new EventHub<CommandResult>();

  constructor() {
    inject(DestroyRef).onDestroy(() => {
      // First: what waits must not be begun because another one has made room.
      this.lanes.close();
      for (const flight of [...this.flights.values(), this.taking]) if (flight) this.leave(flight, undefined); // prettier-ignore
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
    const known = (this.taking?.command.id === id ? this.taking : this.flights.get(id)) ?? this.memory.get(id); // prettier-ignore
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
    const flight = new CommandFlight(command, entry, this.observers.watch(command), sink);
    if (this.taking) this.flights.set(id, flight);
    else this.taking = flight;
    this.taken.emit(command);
    if (!this.lanes.add(flight)) {
      this.settle(flight, 'rejected', { success: false, error: new QueueFullError('commands', this.values.queueLimit) }); // prettier-ignore
    }
    if (flight.isOver) return undefined;
    if (this.taking === flight) {
      this.taking = undefined;
      this.flights.set(id, flight);
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
    // What cleans up may throw: then there is an answer, or nobody waits for one.
    aside(() => flight.add(this.turn(flight).subscribe(flight)));
    if (flight.closed) {
      this.answered(flight);
      return;
    }
    flight.told = this.answered;
    const { entry } = flight;
    entry.deadlines ??= new CommandDeadlines(this.clock, entry.values.timeout, (late) => this.late(late)); // prettier-ignore
    entry.deadlines.add(flight);
  }

  private readonly answered = (flight: CommandFlight): void => {
    if (flight.hasFailed) this.failed(flight, flight.answer);
    else if (flight.answered) this.done(flight, flight.answer);
  };

  private late(flight: CommandFlight): void {
    const { command, entry, begun } = flight;
    aside(() => flight.stop());
    this.failed(flight, new CommandTimeoutError(entry.type, command.id, entry.values.timeout, begun)); // prettier-ignore
  }

  private turn(flight: CommandFlight): Observable<unknown> {
    const { kept } = this;
    if (!kept) return this.ports.isPlain && flight.entry.isPlain ? called(flight, flight.command, this.ports) : handled(flight, this.middleware, this.ports); // prettier-ignore
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
    this.ended(flight, 'success', { success: true, done: successOf(flight, result) }, true);
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
    this.over(flight);
    flight.follow?.end(outcome, ending.success ? undefined : ending.error);
    this.tell(command, ending);
    flight.sinks = [];
    for (const sink of sinks) {
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
      this.over(flight);
    }
    if (!sink) for (const each of gone) each.over();
    if (!isLast) return;
    aside(() => flight.stop());
    flight.follow?.end('cancelled');
    this.lanes.release(flight);
  }

  private over(flight: CommandFlight): void {
    flight.isOver = true;
    if (this.taking === flight) this.taking = undefined;
    else this.flights.delete(flight.command.id);
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
