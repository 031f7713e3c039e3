import type { Clock } from 'rx-mesh/kernel';
import { type Observable, defer, map, tap } from 'rxjs';
import type { LongPollSlots } from '../registry/long-poll-slots';
import { RegistryRequestError, isRegistryRequestError } from '../registry/registry-errors';
import type { RegistryAnswer } from '../registry/registry-request';
import { CONSUL_NAME, type ConsulClient } from './consul-client';
import { type ConsulIndex, FROM_START, nextIndex, readIndex } from './consul-index';
import type { ConsulValues } from './consul-options';

/** What the queries of one watch share. */
export interface ConsulPace {
  /** The longest wait that a proxy in between has not cut off yet, in milliseconds. */
  longest: number;
  /** How many queries there are. */
  queries: number;
}

/** What {@link ConsulQuery} needs of the world. */
export interface QueryPorts {
  readonly client: ConsulClient;
  readonly slots: LongPollSlots;
  readonly clock: Clock;
  readonly options: ConsulValues;
}

// A wait that a crowd, or a proxy that cuts off, can bring down no further.
const SHORTEST = 5000;
// As many long polls as run at once to an origin: with more queries than that they take turns.
const AT_ONCE = 3;
const LEAST_REST = 100;
const MOST_REST = 5000;
const QUICK = 1000;
const BURST = 2;

/** One path of Consul, read again and again: a blocking query from the second time on. */
export class ConsulQuery {
  readonly #ports: QueryPorts;
  readonly #pace: ConsulPace;
  readonly #path: string;
  readonly #query: Readonly<Record<string, string>>;
  #index: ConsulIndex = FROM_START;
  #blind = false;
  #cutOff = false;
  #quick = 0;

  constructor(
    ports: QueryPorts,
    pace: ConsulPace,
    path: string,
    query: Readonly<Record<string, string>> = {},
  ) {
    this.#ports = ports;
    this.#pace = pace;
    this.#path = path;
    this.#query = query;
  }

  /** Whether the last answer had no index that the page can read: then nothing can be waited for. */
  get blind(): boolean {
    return this.#blind;
  }

  /** Whether the last failure was but a proxy that waits less long: the next query waits less long, too. */
  get cutOff(): boolean {
    return this.#cutOff;
  }

  /**
   * How long to rest after an answer, in milliseconds: a moment; longer each time when one answer follows the other
   * quickly, up to 5 seconds; `pollPeriod` where nothing can be waited for.
   */
  rest(): number {
    if (this.#blind) return this.#ports.options.pollPeriod;
    return Math.min(MOST_REST, LEAST_REST * 2 ** Math.max(0, this.#quick - BURST));
  }

  /**
   * One read. It answers at once the first time, after a failure, and when the index went back; else after a change or when
   * the wait has passed. Fails with a `RegistryRequestError`.
   *
   * @param read What to make of the JSON of the answer; `undefined` when it is no such answer.
   * @param most The longest wait that makes sense now, in milliseconds. @default no limit
   */
  read<T>(
    read: (json: unknown, answer: RegistryAnswer) => T | undefined,
    most = Infinity,
  ): Observable<T> {
    return defer(() => {
      const index = this.#index;
      if (index === FROM_START) return this.#once(read);
      const { slots, client } = this.#ports;
      return slots.hold(
        client.urlOf(''),
        defer(() => this.#blocking(index, this.#wait(most), read)),
      );
    });
  }

  #once<T>(read: (json: unknown, answer: RegistryAnswer) => T | undefined): Observable<T> {
    const { clock, client } = this.#ports;
    const startedAt = clock.monotonic();
    return client.get(this.#path, this.#query).pipe(
      map((answer) => this.#take(answer, FROM_START, startedAt, read)),
      tap({ error: () => this.#fail() }),
    );
  }

  #blocking<T>(
    index: ConsulIndex,
    wait: number,
    read: (json: unknown, answer: RegistryAnswer) => T | undefined,
  ): Observable<T> {
    const { clock, client } = this.#ports;
    const startedAt = clock.monotonic();
    // The server adds up to a sixteenth of the wait, so that not all clients return at once.
    const timeout = Math.ceil(wait * (1 + 1 / 16) + Math.max(wait / 10, 500));
    const query = { ...this.#query, index, wait: `${wait}ms` };
    return client.get(this.#path, query, timeout).pipe(
      map((answer) => this.#take(answer, index, startedAt, read)),
      tap({ error: (error: unknown) => this.#failBlocking(error, wait) }),
    );
  }

  #wait(most: number): number {
    const { slots, client, options } = this.#ports;
    const crowded = this.#pace.queries > AT_ONCE || slots.waitingFor(client.urlOf('')) > 0;
    const longest = Math.min(options.wait, this.#pace.longest, crowded ? SHORTEST : Infinity);
    return Math.max(QUICK, Math.ceil(Math.min(longest, most)));
  }

  #take<T>(
    answer: RegistryAnswer,
    asked: ConsulIndex,
    startedAt: number,
    read: (json: unknown, answer: RegistryAnswer) => T | undefined,
  ): T {
    const value = read(jsonOf(answer.text), answer);
    if (value === undefined) {
      const malformed = 'no JSON of the shape that this path has. Is it an answer of Consul?';
      throw new RegistryRequestError(CONSUL_NAME, this.#ports.client.urlOf(this.#path), {
        malformed,
      });
    }
    const answered = readIndex(answer.headers.get('X-Consul-Index'));
    this.#blind = answered === undefined;
    this.#index = answered === undefined ? FROM_START : nextIndex(asked, answered);
    this.#quick = this.#ports.clock.monotonic() - startedAt < QUICK ? this.#quick + 1 : 0;
    return value;
  }

  #fail(): void {
    // The index of an agent that was restarted means nothing any more.
    this.#index = FROM_START;
    this.#cutOff = false;
  }

  #failBlocking(error: unknown, wait: number): void {
    const tooLong = isRegistryRequestError(error) && error.status === 504;
    if (!tooLong) {
      this.#fail();
      return;
    }
    // The index stays: the answer that was cut off would have been to it.
    this.#cutOff = wait > SHORTEST;
    this.#pace.longest = Math.min(this.#pace.longest, Math.max(SHORTEST, Math.floor(wait / 2)));
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
