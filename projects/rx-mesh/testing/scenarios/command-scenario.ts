import type { AppendOptions, AppendResult, EventEnvelope, NewEvent } from 'rx-mesh/event-sourcing';
import { type Observable, type ObservableInput, defer, finalize, firstValueFrom, from, lastValueFrom, timeout, toArray } from 'rxjs'; // prettier-ignore
import { ScenarioError, awaitedTooEarly, hasFields, isSameJson } from './scenario-error';
import { type ExpectedEvent, type ScenarioEvent, streamOf } from './scenario-event';
import { type ScenarioStore, memoryScenarioStore } from './scenario-store';

/** What a handler that is tested knows beside its command: the `CommandContext` of `rx-mesh/cqrs`. */
export interface ScenarioContext {
  /** Aborted once the handler is left. */
  readonly signal: AbortSignal;
  /** Which try it is: 1. */
  readonly attempt: number;
  /** The id of the command. */
  readonly idempotencyKey: string;
  /** What all messages of the flow share. */
  readonly correlationId: string;
  /** Appends events to the store of the scenario. */
  append(
    stream: string,
    events: NewEvent | readonly NewEvent[],
    options?: AppendOptions,
  ): Observable<AppendResult>;
}

/** A command of which what a test does not care about may be left out. */
export type ScenarioCommand<C extends { readonly id: string; readonly metadata: object }> = Omit<
  C,
  'id' | 'metadata'
> & {
  /** The id. @default 'command-1' */
  readonly id?: C['id'] | undefined;
  /** What goes with it. @default the first second of 2026 */
  readonly metadata?: Partial<C['metadata']> | undefined;
};

/** What a test expects of an error: its class, a part of its message, its code such as `RXM502`, or some of its fields. */
export type ExpectedError = string | object | (abstract new (...args: never[]) => Error);

/** A handler, and what has happened before. */
export interface CommandScenario<C extends { readonly id: string; readonly metadata: object }, R> {
  /** Lets more events happen before the command. The scenario before stays as it is. */
  given(events: ScenarioEvent | readonly ScenarioEvent[]): CommandScenario<C, R>;
  /** Has a command handled. Nothing happens before one of the `then`. */
  when(command: ScenarioCommand<C>): CommandOutcome<R>;
}

/** What a command leads to. It is handled once, at the first check. */
export interface CommandOutcome<R> {
  /**
   * Checks the events that the command has led to, all of them in their order; none: nothing has happened. An error in
   * place of the list is what it fails with. Rejects with a {@link ScenarioError}.
   */
  then(expected: readonly ExpectedEvent[] | Error): Promise<void>;
  /** Checks that it fails, and has led to no event. Rejects with a {@link ScenarioError}. */
  thenError(expected: ExpectedError): Promise<void>;
  /** Checks what the handler answers. Rejects with a {@link ScenarioError}. */
  thenResult(expected: R): Promise<void>;
}

/** Options of {@link commandScenario}. */
export interface CommandScenarioOptions {
  /**
   * The store of which the handler reads, such as `TestBed.inject(EventStoreService)`. What it has already stays.
   * @default one in memory, to which the handler gets by its context
   */
  readonly store?: ScenarioStore | undefined;
  /** How long to wait for the handler, in milliseconds of real time. @default 1000 */
  readonly timeout?: number | undefined;
}

type Ran<R> = { readonly events: readonly EventEnvelope[] } & (
  { readonly result: R | undefined } | { readonly error: unknown }
);

const NOTHING = { defaultValue: undefined };
const NEW_YEAR_2026 = 1_767_225_600_000;

/**
 * Tests the handler of a command: given these events, when it gets this command, then these events have happened, or it
 * fails. It takes what `CommandBusService.register` takes; there is no bus, so nothing is tried again.
 *
 * @usageNotes
 * ```ts
 * await commandScenario(shipOrder)
 *   .given([{ type: 'OrderPlaced', stream: 'order-7' }])
 *   .when({ type: 'ShipOrder', aggregateId: '7', payload: null })
 *   .then([{ type: 'OrderShipped', stream: 'order-7' }]);
 * ```
 */
export function commandScenario<
  C extends { readonly id: string; readonly metadata: object },
  R = unknown,
>(
  handler: (command: C, context: ScenarioContext) => ObservableInput<R>,
  options: CommandScenarioOptions = {},
): CommandScenario<C, R> {
  const scenarioOf = (given: readonly ScenarioEvent[]): CommandScenario<C, R> => ({
    given: (events) => scenarioOf([...given, ...([events].flat() as readonly ScenarioEvent[])]),
    when: (command) => {
      let ran: Promise<Ran<R>> | undefined;
      return outcomeOf(async () => (ran ??= run(handler, given, completed(command), options)));
    },
  });
  return scenarioOf([]);
}

