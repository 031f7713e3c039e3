import { type Clock, isRxMeshError } from 'rx-mesh/kernel';
import { retryAfterOf } from 'rx-mesh/resilience';
import { Observable, firstValueFrom } from 'rxjs';
import { EventLogUnavailableError } from '../event-sourcing-errors';
import type { EventLogFetch } from './event-log-fetch';
import { EventLogAnswerError, EventLogRefusedError } from './http-event-log-errors';
import { type HttpEventLogValues, baseOf, tokenOf } from './http-event-log-options';
import { bodyOf, isTooLarge } from './log-body';
import { textIn } from './wire-reader';

/** One request to the server of a log. */
export interface LogRequest {
  /** What is asked for, such as `/commits`. */
  readonly path: string;
  /** Stands in the URL. */
  readonly query?: Readonly<Record<string, string | number | undefined>> | undefined;
  /** Makes it a `POST` of this JSON. */
  readonly body?: string | undefined;
  /** How long the answer may take, in milliseconds. @default that of the options */
  readonly timeout?: number | undefined;
}

/** An answer that says no and says why: `{"error": "..."}` with this status. */
export interface LogRefusal {
  readonly status: number;
  readonly answer: unknown;
}

/** What a client needs of the world. */
export interface ClientPorts {
  readonly clock: Clock;
  readonly fetch: EventLogFetch;
}

const MOST_PAUSE = 3_600_000; // ms: nobody's mistake ends the log of a page
const MOST_WORDS = 200;

// What may have been done, or may go well the next time: the outcome of an append is not known then.
const LATER: ReadonlySet<number> = /* @__PURE__ */ new Set([408, 425, 429]);
// Of a server that has failed nobody knows, nor of a proxy in front of it, which has numbers of its own.
const KNOWN_FAILURES: ReadonlySet<number> = /* @__PURE__ */ new Set([501, 507]);
// What the protocol gives a meaning to, beside success.
const MEANT: ReadonlySet<number> = /* @__PURE__ */ new Set([409, 507]);

/** Speaks with the server of a log: JSON there and back, bounded in time and size, and with nobody else. */
export class LogClient {
  readonly #values: HttpEventLogValues;
  readonly #ports: ClientPorts;
  readonly #base: string;
  // By the monotonic clock.
  #silentUntil = -Infinity;

  constructor(
    readonly name: string,
    values: HttpEventLogValues,
    ports: ClientPorts,
  ) {
    this.#values = values;
    this.#ports = ports;
    this.#base = baseOf(values);
  }

  /**
   * Sends a request and gives what the JSON of the answer says. Rejects with `EventLogUnavailableError` when nobody knows
   * what became of it, with `EventLogRefusedError` when the server says no, or with what `refused` makes of it.
   */
  async ask(request: LogRequest, refused?: (refusal: LogRefusal) => Error): Promise<unknown> {
    // There is a value, or an error.
    return firstValueFrom(this.send(request, refused), { defaultValue: undefined });
  }

  /** As {@link LogClient.ask}, as a stream: unsubscribing aborts it. */
  send(request: LogRequest, refused?: (refusal: LogRefusal) => Error): Observable<unknown> {
    const { clock } = this.#ports;
    return new Observable((subscriber) => {
      const abort = new AbortController();
      subscriber.add(() => abort.abort());
      const timeout = request.timeout ?? this.#values.timeout;
      subscriber.add(
        clock.scheduler.schedule(() => {
          subscriber.error(this.#unavailable(new Error(`No answer within ${timeout} ms.`)));
        }, timeout),
      );
      this.#run(request, abort.signal, refused).then(
        (answer) => {
          subscriber.next(answer);
          subscriber.complete();
        },
        (error: unknown) => subscriber.error(error),
      );
    });
  }

  async #run(
    request: LogRequest,
    signal: AbortSignal,
    refused: ((refusal: LogRefusal) => Error) | undefined,
  ): Promise<unknown> {
    const { clock } = this.#ports;
    const left = this.#silentUntil - clock.monotonic();
    if (left > 0) {
      throw this.#unavailable(
        new Error(`The server asked to be left alone for ${Math.ceil(left)} ms more.`),
      );
    }
    const init = await this.#init(request, signal);
    const { response, text } = await this.#fetch(this.#urlOf(request), init);
    const { ok, status } = response;
    if (status === 429 || status === 503) {
      const pause = Math.min(MOST_PAUSE, retryAfterOf(response, clock) ?? 0);
      this.#silentUntil = Math.max(this.#silentUntil, clock.monotonic() + pause);
    }
    if (LATER.has(status) || (status >= 500 && !KNOWN_FAILURES.has(status)))
      throw this.#unavailable(this.#refusal(status, text));
    if (ok) return this.#parsed(text, status);
    throw MEANT.has(status) && refused
      ? refused({ status, answer: jsonOr(text) })
      : this.#refusal(status, text);
  }

  // Its own fault is no fault of the network: nothing was sent.
  async #init({ body }: LogRequest, signal: AbortSignal): Promise<RequestInit> {
    const token = await this.#token();
    signal.throwIfAborted();
    return {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        Accept: 'application/json',
        ...(token !== '' && { Authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
      },
      ...(body !== undefined && { body }),
      signal,
      cache: 'no-store',
      credentials: this.#values.credentials,
      // A token would go along to another origin, and an append would be sent twice.
      redirect: 'error',
      referrerPolicy: 'no-referrer',
    };
  }

  async #token(): Promise<string> {
    try {
      return await tokenOf(this.#values);
    } catch (error) {
      throw isRxMeshError(error) ? error : this.#unavailable(error);
    }
  }

  async #fetch(url: string, init: RequestInit): Promise<{ response: Response; text: string }> {
    try {
      const response = await this.#ports.fetch(url, init);
      return { response, text: await bodyOf(response, this.#values.maxAnswerBytes) };
    } catch (cause) {
      throw isTooLarge(cause) ? cause : this.#unavailable(cause);
    }
  }

  #urlOf({ path, query = {} }: LogRequest): string {
    const params = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) params.set(name, String(value));
    }
    const search = params.toString();
    return this.#base + path + (search === '' ? '' : `?${search}`);
  }

  #parsed(text: string, status: number): unknown {
    try {
      return JSON.parse(text) as unknown;
    } catch (cause) {
      const problem = `what came with status ${status} is no JSON`;
      throw new EventLogAnswerError(this.name, problem, { cause });
    }
  }

  #refusal(status: number, text: string): EventLogRefusedError {
    const answer = jsonOr(text);
    const reason = textIn(answer, 'reason') ?? textIn(answer, 'error') ?? '';
    return new EventLogRefusedError(this.name, status, reason.slice(0, MOST_WORDS));
  }

  #unavailable(cause: unknown): EventLogUnavailableError {
    return new EventLogUnavailableError(this.name, { cause });
  }
}

// A proxy says no in its own words: the status is what counts then.
function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
