import { type Clock, type EventHub, tapSettled } from 'rx-mesh/kernel';
import {
  EMPTY,
  Observable,
  type ObservableInput,
  defer,
  from,
  map,
  of,
  switchMap,
  take,
  throwError,
  throwIfEmpty,
  timeout,
} from 'rxjs';
import type { Query, QueryResult } from '../message-types';
import type { StandardSchemaResult, StandardSchemaV1 } from '../standard-schema';
import { InvalidQueryError, QueryTimeoutError, QueryUnansweredError } from './query-errors';
import type { QueryHandlerEntry } from './query-handlers';

/** What running a query stands on. */
export interface QueryRunPorts {
  readonly clock: Clock;
  readonly asked: EventHub<Query>;
  readonly answered: EventHub<QueryResult>;
}

/** Asks the handler once, in time. What goes wrong is an error of the stream; it is told either way. */
export function runQuery(
  ports: QueryRunPorts,
  entry: QueryHandlerEntry,
  query: Query,
): Observable<unknown> {
  const { type, id } = query;
  const { timeout: limit } = entry.values;
  return defer(() => {
    ports.asked.emit(query);
    const answer$ = entry.schema
      ? validated(query, entry.schema).pipe(switchMap((valid) => answered(valid, entry)))
      : answered(query, entry);
    return answer$.pipe(
      timeout({
        first: limit,
        scheduler: ports.clock.scheduler,
        with: () => throwError(() => new QueryTimeoutError(type, id, limit)),
      }),
      tapSettled({
        success: (data) => ports.answered.emit({ queryId: id, success: true, data }),
        failure: (cause) => ports.answered.emit(failureOf(id, cause)),
        isFinal: () => true,
      }),
    );
  });
}

function validated(query: Query, schema: StandardSchemaV1): Observable<Query> {
  return defer(() => {
    const looked = schema['~standard'].validate(query.parameters);
    return isLater(looked) ? from(looked) : of(looked);
  }).pipe(
    map((result) => {
      if (result.issues) throw new InvalidQueryError(query.type, result.issues);
      return { ...query, parameters: result.value };
    }),
  );
}

function answered(query: Query, { handler, type }: QueryHandlerEntry): Observable<unknown> {
  return new Observable<unknown>((subscriber) => {
    let aborter: AbortController | undefined;
    // Made when it is wanted: most handlers do not look at it.
    const context = {
      get signal() {
        aborter ??= new AbortController();
        if (subscriber.closed) aborter.abort();
        return aborter.signal;
      },
    };
    subscriber.add(() => aborter?.abort());
    const nothing = (): QueryUnansweredError => new QueryUnansweredError(type, 'no-answer');
    return defer(() => {
      // Whoever writes JavaScript, or forgets to return.
      const answer = handler(query, context) as ObservableInput<unknown> | null | undefined;
      return answer ?? EMPTY;
    })
      .pipe(take(1), throwIfEmpty(nothing))
      .subscribe(subscriber);
  });
}

function failureOf(queryId: string, cause: unknown): QueryResult {
  return { queryId, success: false, error: wordsOf(cause), cause };
}

// Not `String(cause)`, which throws for some; what HttpClient errors with is no Error, but has a message.
function wordsOf(cause: unknown): string {
  if (typeof cause === 'string') return cause;
  const hasMessage = typeof cause === 'object' && cause !== null && 'message' in cause;
  if (hasMessage && typeof cause.message === 'string') return cause.message;
  return Object.prototype.toString.call(cause);
}

// A validator may be of another realm, so its promises are known by what they do.
function isLater<T>(
  looked: StandardSchemaResult<T> | PromiseLike<StandardSchemaResult<T>>,
): looked is PromiseLike<StandardSchemaResult<T>> {
  return 'then' in looked && typeof looked.then === 'function';
}
