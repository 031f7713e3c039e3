import { RxMeshError, createErrorGuard } from 'rx-mesh/kernel';
import type { ExpectedVersion } from './log/expected-version';

/** What is to be recorded cannot be: it is no plain JSON, too large, or a name is missing. Nothing was stored. */
export class InvalidEventError extends RxMeshError {
  readonly code = 'RXM500';

  constructor(
    /** Where it is, such as `events[0].data.items[3].price`. */
    readonly path: string,
    /** What was found there, as a phrase. */
    readonly found: string,
  ) {
    super(
      `${path} is ${found}. Events hold plain JSON: null, booleans, finite numbers, texts, lists and plain objects.`,
    );
  }
}

/** Whether an error says that something cannot be recorded. */
export const isInvalidEventError: (error: unknown) => error is InvalidEventError =
  /* @__PURE__ */ createErrorGuard<InvalidEventError>('RXM500');

/** The stream is not at the version that was expected: somebody else was faster. Nothing was stored. */
export class WrongExpectedVersionError extends RxMeshError {
  readonly code = 'RXM501';

  constructor(
    /** The stream. */
    readonly stream: string,
    /** What was expected. */
    readonly expected: ExpectedVersion,
    /** The version of the stream, 0 when there is none. */
    readonly actual: number,
  ) {
    super(
      `Stream ${quote(stream)} is at version ${actual}, not ${expected}. Read it again, decide again, and append with the new version.`,
    );
  }
}

/** Whether an error says that a stream is at another version than was expected. */
export const isWrongExpectedVersionError: (error: unknown) => error is WrongExpectedVersionError =
  /* @__PURE__ */ createErrorGuard<WrongExpectedVersionError>('RXM501');

/** An id is in the log already, and the append is no repetition of the one that stored it. Nothing was stored. */
export class DuplicateEventIdError extends RxMeshError {
  readonly code = 'RXM502';

  constructor(
    /** The stream that was to be appended to. */
    readonly stream: string,
    /** The id that is known. */
    readonly eventId: string,
    /** The stream that has it; the same stream when the append itself has it twice. */
    readonly knownIn: string,
  ) {
    super(
      `Event ${quote(eventId)} is in stream ${quote(knownIn)} already, so it cannot be appended to ${quote(stream)}. Each event needs an id of its own; a repetition needs the same events and the same expected version.`,
    );
  }
}

/** Whether an error says that an event id is known. */
export const isDuplicateEventIdError: (error: unknown) => error is DuplicateEventIdError =
  /* @__PURE__ */ createErrorGuard<DuplicateEventIdError>('RXM502');

/** There is no room for more events. Nothing of the append was stored; reading goes on. */
export class EventLogFullError extends RxMeshError {
  readonly code = 'RXM503';

  constructor(
    /** The name of the log. */
    readonly log: string,
    options?: ErrorOptions,
  ) {
    super(
      `The event log ${quote(log)} has no room. Free some by prune() with a retention, or by exporting and truncating.`,
      options,
    );
  }
}

/** Whether an error says that the log has no room. */
export const isEventLogFullError: (error: unknown) => error is EventLogFullError =
  /* @__PURE__ */ createErrorGuard<EventLogFullError>('RXM503');

/** The database has another version than this code, or a tab of an older version keeps it open. */
export class EventLogBlockedError extends RxMeshError {
  readonly code = 'RXM504';

  constructor(
    /** The name of the log. */
    readonly log: string,
    /** `older-tab`: a tab blocks the upgrade. `newer-version`: newer code has upgraded it. */
    readonly reason: 'older-tab' | 'newer-version',
    options?: ErrorOptions,
  ) {
    super(
      reason === 'older-tab'
        ? `Another tab keeps an older version of the event log ${quote(log)} open. Close or reload it.`
        : `The event log ${quote(log)} was upgraded by a newer version of the application. Reload the page.`,
      options,
    );
  }
}

/** Whether an error says that the database is blocked, or of another version. */
export const isEventLogBlockedError: (error: unknown) => error is EventLogBlockedError =
  /* @__PURE__ */ createErrorGuard<EventLogBlockedError>('RXM504');

/**
 * The log cannot be used: a private window, blocked site data, a lost connection. An append that failed so may have been
 * stored all the same: repeat it with the same events and ids.
 */
export class EventLogUnavailableError extends RxMeshError {
  readonly code = 'RXM505';

  constructor(
    /** The name of the log. */
    readonly log: string,
    options?: ErrorOptions,
  ) {
    super(
      `The event log ${quote(log)} cannot be used. A private window or blocked site data leaves no database; after a lost connection the next call opens it again.`,
      options,
    );
  }
}

/** Whether an error says that the log cannot be used. */
export const isEventLogUnavailableError: (error: unknown) => error is EventLogUnavailableError =
  /* @__PURE__ */ createErrorGuard<EventLogUnavailableError>('RXM505');

/** Upcasters make no chain, or one of them could not bring an event to its newest shape. */
export class UpcasterError extends RxMeshError {
  readonly code = 'RXM507';

  constructor(
    /** The type of the event. */
    readonly type: string,
    /** The version of the shape at which it ends. */
    readonly schemaVersion: number,
    /** What is wrong, as a phrase. */
    readonly problem: string,
    options?: ErrorOptions,
  ) {
    super(
      `Upcasting ${quote(type)} of version ${schemaVersion} fails: ${problem}. Each version needs one upcaster to the next.`,
      options,
    );
  }
}

/** Whether an error is one of upcasters. */
export const isUpcasterError: (error: unknown) => error is UpcasterError =
  /* @__PURE__ */ createErrorGuard<UpcasterError>('RXM507');

/** A text cannot be imported, or a log cannot be exported. Blocks before the named line may have been stored. */
export class EventTransferError extends RxMeshError {
  readonly code = 'RXM508';

  constructor(
    /** The line at fault, counted from 1 without empty ones; 0 when it is none of them. */
    readonly line: number,
    /** What is wrong, as a phrase. */
    readonly problem: string,
    options?: ErrorOptions,
  ) {
    super(
      `Line ${line} of the events: ${problem}. What came before it is intact; importing again stores nothing twice.`,
      options,
    );
  }
}

/** Whether an error says that events could not be imported or exported. */
export const isEventTransferError: (error: unknown) => error is EventTransferError =
  /* @__PURE__ */ createErrorGuard<EventTransferError>('RXM508');

function quote(name: string): string {
  return JSON.stringify(name);
}
