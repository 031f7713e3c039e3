import type { ReadModelStorage } from 'rx-mesh/event-sourcing';
import {
  type Clock,
  EventHub,
  KeyedStore,
  type PageState,
  type RandomSource,
} from 'rx-mesh/kernel';
import { type Observable, distinctUntilChanged, filter, finalize, merge, startWith, tap } from 'rxjs'; // prettier-ignore
import { touches } from '../read-models/read-model-source';
import { refreshed } from '../read-models/refreshed';
import { SharedStreams } from '../read-models/shared-streams';
import type { AnswerCache, KeptAnswer } from './answer-cache';
import type { LiveQueryStatus } from './live-query';
import { isInvalidQueryError, isQueryUnansweredError } from './query-errors';
import type { QueryHandlerEntry, QueryHandlers } from './query-handlers';

/** What live queries stand on. */
export interface LiveQueryPorts {
  readonly clock: Clock;
  readonly page: PageState;
  readonly random: RandomSource;
  readonly storage: ReadModelStorage;
  readonly handlers: QueryHandlers;
  readonly cache: AnswerCache;
}

/** A query that is asked again and again. */
export interface LiveQuestion {
  readonly key: string;
  readonly type: string;
  /** Asks once. */
  readonly ask: (entry: QueryHandlerEntry) => Observable<unknown>;
}

/** Queries that run as long as somebody looks at the answer, one for each key. */
export class LiveQueries {
  readonly #ports: LiveQueryPorts;
  readonly #streams = new SharedStreams();
  readonly #invalidated = new EventHub<readonly string[] | undefined>();

  /** The status of each query at which somebody looks, by key. */
  readonly board = new KeyedStore<string, LiveQueryStatus>();

  constructor(ports: LiveQueryPorts) {
    this.#ports = ports;
  }

  /** The answers to a question, shared by all who ask it. */
  of(question: LiveQuestion): Observable<unknown> {
    return this.#streams.of(question.key, () => this.#live(question));
  }

  /** What reads of these models runs again; without models, all. */
  invalidate(models: readonly string[] | undefined): void {
    this.#invalidated.emit(models);
  }

  #live(question: LiveQuestion): Observable<unknown> {
    const { key, type, ask } = question;
    const { handlers, cache, clock } = this.#ports;
    const { values } = handlers.get(type);
    const kept = cache.recall(key, values.cacheTime);
    const status = new StatusBoard(this.board, question, clock, kept);
    const looks$ = refreshed(this.#ports, {
      look: () => ask(handlers.get(type)),
      wake$: this.#wakes(type),
      throttle: values.throttle,
      // What has changed while nobody was subscribed is not known: that is what staleTime is for.
      firstIn: kept ? Math.max(0, values.staleTime - cache.ageOf(kept)) : 0,
      every: values.refreshEvery === Infinity ? undefined : values.refreshEvery,
      onWake: () => {
        cache.outdate(key);
        status.stale();
      },
      onLook: () => status.looking(),
      onAnswer: (value, began, isStale) => {
        cache.keep(key, { type, value, began, isStale });
        status.answered(isStale);
      },
      onFailure: (error) => {
        status.failed(error);
        // What is wrong with a question is wrong with it the next time too.
        if (isInvalidQueryError(error)) return 'fatal';
        return isQueryUnansweredError(error) && error.reason === 'no-handler' ? 'wait' : 'again';
      },
    });
    return (kept ? looks$.pipe(startWith(kept.value)) : looks$).pipe(
      distinctUntilChanged((before, now) => isSame(handlers.find(type), before, now)),
      finalize(() => {
        cache.touch(key);
        status.close();
      }),
    );
  }

  #wakes(type: string): Observable<unknown> {
    const { storage, handlers, cache } = this.#ports;
    // Asked each time, because the handler may be another one by then.
    const reads = (): readonly string[] => handlers.find(type)?.reads ?? [];
    return merge(
      storage.changes$.pipe(
        filter((change) => touches(change, reads())),
        // Known of this query, so known of whoever asks just now and reads the same; of nobody else.
        tap((change) =>
          cache.overtake((other) => touches(change, handlers.find(other)?.reads ?? [])),
        ),
      ),
      handlers.added$.pipe(filter((added) => added === type)),
      this.#invalidated.events$.pipe(
        filter((models) => models === undefined || touches({ models }, reads())),
      ),
    );
  }
}

/** Keeps the status of one query. */
class StatusBoard {
  readonly #board: KeyedStore<string, LiveQueryStatus>;
  readonly #key: string;
  readonly #clock: Clock;
  #status: LiveQueryStatus;

  constructor(
    board: KeyedStore<string, LiveQueryStatus>,
    { key, type }: LiveQuestion,
    clock: Clock,
    kept: KeptAnswer | undefined,
  ) {
    this.#board = board;
    this.#key = key;
    this.#clock = clock;
    const updatedAt = kept && clock.now() - (clock.monotonic() - kept.began);
    const state = kept ? 'live' : 'loading';
    this.#status = { type, state, isStale: kept !== undefined, updatedAt, failures: 0 };
    board.set(key, this.#status);
  }

  looking(): void {
    const hasAnswer = this.#status.updatedAt !== undefined;
    this.#set({ ...this.#status, state: hasAnswer ? 'refreshing' : 'loading' });
  }

  stale(): void {
    if (!this.#status.isStale && this.#status.updatedAt !== undefined) {
      this.#set({ ...this.#status, isStale: true });
    }
  }

  answered(isStale: boolean): void {
    const { type } = this.#status;
    this.#set({ type, state: 'live', isStale, updatedAt: this.#clock.now(), failures: 0 });
  }

  close(): void {
    // Whoever asked anew at the end has written another one.
    if (this.#board.get(this.#key) === this.#status) this.#board.delete(this.#key);
  }

  failed(error: unknown): void {
    const failures = this.#status.failures + 1;
    const isStale = this.#status.updatedAt !== undefined;
    this.#set({ ...this.#status, state: 'failed', isStale, failures, error });
  }

  #set(status: LiveQueryStatus): void {
    this.#status = Object.freeze(status);
    this.#board.set(this.#key, this.#status);
  }
}

function isSame(entry: QueryHandlerEntry | undefined, before: unknown, now: unknown): boolean {
  const compare = (entry?.values.isSame ?? Object.is) as (before: unknown, now: unknown) => boolean;
  return compare(before, now);
}
