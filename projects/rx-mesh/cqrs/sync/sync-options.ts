import type { EventEnvelope } from 'rx-mesh/event-sourcing';
import { InvalidOptionError, createOptions, oneOf, positiveInteger, waitable } from 'rx-mesh/kernel'; // prettier-ignore
import type { ObservableInput } from 'rxjs';

/** The events of one aggregate that a read model has to be brought up to date with. */
export interface AggregateEvents {
  /** Of which kind the aggregate is. */
  readonly aggregateType: string;
  /** The aggregate. */
  readonly aggregateId: string;
  /** Its events in the order of the log, at least one. */
  readonly events: readonly EventEnvelope[];
  /** Which try it is for the first of them, from 1 on. */
  readonly attempt: number;
  /** Aborted when nobody waits any more, and when it has taken too long. Hand it to `fetch`. */
  readonly signal: AbortSignal;
}

/**
 * Brings read models up to date; its end is that of its work. What it emits is counted as what was updated: a list by its
 * length, anything else as one. What it throws or errors with is the failure of these events, which then are handed over
 * again: so it may get an event twice, but never one before an earlier one of the same aggregate is done.
 */
export type SyncHandler = (batch: AggregateEvents) => ObservableInput<unknown>;

/** How to synchronize read models. */
export interface SyncOptions {
  /** Who brings read models up to date, by the type of aggregate. Events of other types are passed over. At least one. */
  readonly handlers: Readonly<Record<string, SyncHandler>>;
  /**
   * What it is called, 1 to 128 characters. How far it is is stored by it: of all who use it, in any tab, one works.
   * @default 'read-models'
   */
  readonly name?: string | undefined;
  /** The time after which what has come is a batch, in milliseconds, above 0 and at most 2147483647. @default 5000 */
  readonly every?: number | undefined;
  /** How many events are a batch before that time is over, at least 1. @default 500 */
  readonly maxBatch?: number | undefined;
  /** How many aggregates of a batch are handled at once, at least 1. @default 4 */
  readonly concurrency?: number | undefined;
  /** How long a handler may take, in milliseconds, above 0 and at most 2147483647. @default 30000 */
  readonly timeout?: number | undefined;
  /** How many events may wait that could not be handled, at least 1; with one more it stands still. @default 1000 */
  readonly maxParked?: number | undefined;
  /** Where it begins the first time: with the first event of the log, or with what is new. @default 'start' */
  readonly from?: 'start' | 'end' | undefined;
}

/** Events of an aggregate that were left out of a batch. They are kept, here or in the log, and handed over again. */
export interface SyncLeftOut {
  /** Of which kind the aggregate is. */
  readonly aggregateType: string;
  /** The aggregate. */
  readonly aggregateId: string;
  /** The positions of the events that wait, in order. */
  readonly positions: readonly number[];
  /** Why; left out when they only wait behind an earlier event that is not due to be tried again. */
  readonly error?: unknown;
}

/** What became of a batch. */
export interface SyncResult {
  /** When the batch was over. */
  readonly timestamp: Date;
  /** How many read models were updated, as far as handlers say so. */
  readonly updatedModels: number;
  /** Whether all of it was handled. */
  readonly success: boolean;
  /** What went wrong first, in words; left out when nothing did. */
  readonly error?: string | undefined;
  /** What went wrong first: the error itself. */
  readonly cause?: unknown;
  /** How many events were handled. */
  readonly events: number;
  /** The position up to which every event is handled or kept to be handed over again. */
  readonly position: number;
  /** The events that were left out, by aggregate. */
  readonly leftOut: readonly SyncLeftOut[];
}

/** The options of a synchronization with a value for each. */
export interface SyncValues {
  readonly name: string;
  readonly every: number;
  readonly maxBatch: number;
  readonly concurrency: number;
  readonly timeout: number;
  readonly maxParked: number;
  readonly from: 'start' | 'end';
}

/** A synchronization that was checked. */
export interface SyncPlan extends SyncValues {
  readonly handlers: ReadonlyMap<string, SyncHandler>;
}

const LONGEST_NAME = 128;

const SYNC = /* @__PURE__ */ createOptions<SyncValues>(
  'SyncOptions',
  {
    name: 'read-models',
    every: 5000,
    maxBatch: 500,
    concurrency: 4,
    timeout: 30_000,
    maxParked: 1000,
    from: 'start',
  },
  {
    name: (name: unknown) =>
      typeof name === 'string' && name !== '' && name.length <= LONGEST_NAME
        ? undefined
        : `a text of 1 to ${LONGEST_NAME} characters`,
    every: waitable,
    maxBatch: positiveInteger,
    concurrency: positiveInteger,
    timeout: waitable,
    maxParked: positiveInteger,
    from: /* @__PURE__ */ oneOf('start', 'end'),
  },
);

/** @throws InvalidOptionError when an option is out of its range. */
export function syncPlan({ handlers, ...rest }: SyncOptions): SyncPlan {
  const values = SYNC.resolve(rest);
  // Own names alone: an aggregate may well be called `constructor`.
  const map = new Map<string, unknown>(Object.entries(Object(handlers) as object));
  const isWhole = map.size > 0 && [...map.values()].every((one) => typeof one === 'function');
  if (!isWhole) {
    const expected = 'an object of at least one function by type of aggregate';
    throw new InvalidOptionError('SyncOptions.handlers', handlers, expected);
  }
  return { ...values, handlers: map as ReadonlyMap<string, SyncHandler> };
}

/** Under which name it is stored how far a synchronization is. */
export function syncCheckpoint(name: string): string {
  return `$sync ${name}`;
}
