import { Injectable, type Signal, inject } from '@angular/core';
import { READ_MODEL_STORAGE } from 'rx-mesh/event-sourcing';
import { CLOCK, EventHub, ID_GENERATOR, PAGE_STATE, RANDOM, SingleFlight } from 'rx-mesh/kernel';
import { type Observable, defer, finalize, map, of, tap } from 'rxjs';
import type { NewQuery, Query, QueryDefinition, QueryResult } from '../message-types';
import { type ReadModelName, nameOf, touches } from '../read-models/read-model-source';
import { AnswerCache } from './answer-cache';
import { LiveQueries } from './live-queries';
import type { LiveQuery, LiveQueryStatus } from './live-query';
import { InvalidQueryError } from './query-errors';
import { type QueryHandler, type QueryHandlerEntry, QueryHandlers } from './query-handlers';
import { canonicalFacts, canonicalParameters, parametersOf } from './query-key';
import { QUERIES, type QueryHandlerOptions } from './query-options';
import { runQuery } from './query-run';

/**
 * Questions and who answers them: one handler for each type. A question is asked once, or it is live: then it is asked again
 * whenever the read models change of which its handler reads.
 *
 * Every method that gives a stream gives a cold one; what goes wrong is an error of it, never thrown.
 *
 * @usageNotes
 * ```ts
 * const ordersOf = defineQuery<{ customer: string }, readonly Order[]>('OrdersOfCustomer');
 * queries.register(ordersOf, ({ parameters }) => loadOrders(parameters.customer), { reads: ['orders'] });
 * queries.execute(ordersOf({ parameters: { customer: 'c-1' } })).subscribe((orders) => print(orders));
 * const live = queries.live(ordersOf({ parameters: { customer: 'c-1' } }));
 * readonly orders = toSignal(live);
 * readonly status = toSignal(live.status$);
 * ```
 */
@Injectable({ providedIn: 'root' })
export class QueryBusService {
  private readonly clock = inject(CLOCK);
  private readonly ids = inject(ID_GENERATOR);
  private readonly options = inject(QUERIES.token);
  private readonly handlers = new QueryHandlers(this.options);
  private readonly cache = new AnswerCache(this.clock, this.options.cacheLimit);
  private readonly flights = new SingleFlight<string, unknown>();
  // How often all was forgotten: who asks afterwards shares nothing with who asked before.
  private cleared = 0;
  private readonly asked = new EventHub<Query>();
  private readonly answered = new EventHub<QueryResult>();
  private readonly lives = new LiveQueries({
    clock: this.clock,
    page: inject(PAGE_STATE),
    random: inject(RANDOM),
    storage: inject(READ_MODEL_STORAGE),
    handlers: this.handlers,
    cache: this.cache,
  });

  /** Each query as it is asked; a live one each time that it runs. Only new ones; never errors. */
  readonly queries$: Observable<Query> = this.asked.events$;
  /** What became of each query that was not left before its end. Only new ones; never errors. */
  readonly results$: Observable<QueryResult> = this.answered.events$;
  /** The status of each live query of which somebody has the answers, by a key of its own. */
  readonly statuses: Signal<ReadonlyMap<string, LiveQueryStatus>> = this.lives.board.signal;
  /** The same as a stream: as it is, then after each change. */
  readonly statuses$: Observable<ReadonlyMap<string, LiveQueryStatus>> = this.lives.board.changes$;

  /**
   * Says who answers a type of queries. A definition also says what their parameters must be.
   *
   * @returns What removes the handler again; live queries keep their last answer then.
   * @throws DuplicateHandlerError when the type has a handler already.
   * @throws InvalidOptionError when an option is out of its range.
   */
  register<P, R>(
    type: string | QueryDefinition<P, R>,
    handler: QueryHandler<P, R>,
    options: QueryHandlerOptions = {},
  ): () => void {
    return this.handlers.add(type as string, handler as QueryHandler, options);
  }

  /** Whether a type of queries has a handler. */
  handles(type: string): boolean {
    return this.handlers.find(type) !== undefined;
  }

  /**
   * Asks once: emits the answer and completes. An earlier one is given where `staleTime` allows it; then those who ask the
   * same at the same time get one answer.
   *
   * Errors with a `QueryUnansweredError` when there is no handler, or it gives nothing; with a `QueryTimeoutError`; with an
   * `InvalidQueryError` that lists all that is wrong; or as the handler does.
   */
  execute<R, P = unknown>(query: NewQuery<R, P>): Observable<R> {
    return defer(() => {
      const canonical = this.canonicalOf(query);
      const entry = this.handlers.get(query.type);
      const taken = this.taken(query);
      const { staleTime } = entry.values;
      return (
        staleTime > 0
          ? this.executeCached(entry, taken, this.keyOf(query, canonical))
          : this.run(entry, taken)
      ) as Observable<R>;
    });
  }

