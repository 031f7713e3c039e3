import type { Observable } from 'rxjs';
import type { EventEnvelope, PreparedEvent } from '../event-envelope';
import type { EventFilter } from './event-filter';
import type { ExpectedVersion } from './expected-version';

/**
 * How sure an acknowledged append is. `relaxed`: it survives the end of the tab and of the browser; `strict`: the disk was
 * told to flush as well, which costs up to twice the time. A log may do more than it is asked, see
 * {@link EventLog.durability}.
 */
export type Durability = 'relaxed' | 'strict';

/** What is stored or not stored as one. */
export interface NewCommit {
  /** The stream, not empty. */
  readonly stream: string;
  /** Its events, in order; none at all checks the version only. */
  readonly events: readonly PreparedEvent[];
  /** When they are recorded: wall time in milliseconds since the epoch. */
  readonly timestamp: number;
}

/** How to append to a log. */
export interface LogAppendOptions {
  /** How sure an acknowledged append is. @default 'relaxed' */
  readonly durability?: Durability | undefined;
  /**
   * Leaves versions out, so that the first event has at least this one: for the import of a stream whose oldest events are
   * no more. @default 1
   */
  readonly skipTo?: number | undefined;
}

/** What an append has led to. */
export interface AppendResult {
  /** The stream. */
  readonly stream: string;
  /** The version of the last event; of the stream, when there were no events. */
  readonly version: number;
  /** The position of the last event; of the log, when there were no events. */
  readonly position: number;
  /** How many events the append has. */
  readonly count: number;
  /** Whether it had been stored before: then nothing was stored, and the rest tells of that time. */
  readonly duplicate: boolean;
}

/** Events of a stream, or of the log, in the order that was asked for. */
export interface EventPage {
  /** The events; none, when none of those looked at were wanted. */
  readonly events: readonly EventEnvelope[];
  /** From where to go on: the version of a stream, the position of the log. It moves on with every page. */
  readonly next: number;
  /** Whether there was nothing behind it when it was read. */
  readonly end: boolean;
}

/** Which page of a stream to read. */
export interface StreamRange {
  /** The direction. @default 'forward' */
  readonly direction?: 'forward' | 'backward' | undefined;
  /** The first version, included. @default the oldest, or the newest when reading backward */
  readonly from?: number | undefined;
  /** The most events, at least 1. @default 500 */
  readonly max?: number | undefined;
}

/** Which page of the log to read. */
export interface LogRange {
  /** The position behind which it begins, at least 0. @default 0 */
  readonly after?: number | undefined;
  /** The most events, at least 1. @default 500 */
  readonly max?: number | undefined;
  /** Which events are wanted. @default all */
  readonly filter?: EventFilter | undefined;
}

/** What is known of a stream. */
export interface StreamHead {
  /** The name. */
  readonly stream: string;
  /** The version of its newest event, also when that is no more. */
  readonly version: number;
  /** How many events it has. */
  readonly count: number;
  /** When the newest event was recorded: wall time in milliseconds since the epoch. */
  readonly timestamp: number;
}

/** What is known of the log. */
export interface LogHead {
  /** The position of the newest event, 0 when there was none yet. */
  readonly position: number;
  /** How many events there are. */
  readonly count: number;
}

/** Which events of a stream have to go: those for which one of the two holds. */
export interface TruncateRange {
  /** Events with a version below this. @default none */
  readonly before?: number | undefined;
  /** Events that were recorded before this wall time, in milliseconds since the epoch, up to the first that was not. @default none */
  readonly olderThan?: number | undefined;
}

/** What a log can do. */
export interface EventLogCapabilities {
  /** Whether all tabs of the origin share it. */
  readonly crossTab: boolean;
  /** Whether all clients share it. */
  readonly crossClient: boolean;
  /** Whether streams can be read backward. */
  readonly backwardRead: boolean;
  /** Whether old events can be removed. */
  readonly truncate: boolean;
}

/** Something may be new in a log. It says no more: events come from reads alone, so order and gaps cannot depend on it. */
export interface LogHint {
  /** Up to which position, if it is known. */
  readonly position?: number | undefined;
}

/**
 * Where events are kept: appended as commits, never changed, read both ways. Every method rejects with an error of rx-mesh,
 * and then nothing has happened, except where {@link EventLog.append} says otherwise. Every answer is bounded.
 */
export interface EventLog {
  /** For messages and diagnostics, not empty. */
  readonly name: string;
  /** What it can do. */
  readonly capabilities: EventLogCapabilities;
  /** What an acknowledged append survives: nothing, the end of the browser, or that of the device. */
  readonly durability: 'memory' | 'browser' | 'server';
  /**
   * Stores a commit as a whole, or nothing of it. Repeating one with the same ids stores nothing and gives the same result.
   * Positions are given in the order of commits. Rejects with `WrongExpectedVersionError`, `DuplicateEventIdError`,
   * `EventLogFullError`, `EventLogBlockedError`; or with `EventLogUnavailableError`, after which nobody knows whether it
   * was stored, so it has to be repeated.
   */
  append(
    commit: NewCommit,
    expected: ExpectedVersion,
    options?: LogAppendOptions,
  ): Promise<AppendResult>;
  /** Reads a page of a stream. One that does not exist has an empty one. */
  readStream(stream: string, range?: StreamRange): Promise<EventPage>;
  /** Reads a page of the whole log, by position. It looks at no more than some hundreds of commits. */
  readAll(range?: LogRange): Promise<EventPage>;
  /** What is known of the log. */
  head(): Promise<LogHead>;
  /** What is known of a stream; `undefined` when there was none ever. */
  streamHead(stream: string): Promise<StreamHead | undefined>;
  /** The streams by name, those after `after`; at most `max` (500). */
  streams(after?: string, max?: number): Promise<readonly StreamHead[]>;
  /** Removes old events of a stream, and resolves with how many. Versions and positions of others do not change. */
  truncate(stream: string, range: TruncateRange): Promise<number>;
  /** Tells that there may be something new, by whomever. Cold; never errors, never completes. */
  readonly hints$: Observable<LogHint>;
  /** Lets go of what it holds open, once all calls are over. A later call opens it anew. */
  close(): void;
}
