import {
  type AppendOptions,
  type EventStoreService,
  type NewEvent,
  isDuplicateEventIdError,
  isWrongExpectedVersionError,
} from 'rx-mesh/event-sourcing';
import { type Clock, type RandomSource, backoffDelays } from 'rx-mesh/kernel';
import { Observable, catchError, defer, from, of, retry, tap, timer } from 'rxjs';
import type { Command } from '../message-types';
import { CommandRefusedError } from './command-errors';
import type { CommandFlight } from './command-flight';
import type { CommandContext } from './command-handler';
import { isWorthRetrying } from './failure-verdict';

/** What handlers are called with. */
export interface AttemptPorts {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly store: EventStoreService;
  /** Whether nobody stands between sender and handler, so that it is called once for sure. */
  readonly isPlain: boolean;
}

/** Calls the handler of a command, on subscribe, and as often again as its options say. */
export function attempted(
  flight: CommandFlight,
  command: Command,
  ports: AttemptPorts,
): Observable<unknown> {
  const { retries, onConflict } = flight.entry.values;
  const again = retries > 0 || onConflict > 0;
  if (!again && ports.isPlain) return defer(() => called(flight, command, ports));
  return new Observable((subscriber) => {
    if (flight.begun && !flight.entry.values.idempotent) {
      const { type, id } = command;
      subscriber.error(flight.lastError ?? new CommandRefusedError(type, id, 'already-begun'));
      return;
    }
    (again ? repeated(flight, command, ports) : attempt(flight, command, 1, ports)).subscribe(
      subscriber,
    );
  });
}

/** Calls the handler of a command: at once, and for the only time. The way of most commands, as short as it can be. */
export function called(
  flight: CommandFlight,
  command: Command,
  { store }: Pick<AttemptPorts, 'store'>,
): Observable<unknown> {
  const context = new HandlerContext(flight, command, 1, store);
  flight.context = context;
  flight.begun = true;
  try {
    return from(flight.entry.handler(command, context));
  } catch (error) {
    return new Observable((subscriber) => subscriber.error(error));
  }
}

function repeated(
  flight: CommandFlight,
  command: Command,
  ports: AttemptPorts,
): Observable<unknown> {
  const { retries, onConflict, backoff } = flight.entry.values;
  const delays = backoffDelays(backoff, ports.random);
  let [calls, conflicts, retried] = [0, 0, 0];
  return defer(() => attempt(flight, command, ++calls, ports)).pipe(
    retry({
      delay: (error: unknown) => {
        if (isWrongExpectedVersionError(error) && conflicts < onConflict) {
          conflicts++;
          return of(null);
        }
        if (!isWorthRetrying(error) || retried >= retries) throw error;
        retried++;
        return timer(delays.next().value, ports.clock.scheduler);
      },
    }),
  );
}

function attempt(
  flight: CommandFlight,
  command: Command,
  number: number,
  { store }: AttemptPorts,
): Observable<unknown> {
  return new Observable((subscriber) => {
    const context = new HandlerContext(flight, command, number, store);
    const over = (): void => context.over();
    flight.begun = true;
    if (flight.events !== undefined) flight.events = 0;
    flight.position = undefined;
    // Before the handler's own teardown, so that what it waits for hears of the end first.
    subscriber.add(() => context.abort());
    defer(() => flight.entry.handler(command, context))
      .pipe(
        tap({
          next: over,
          complete: over,
          error: (error: unknown) => {
            over();
            flight.lastError = error;
          },
        }),
      )
      .subscribe(subscriber);
  });
}

class HandlerContext implements CommandContext {
  readonly #flight: CommandFlight;
  readonly #command: Command;
  readonly #store: EventStoreService;
  #controller: AbortController | undefined;
  #append: CommandContext['append'] | undefined;
  #isOver = false;

  constructor(
    flight: CommandFlight,
    command: Command,
    readonly attempt: number,
    store: EventStoreService,
  ) {
    this.#flight = flight;
    this.#command = command;
    this.#store = store;
  }

  // Made when it is asked for: most handlers never do.
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    return this.#controller.signal;
  }

  get idempotencyKey(): string {
    return this.#flight.command.id;
  }

  get correlationId(): string {
    return this.#command.metadata.correlationId ?? this.idempotencyKey;
  }

  // Not a method: handlers take it out of the context. Made when it is asked for, as the signal is.
  get append(): CommandContext['append'] {
    this.#append ??= appender(this.#flight, this.#command, this.#store);
    return this.#append;
  }

  /** There is an answer: nothing is left to be aborted. */
  over(): void {
    this.#isOver = true;
  }

  /** Nobody waits for an answer any more. */
  abort(): void {
    if (!this.#isOver) this.#controller?.abort();
  }
}

function appender(
  flight: CommandFlight,
  command: Command,
  store: EventStoreService,
): CommandContext['append'] {
  let made = 0;
  const { id } = flight.command;
  const { userId, correlationId = id } = command.metadata;
  return (stream, events, options = {}) => {
    const list = isList(events) ? events : [events];
    const known = list.map((event) => ({ ...event, id: event.id ?? `${id}#${made++}` }));
    const cause: AppendOptions = {
      causedBy: { id, correlationId },
      ...options,
      metadata: { ...(userId === undefined ? {} : { userId }), ...options.metadata },
    };
    return store.appendToStream(stream, known, cause).pipe(
      // An earlier try has stored them, and this one has read them already: that is the same as a repetition.
      catchError((error: unknown) => {
        if (!isDuplicateEventIdError(error) || error.knownIn !== stream) throw error;
        return store.appendToStream(stream, known, { ...cause, expected: 'any' });
      }),
      tap(({ count, position }) => {
        if (count === 0 || flight.events === undefined) return;
        flight.events += count;
        flight.position = Math.max(position, flight.position ?? 0);
      }),
    );
  };
}

function isList(events: NewEvent | readonly NewEvent[]): events is readonly NewEvent[] {
  return Array.isArray(events);
}
