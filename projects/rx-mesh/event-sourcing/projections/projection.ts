import { InvalidOptionError, createOptions, oneOf, positiveInteger } from 'rx-mesh/kernel';
import type { EventEnvelope } from '../event-envelope';

/** What a handler of a projection is told besides the event. */
export interface ProjectionContext {
  /**
   * Whether the event is of the past: it was there before the projection was, or another generation has handled it already,
   * as in a rebuild. Whatever goes beyond the state, such as a message, belongs to events that are not.
   */
  readonly isReplay: boolean;
}

/**
 * Makes the next state of a record of the state and an event; `undefined` deletes the record. The state and the event are
 * frozen: a handler that changes them fails. The state is plain JSON. What it throws is the failure of that event.
 */
export type ProjectionHandler<S, D = unknown> = (
  state: S,
  event: EventEnvelope<D>,
  context: ProjectionContext,
) => S | undefined;

/**
 * What becomes of an event that cannot be handled. `park`: it is kept, and the events of the same record wait behind it, until
 * `replayParked`; `stop`: the projection stops before it; `skip`: the state stays as it is, as if there were no such event.
 */
export type ProjectionFailurePolicy = 'park' | 'stop' | 'skip';

/**
 * How a state is made of events.
 *
 * @typeParam S The state of a record, as plain JSON.
 * @typeParam E The data of the events by type.
 */
export interface ProjectionDefinition<S, E extends object = Readonly<Record<string, unknown>>> {
  /** The name, not empty, at most 128 characters, not beginning with `$`. What is stored is found by it. */
  readonly name: string;
  /** The version, at least 1. Raise it whenever handlers or state change: it is then built anew. @default 1 */
  readonly version?: number | undefined;
  /** Makes the state of a record before its first event, anew each time. */
  readonly initial: () => S;
  /** What each type of event does, by its newest name. Events of other types do nothing. At least one. */
  readonly when: { readonly [T in keyof E]?: ProjectionHandler<S, E[T]> };
  /** To which record an event belongs; `undefined` when to none. @default one record for all, whose id is `all` */
  readonly idOf?: ((event: EventEnvelope) => string | undefined) | undefined;
  /** What becomes of an event that cannot be handled. @default 'park' */
  readonly onError?: ProjectionFailurePolicy | undefined;
  /** How many events may be parked, at least 1; at one more it stops. @default 1000 */
  readonly maxParked?: number | undefined;
  /**
   * Whether later events of a record wait behind a parked one, so that no state is made with an event missing. `false` is for
   * states for which the order does not matter, such as counts. @default true
   */
  readonly parkBehind?: boolean | undefined;
}

/** Which projection it is. */
export interface ProjectionKey {
  /** The name. */
  readonly name: string;
  /** The version, at least 1. */
  readonly version: number;
}

/** A projection that was checked, by {@link createProjection}. */
export interface Projection<S> extends ProjectionKey {
  /** Makes the state of a record before its first event. */
  readonly initial: () => S;
  /** What each type of event does. */
  readonly handlers: ReadonlyMap<string, ProjectionHandler<S>>;
  /** To which record an event belongs; `undefined` when it has only the record `all`. */
  readonly idOf: ((event: EventEnvelope) => string | undefined) | undefined;
  /** What becomes of an event that cannot be handled. */
  readonly onError: ProjectionFailurePolicy;
  /** How many events may be parked. */
  readonly maxParked: number;
  /** Whether later events of a record wait behind a parked one. */
  readonly parkBehind: boolean;
}

interface ProjectionValues {
  readonly name: string;
  readonly version: number;
  readonly onError: ProjectionFailurePolicy;
  readonly maxParked: number;
  readonly parkBehind: boolean;
}

/** The record of a projection that has only one. */
export const ONE_RECORD = 'all';

const LONGEST_NAME = 128;

const PROJECTION = /* @__PURE__ */ createOptions<ProjectionValues>(
  'ProjectionDefinition',
  { name: '', version: 1, onError: 'park', maxParked: 1000, parkBehind: true },
  {
    name: (name: unknown) =>
      typeof name === 'string' &&
      name !== '' &&
      name.length <= LONGEST_NAME &&
      !name.startsWith('$')
        ? undefined
        : `a text of 1 to ${LONGEST_NAME} characters that does not begin with $`,
    version: positiveInteger,
    onError: /* @__PURE__ */ oneOf('park', 'stop', 'skip'),
    maxParked: positiveInteger,
    parkBehind: (value: unknown) => (typeof value === 'boolean' ? undefined : 'true or false'),
  },
);

/**
 * Checks how a state is made of events. Nothing runs before `ProjectionService.run` or `live` is subscribed.
 *
 * @throws InvalidOptionError when a part of it cannot be what it is.
 * @usageNotes
 * ```ts
 * export const totals = createProjection<number, { OrderPlaced: { total: number } }>({
 *   name: 'order-totals',
 *   initial: () => 0,
 *   when: { OrderPlaced: (sum, { data }) => sum + data.total },
 *   idOf: ({ aggregateId }) => aggregateId,
 * });
 * ```
 */
export function createProjection<S, E extends object = Readonly<Record<string, unknown>>>(
  definition: ProjectionDefinition<S, E>,
): Projection<S> {
  const { initial, when, idOf, ...rest } = definition;
  const values = PROJECTION.resolve(rest);
  check('initial', initial, isFunction(initial), 'a function');
  check('idOf', idOf, idOf === undefined || isFunction(idOf), 'a function');
  // Own names alone: an event may well be called `constructor`.
  const handlers = new Map(Object.entries(Object(when) as object));
  const isWhole = handlers.size > 0 && [...handlers.values()].every(isFunction);
  check('when', when, isWhole, 'an object of at least one function by type');
  return Object.freeze({
    ...values,
    initial,
    idOf,
    handlers: handlers as ReadonlyMap<string, ProjectionHandler<S>>,
  });
}

function check(name: string, value: unknown, holds: boolean, expected: string): void {
  if (!holds) throw new InvalidOptionError(`ProjectionDefinition.${name}`, value, expected);
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}
