import type { EventEnvelope, Projection, ProjectionContext } from 'rx-mesh/event-sourcing';
import { type ScenarioEvent, envelopeOf } from './scenario-event';
import { ScenarioError, awaitedTooEarly, isPlainJson, isSameJson } from './scenario-error';

/** A projection and the events that it has had. */
export interface ProjectionScenario<S> {
  /** Lets more events happen. The scenario before stays as it is. */
  given(events: ScenarioEvent | readonly ScenarioEvent[]): ProjectionScenario<S>;
  /** The same, as events of the past: handlers are told that it is a replay. */
  givenReplayed(events: ScenarioEvent | readonly ScenarioEvent[]): ProjectionScenario<S>;
  /**
   * Checks the state of a record; `undefined` when there is to be none.
   *
   * @param id The record. @default the only one
   * @throws ScenarioError when the state is another, is no plain JSON, or a handler fails.
   */
  then(expected: S | undefined, id?: string): void;
  /**
   * Checks all records by id.
   *
   * @throws ScenarioError as {@link ProjectionScenario.then} does.
   */
  thenRecords(expected: Readonly<Record<string, S>>): void;
  /**
   * Checks that the last event cannot be handled.
   *
   * @param message What the error says, or a part of it.
   * @throws ScenarioError when it can be, or the error says something else.
   */
  thenError(message?: string): void;
}

interface Given {
  readonly event: ScenarioEvent;
  readonly context: ProjectionContext;
}

const ONE_RECORD = 'all';

/**
 * Tests a projection without a log or a storage: given these events, then this is the state. As in the real thing, states and
 * events are frozen, so a handler that changes them fails.
 *
 * @usageNotes
 * ```ts
 * projectionScenario(totals)
 *   .given([{ type: 'OrderPlaced', stream: 'order-7', data: { total: 3 } }])
 *   .then(3, '7');
 * ```
 */
export function projectionScenario<S>(projection: Projection<S>): ProjectionScenario<S> {
  return scenarioOf(projection, []);
}

function scenarioOf<S>(projection: Projection<S>, given: readonly Given[]): ProjectionScenario<S> {
  const more = (
    events: ScenarioEvent | readonly ScenarioEvent[],
    isReplay: boolean,
  ): ProjectionScenario<S> => {
    const list = [events].flat() as readonly ScenarioEvent[];
    return scenarioOf(projection, [
      ...given,
      ...list.map((event) => ({ event, context: { isReplay } })),
    ]);
  };
  return {
    given: (events) => more(events, false),
    givenReplayed: (events) => more(events, true),
    then: (expected, id) => {
      if (typeof expected === 'function' && typeof id === 'function') throw awaitedTooEarly();
      const records = statesOf(projection, given);
      const actual = records.get(id ?? onlyId(projection, records));
      if (isSameJson(expected, actual)) return;
      throw new ScenarioError('The state is another one.', expected, actual);
    },
    thenRecords: (expected) => {
      const actual = Object.fromEntries(statesOf(projection, given));
      if (isSameJson(expected, actual)) return;
      throw new ScenarioError('The records are others.', expected, actual);
    },
    thenError: (message = '') => {
      statesOf(projection, given.slice(0, -1));
      let [isHandled, actual]: [boolean, unknown] = [true, undefined];
      try {
        statesOf(projection, given);
      } catch (error) {
        [isHandled, actual] = [false, error instanceof ScenarioError ? error.cause : error];
      }
      if (isHandled) throw new ScenarioError('The event was handled.', message, 'no error');
      if (messageIn(actual).includes(message)) return;
      throw new ScenarioError('The error is another one.', message, actual, { cause: actual });
    },
  };
}

function statesOf<S>(projection: Projection<S>, given: readonly Given[]): ReadonlyMap<string, S> {
  const records = new Map<string, S>();
  const events: EventEnvelope[] = [];
  for (const { event: parts, context } of given) {
    const event = deepFrozen(envelopeOf(parts, events));
    events.push(event);
    const handler = projection.handlers.get(event.type);
    if (!handler) continue;
    try {
      const id = projection.idOf ? projection.idOf(event) : ONE_RECORD;
      if (id === undefined) continue;
      const before = records.get(id) ?? deepFrozen(projection.initial());
      const after = handler(before, event, context);
      if (after === undefined) records.delete(id);
      else records.set(id, deepFrozen(plain(after)));
    } catch (cause) {
      const where = `Event ${JSON.stringify(event.type)} of position ${event.position} cannot be handled.`;
      throw new ScenarioError(where, 'a state', cause, { cause });
    }
  }
  return records;
}

function onlyId<S>({ idOf }: Projection<S>, records: ReadonlyMap<string, S>): string {
  if (!idOf) return ONE_RECORD;
  const [id = ONE_RECORD, ...others] = records.keys();
  if (others.length === 0) return id;
  throw new ScenarioError('There are many records: say which one.', 'one id', [...records.keys()]);
}

function plain<S>(state: S): S {
  if (isPlainJson(state)) return state;
  throw new TypeError('The state is no plain JSON.');
}

function deepFrozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const field of Object.values(value) as unknown[]) deepFrozen(field);
  }
  return value;
}

function messageIn(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