function outcomeOf<R>(ran: () => Promise<Ran<R>>): CommandOutcome<R> {
  const thenError = async (expected: ExpectedError): Promise<void> => {
    const outcome = await ran();
    if (!('error' in outcome)) throw new ScenarioError('It has not failed.', expected, outcome.events); // prettier-ignore
    const { error: cause, events } = outcome;
    if (!isExpected(expected, cause)) throw new ScenarioError('It has failed in another way.', expected, cause, { cause }); // prettier-ignore
    if (events.length > 0) throw new ScenarioError('It has failed, but events have happened.', [], events); // prettier-ignore
  };
  return {
    then: async (...args: readonly unknown[]) => {
      const expected = args[0] as readonly ExpectedEvent[] | Error;
      const [, reject] = args;
      if (typeof expected === 'function' && typeof reject === 'function') {
        // Whoever awaits the scenario itself gets no promise, but waits to be called.
        (reject as (error: unknown) => void)(awaitedTooEarly());
        return;
      }
      if (expected instanceof Error) {
        await thenError(expected);
        return;
      }
      const outcome = await ran();
      if ('error' in outcome) {
        const { error: cause } = outcome;
        throw new ScenarioError('It has failed.', expected, cause, { cause });
      }
      const { events } = outcome;
      const isSame =
        events.length === expected.length &&
        expected.every((event, at) => isEvent(event, events[at]));
      if (!isSame) throw new ScenarioError('Other events have happened.', expected, events);
    },
    thenError,
    thenResult: async (expected) => {
      const outcome = await ran();
      if ('error' in outcome) {
        const { error: cause } = outcome;
        throw new ScenarioError('It has failed.', expected, cause, { cause });
      }
      if (isSameJson(expected, outcome.result)) return;
      throw new ScenarioError('The result is another one.', expected, outcome.result);
    },
  };
}

async function run<C extends { readonly id: string; readonly metadata: object }, R>(
  handler: (command: C, context: ScenarioContext) => ObservableInput<R>,
  given: readonly ScenarioEvent[],
  command: C,
  { store = memoryScenarioStore(), timeout: limit = 1000 }: CommandScenarioOptions,
): Promise<Ran<R>> {
  for (const event of given) {
    await lastValueFrom(store.appendToStream(streamOf(event), event), NOTHING);
  }
  const after = (await lastValueFrom(store.head(), NOTHING))?.position ?? 0;
  const aborter = new AbortController();
  const { correlationId } = command.metadata as { readonly correlationId?: string | undefined };
  const context: ScenarioContext = {
    signal: aborter.signal,
    attempt: 1,
    idempotencyKey: command.id,
    correlationId: correlationId ?? command.id,
    append: (...args) => store.appendToStream(...args),
  };
  const done$ = defer(() => from(handler(command, context))).pipe(
    timeout({ first: limit }),
    finalize(() => aborter.abort()),
  );
  const newEvents = async (): Promise<readonly EventEnvelope[]> =>
    lastValueFrom(store.readAll({ after }).pipe(toArray()), { defaultValue: [] });
  try {
    const result = await firstValueFrom(done$, { defaultValue: undefined });
    return { result, events: await newEvents() };
  } catch (error) {
    return { error, events: await newEvents() };
  }
}

function completed<C extends { readonly id: string; readonly metadata: object }>(
  command: ScenarioCommand<C>,
): C {
  const { id = 'command-1', metadata } = command;
  const whole = { ...command, id, metadata: { timestamp: new Date(NEW_YEAR_2026), ...metadata } };
  return whole as unknown as C;
}

function isEvent({ metadata = {}, ...rest }: ExpectedEvent, actual?: EventEnvelope): boolean {
  return actual !== undefined && hasFields(rest, actual) && hasFields(metadata, actual.metadata);
}

function isExpected(expected: ExpectedError, actual: unknown): boolean {
  if (typeof expected === 'function') return actual instanceof expected;
  const { message, code } = Object(actual) as { readonly message?: unknown; readonly code?: unknown }; // prettier-ignore
  if (typeof expected === 'string') {
    return code === expected || String(message ?? actual).includes(expected);
  }
  if (expected instanceof Error) return message === expected.message;
  return hasFields(expected, Object(actual) as object);
}
