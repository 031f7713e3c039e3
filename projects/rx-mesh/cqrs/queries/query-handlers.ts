import { EventHub, InvalidOptionError } from 'rx-mesh/kernel';
import type { ObservableInput } from 'rxjs';
import { DuplicateHandlerError } from '../commands/command-errors';
import type { Query, QueryDefinition } from '../message-types';
import { nameOf } from '../read-models/read-model-source';
import type { StandardSchemaV1 } from '../standard-schema';
import { QueryUnansweredError } from './query-errors';
import { QUERY_HANDLER, type QueryBusValues, type QueryHandlerOptions, type QueryHandlerValues } from './query-options'; // prettier-ignore

/** What a handler knows beside its query. */
export interface QueryContext {
  /** Aborted when nobody waits any more, and when the query has taken too long. Hand it to `fetch`. */
  readonly signal: AbortSignal;
}

/**
 * Answers a query. The first value is the answer, and then the stream is left. What it throws, rejects or errors with is what
 * whoever asks gets.
 */
export type QueryHandler<P = unknown, R = unknown> = (
  query: Query<R, P>,
  context: QueryContext,
) => ObservableInput<R>;

/** The handler of one type. */
export interface QueryHandlerEntry {
  readonly type: string;
  readonly schema: StandardSchemaV1 | undefined;
  readonly handler: QueryHandler;
  readonly values: QueryHandlerValues;
  /** The names of the read models that it reads. */
  readonly reads: readonly string[];
}

/** The handlers by type. */
export class QueryHandlers {
  readonly #entries = new Map<string, QueryHandlerEntry>();
  readonly #added = new EventHub<string>();
  readonly #defaults: QueryHandlerValues;

  /** The type of each handler that is registered from now on. */
  readonly added$ = this.#added.events$;

  constructor({ timeout, staleTime, cacheTime, throttle }: QueryBusValues) {
    this.#defaults = QUERY_HANDLER.resolve({ timeout, staleTime, cacheTime, throttle });
  }

  /** The handler of a type; `undefined` when there is none. */
  find(type: string): QueryHandlerEntry | undefined {
    return this.#entries.get(type);
  }

  /** @throws QueryUnansweredError when a type has no handler. */
  get(type: string): QueryHandlerEntry {
    const entry = this.#entries.get(type);
    if (!entry) throw new QueryUnansweredError(type, 'no-handler');
    return entry;
  }

  /** Adds the one handler of a type. Returns what removes it again. */
  add(
    what: string | QueryDefinition<never, never>,
    handler: QueryHandler,
    options: QueryHandlerOptions,
  ): () => void {
    const { type, schema } = (typeof what === 'string' ? { type: what } : what) as {
      readonly type: string;
      readonly schema?: StandardSchemaV1 | undefined;
    };
    check('type', type, typeof type === 'string' && type !== '', 'a text that is not empty');
    check('handler', handler, typeof handler === 'function', 'a function');
    const values = QUERY_HANDLER.resolve(options, this.#defaults);
    if (this.#entries.has(type)) throw new DuplicateHandlerError(type);
    const reads = values.reads.map((read) => nameOf(read));
    const entry: QueryHandlerEntry = { type, schema, handler, values, reads };
    this.#entries.set(type, entry);
    this.#added.emit(type);
    return () => {
      if (this.#entries.get(type) === entry) this.#entries.delete(type);
    };
  }
}

function check(name: string, value: unknown, holds: boolean, expected: string): void {
  if (!holds) throw new InvalidOptionError(name, value, expected);
}
