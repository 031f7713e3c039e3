import { type Observer, Subscription } from 'rxjs';
import type { Command, CommandSuccess } from '../message-types';
import type { CommandFollow } from './command-observer';
import type { CommandHandler } from './command-handler';
import type { CommandHandlerValues } from './handler-options';
import type { StandardSchemaV1 } from '../standard-schema';

/** Whoever waits for a command. One of them is called, once. */
export interface FlightSink {
  done(success: CommandSuccess): void;
  failed(error: unknown): void;
  /** The application has ended. */
  over(): void;
}

/**
 * A command under way: from when it is taken to when everybody has its outcome. It listens to its own work, and is the
 * subscription to it as well: so RxJS takes it as it is, and puts nothing around it.
 */
export class CommandFlight extends Subscription implements Observer<unknown> {
  sinks: FlightSink[];
  /** `waiting` for its turn; `running`: middleware and handler; `ended`: the outcome is known. */
  phase: 'waiting' | 'running' | 'ended' = 'waiting';
  /** Whether the handler was called. */
  begun = false;
  /** Whether the handler has said how it ended. */
  answered = false;
  /** Whether it said that it failed. */
  hasFailed = false;
  /** What it answered, or failed with. */
  answer: unknown = undefined;
  /** Whether everybody has its outcome, or nobody wants it. */
  isOver = false;
  /** What the handler failed with last. */
  lastError: unknown = undefined;
  /** How many events it appended; `undefined` when nobody counts. */
  events: number | undefined;
  /** The position of the last of them. */
  position: number | undefined;
  /** Is told of the answer once the handler has cleaned up; not set while the work is begun. */
  told: ((flight: CommandFlight) => void) | undefined;
  /** Tells the handler that nobody waits for its answer any more. */
  context: { abort(): void } | undefined;
  /** When it has taken too long, by the monotonic clock. */
  due = 0;
  /** The commands of the same aggregate that wait for this one; `undefined` when it has no order. */
  lane: FlightList | undefined;
  /** Where it waits: for its turn, or for its answer. */
  list: FlightList | undefined;
  before: CommandFlight | undefined;
  after: CommandFlight | undefined;

  constructor(
    readonly command: Command,
    readonly entry: HandlerEntry,
    readonly follow: CommandFollow | undefined,
    sink: FlightSink,
  ) {
    super();
    this.events = entry.isRemote ? undefined : 0;
    this.sinks = [sink];
  }

  // The first value is the answer.
  next(result: unknown): void {
    if (this.closed) return;
    this.answer = result;
    this.conclude();
  }

  error(error: unknown): void {
    if (this.closed) return;
    this.hasFailed = true;
    this.answer = error;
    this.conclude();
  }

  complete(): void {
    if (!this.closed) this.conclude();
  }

  private conclude(): void {
    this.answered = true;
    try {
      this.unsubscribe();
    } finally {
      this.told?.(this);
    }
  }

  /** Its outcome is known: its time is not measured any more. */
  end(): void {
    if (this.phase === 'running') this.entry.deadlines?.remove(this);
    this.phase = 'ended';
  }

  /** Stops the work, of which nobody wants to hear any more. */
  stop(): void {
    // Before the handler's own teardown, so that what it waits for hears of the end first.
    if (!this.answered) this.context?.abort();
    this.unsubscribe();
  }
}

/** Commands that wait, first come first served; each can leave at once, wherever it stands. */
export class FlightList {
  #first: CommandFlight | undefined;
  #last: CommandFlight | undefined;

  /** Who has waited longest. */
  get first(): CommandFlight | undefined {
    return this.#first;
  }

  /** Whether nobody waits. */
  get isEmpty(): boolean {
    return this.#first === undefined;
  }

  /** Adds a command at the end. */
  push(flight: CommandFlight): void {
    flight.list = this;
    flight.before = this.#last;
    if (this.#last) this.#last.after = flight;
    else this.#first = flight;
    this.#last = flight;
  }

  /** Takes the first command out; `undefined` when there is none. */
  shift(): CommandFlight | undefined {
    const first = this.#first;
    if (first) this.remove(first);
    return first;
  }

  /** Takes a command out that is in this list. */
  remove(flight: CommandFlight): void {
    const { before, after } = flight;
    if (before) before.after = after;
    else this.#first = after;
    if (after) after.before = before;
    else this.#last = before;
    flight.before = flight.after = flight.list = undefined;
  }
}

/** Measures how long commands take. */
export interface FlightTimes {
  /** From now on the time of a command is measured. */
  add(flight: CommandFlight): void;
  /** Its time is not measured any more. */
  remove(flight: CommandFlight): void;
}

/** What is known of the handler of one type. */
export interface HandlerEntry {
  readonly type: string;
  readonly schema: StandardSchemaV1 | undefined;
  readonly handler: CommandHandler;
  readonly isRemote: boolean;
  readonly values: CommandHandlerValues;
  /** Commands whose turn it is, but for the limit of the type. */
  readonly ready: FlightList;
  /** Whether the handler is called at once, and once: nothing is looked at before, nothing is tried again. */
  readonly isPlain: boolean;
  /** How many are handled. */
  running: number;
  /** Until when those that are handled have to be done. Made when one of them is not done at once. */
  deadlines: FlightTimes | undefined;
}
