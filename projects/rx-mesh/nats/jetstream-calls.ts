import { EventLogFullError, EventLogUnavailableError } from 'rx-mesh/event-sourcing';
import { type Clock, isRxMeshError } from 'rx-mesh/kernel';
import { type Observable, lastValueFrom, switchMap, take, throwError, timeout } from 'rxjs';
import type { JetStreamValues } from './jetstream-options';
import { prepareStream } from './jetstream-setup';
import type { NatsJetStream } from './nats-connection';
import { isNatsConnectionError, isNatsRequestError } from './nats-errors';
import { natsError, natsFault } from './nats-failure';

/** How a log reaches JetStream. */
export interface JetStreamAccess {
  /** The lease of JetStream, see `NatsConnection.jetstream$`. */
  readonly jetstream$: Observable<NatsJetStream>;
  /** Emits each time that the connection is there (again). Opens nothing. */
  readonly connected$: Observable<unknown>;
}

const STORE_FAILED = 10_077;
const NO_STORAGE = [10_023, 10_047];

/** One call after the other to JetStream, for as long as each takes; the first one makes sure of the stream. */
export class JetStreamCalls {
  readonly #access: JetStreamAccess;
  readonly #values: JetStreamValues;
  readonly #clock: Clock;
  readonly #limit: number;
  #ready: Promise<void> | undefined;

  /** @param limit How long to wait for a connection, in milliseconds. */
  constructor(access: JetStreamAccess, values: JetStreamValues, clock: Clock, limit: number) {
    this.#access = access;
    this.#values = values;
    this.#clock = clock;
    this.#limit = limit;
  }

  /**
   * Does work with JetStream. Rejects with `EventLogUnavailableError` when nobody knows what became of it, with
   * `EventLogFullError`, or with what is wrong with the server or the rights.
   *
   * @param what What it is, for errors.
   */
  async run<T>(what: string, work: (jetstream: NatsJetStream) => Promise<T>): Promise<T> {
    try {
      const done$ = this.#access.jetstream$.pipe(
        timeout({
          first: this.#limit,
          scheduler: this.#clock.scheduler,
          with: () =>
            throwError(() => new Error(`There is no connection after ${this.#limit} ms.`)),
        }),
        switchMap(async (jetstream) => {
          await this.ready(jetstream);
          return { result: await work(jetstream) };
        }),
        take(1),
      );
      const done = await lastValueFrom(done$, { defaultValue: undefined });
      if (!done) throw new Error('The application has ended.');
      return done.result;
    } catch (error) {
      throw this.#errorOf(error, what);
    }
  }

  /** Makes sure of the stream, once. */
  async ready({ manager }: NatsJetStream): Promise<void> {
    this.#ready ??= prepareStream(manager, this.#values).catch((error: unknown) => {
      this.#ready = undefined;
      throw error;
    });
    return this.#ready;
  }

  #errorOf(error: unknown, what: string): unknown {
    const { stream } = this.#values;
    const { name, code, message } = natsFault(error);
    if (code === STORE_FAILED && message.includes('maximum')) {
      return new EventLogFullError(stream, { cause: error });
    }
    if (code !== undefined && NO_STORAGE.includes(code)) {
      return new EventLogFullError(stream, { cause: error });
    }
    // An error without a number of the server, or a name that says more, is one of the way there.
    const known = isRxMeshError(error) || name !== 'Error' ? natsError(error, what) : error;
    if (isNatsRequestError(known)) {
      const { failure } = known;
      // Somebody may have deleted it: the next call looks again.
      if (failure === 'not-found') this.#ready = undefined;
      if (failure === 'denied' || failure === 'not-found') return known;
      if (failure === 'refused' && code !== undefined) return known;
    } else if (isRxMeshError(known) && !isNatsConnectionError(known)) {
      return known;
    }
    return new EventLogUnavailableError(stream, { cause: known });
  }
}
