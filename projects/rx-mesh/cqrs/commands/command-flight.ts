import type { Subscription } from 'rxjs';
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

/** A command under way: from when it is taken to when everybody has its outcome. */
export class CommandFlight {
  readonly sinks: FlightSink[] = [];
  /** `waiting` for its turn; `running`: middleware and handler; `ended`: the outcome is known. */
  phase: 'waiting' | 'running' | 'ended' = 'waiting';
  /** Whether the handler was called. */
  begun = false;
  /** Whether the handler has said how it ended. */
  answered = false;
  /** What the handler failed with last. */
  lastError: unknown = undefined;
  /** How many events it appended; `undefined` when nobody counts. */
  events: number | undefined;
  /** The position of the last of them. */
  position: number | undefined;
  work: Subscription | undefined;
  timer: Subscription | undefined;
  /** The commands of the same aggregate that wait for this one; `undefined` when it has no order. */
  lane: FlightList | undefined;
  /** Where it waits. */
  list: FlightList | undefined;
  before: CommandFlight | undefined;
  after: CommandFlight | undefined;

  constructor(
    readonly command: Command,
    readonly entry: HandlerEntry,
    readonly follow: CommandFollow | undefined,
  ) {
    this.events = entry.isRemote ? undefined : 0;
  }

  /** Its outcome is known: its time is not measured any more. */
  end(): void {
    this.phase = 'ended';
    this.timer?.unsubscribe();
  }
}

/** Commands that wait, first come first served; each can leave at once, wherever it stands. */
export class FlightList {
  #first: CommandFlight | undefined;
  #last: CommandFlight | undefined;

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

/** What is known of the handler of one type. */
export interface HandlerEntry {
  readonly type: string;
  readonly schema: StandardSchemaV1 | undefined;
  readonly handler: CommandHandler;
  readonly isRemote: boolean;
  readonly values: CommandHandlerValues;
  /** Commands whose turn it is, but for the limit of the type. */
  readonly ready: FlightList;
  /** How many are handled. */
  running: number;
}