  /**
   * The answers to a query, as they are and as they change, for as long as somebody is subscribed: the one that is kept at
   * once, then a newer one, then another one after each change of a read model. It is shared by all who ask the same on
   * behalf of the same user (with the same facts in the metadata, but for `timestamp` and `correlationId`), in whatever order
   * their parameters were written.
   *
   * A run that fails is no error of the stream: the last answer stays, {@link LiveQuery.status$} tells it, and it is tried
   * again. Errors only with an `InvalidQueryError`, and with a `QueryUnansweredError` when there is no handler at the
   * beginning. On a server it completes after the first run.
   */
  live<R, P = unknown>(query: NewQuery<R, P>): LiveQuery<R> {
    const values$ = defer(() => {
      const canonical = this.canonicalOf(query);
      let first: { readonly id?: string | undefined } = query;
      const { type, metadata } = query;
      const ask = (entry: QueryHandlerEntry): Observable<unknown> => {
        // Of a copy, so that what becomes of the parameters later does no harm.
        const parameters = parametersOf(canonical);
        const taken = this.taken({ type, metadata, parameters, id: first.id });
        first = {};
        return this.run(entry, taken);
      };
      return this.lives.of({ key: this.keyOf(query, canonical), type, ask }) as Observable<R>;
    });
    const status$ = defer(() => {
      const { type } = query;
      const none = { state: 'idle', isStale: false, updatedAt: undefined, failures: 0 } as const;
      const idle: LiveQueryStatus = Object.freeze({ type, ...none });
      const key = this.keyOf(query, this.canonicalOf(query));
      return this.lives.board.select(key).pipe(map((status) => status ?? idle));
    });
    return Object.assign(values$, { status$ });
  }

  /**
   * Says that answers are out of date: live queries run again, and others are not answered by what is kept.
   *
   * @param reads The read models of which they read. @default all answers
   */
  invalidate(...reads: readonly ReadModelName[]): void {
    const models = reads.length === 0 ? undefined : reads.map((read) => nameOf(read));
    this.cache.outdateTypes(
      (type) => !models || touches({ models }, this.handlers.find(type)?.reads ?? []),
    );
    this.lives.invalidate(models);
  }

  /**
   * Forgets all answers that are kept: at the latest when the user signs out. Live queries that are subscribed go on, but
   * nobody who subscribes later gets an answer of theirs.
   */
  clear(): void {
    this.cleared++;
    this.cache.clear();
  }

  private executeCached(entry: QueryHandlerEntry, query: Query, key: string): Observable<unknown> {
    const { staleTime, cacheTime } = entry.values;
    const kept = this.cache.recall(key, Math.max(cacheTime, staleTime));
    if (kept && this.cache.ageOf(kept) < staleTime) {
      this.asked.emit(query);
      this.answered.emit({ queryId: query.id, success: true, data: kept.value });
      return of(kept.value);
    }
    // What began before a change that is known is not joined.
    const asking = this.cache.ask(key, query.type);
    // Before anybody hears of the end, who might ask again.
    const over = (): void => this.cache.asked(key, asking);
    return this.flights.run(`${asking.number} ${key}`, () => {
      const began = this.clock.monotonic();
      return this.run(entry, query).pipe(
        tap({
          next: (value) => {
            const { type, isStale } = asking;
            this.cache.keep(key, { type, value, began, isStale });
            over();
          },
          error: over,
        }),
        finalize(over),
      );
    });
  }

  private run(entry: QueryHandlerEntry, query: Query): Observable<unknown> {
    const { clock, asked, answered } = this;
    return runQuery({ clock, asked, answered }, entry, query);
  }

  private canonicalOf({ type, parameters }: NewQuery): string {
    if (typeof type === 'string' && type !== '') return canonicalParameters(type, parameters);
    throw new InvalidQueryError(textOf(type), [
      { message: 'is no text, or empty', path: ['type'] },
    ]);
  }

  // Answers may differ by user, tenant, role, and must not get from one to another.
  private keyOf({ type, metadata }: NewQuery, canonical: string): string {
    const facts = canonicalFacts(type, metadata);
    return `${JSON.stringify([this.cleared, type, facts])}${canonical}`;
  }

  private taken({ id, type, parameters, metadata }: NewQuery): Query {
    const timestamp = metadata?.timestamp ?? new Date(this.clock.now());
    return { id: id ?? this.ids.uuid(), type, parameters, metadata: { ...metadata, timestamp } };
  }
}

// Whoever writes JavaScript may hand over anything.
function textOf(type: unknown): string {
  return String(type);
}
