import { RxMeshError, createErrorGuard } from 'rx-mesh/kernel';
import type { StandardSchemaIssue } from '../standard-schema';

/** A query is not what it must be. Its handler was not called. */
export class InvalidQueryError extends RxMeshError {
  readonly code = 'RXM550';

  constructor(
    /** The type of the query. */
    readonly type: string,
    /** All that is wrong with it. */
    readonly issues: readonly StandardSchemaIssue[],
  ) {
    super(`Query ${quote(type)} is invalid: ${issues.map((issue) => told(issue)).join('; ')}.`);
  }
}

/** Whether an error says that a query is not what it must be. */
export const isInvalidQueryError: (error: unknown) => error is InvalidQueryError =
  /* @__PURE__ */ createErrorGuard<InvalidQueryError>('RXM550');

/** Why a query has no answer. `no-handler`: nobody has registered its type; `no-answer`: its handler gave none. */
export type QuerySilence = 'no-handler' | 'no-answer';

/** A query has no answer. */
export class QueryUnansweredError extends RxMeshError {
  readonly code = 'RXM551';

  constructor(
    /** The type of the query. */
    readonly type: string,
    /** Why. */
    readonly reason: QuerySilence,
  ) {
    super(`Query ${quote(type)} has no answer: ${SILENCES[reason]}.`);
  }
}

const SILENCES: Readonly<Record<QuerySilence, string>> = {
  'no-handler': 'it has no handler. Register one before it is asked, or check its type',
  'no-answer': 'its handler returned nothing, or completed without a value. Return the answer',
};

/** Whether an error says that a query has no answer. */
export const isQueryUnansweredError: (error: unknown) => error is QueryUnansweredError =
  /* @__PURE__ */ createErrorGuard<QueryUnansweredError>('RXM551');

/** A query was not answered in time. It was given up. */
export class QueryTimeoutError extends RxMeshError {
  readonly code = 'RXM552';

  constructor(
    /** The type of the query. */
    readonly type: string,
    /** The id of the query. */
    readonly queryId: string,
    /** How long it may take, in milliseconds. */
    readonly limit: number,
  ) {
    super(
      `Query ${quote(type)} was not answered within ${limit} ms. Look at what its handler waits for, or raise its timeout.`,
    );
  }
}

/** Whether an error says that a query was not answered in time. */
export const isQueryTimeoutError: (error: unknown) => error is QueryTimeoutError =
  /* @__PURE__ */ createErrorGuard<QueryTimeoutError>('RXM552');

function told({ message, path = [] }: StandardSchemaIssue): string {
  const place = path.map((step) => String(typeof step === 'object' ? step.key : step)).join('.');
  return place === '' ? message : `${place}: ${message}`;
}

function quote(name: string): string {
  return JSON.stringify(name);
}
