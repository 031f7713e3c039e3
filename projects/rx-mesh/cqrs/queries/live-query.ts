import type { Observable } from 'rxjs';

/** Where a live query is. It does not change. */
export interface LiveQueryStatus {
  /** The type of the query. */
  readonly type: string;
  /**
   * `idle`: nobody is subscribed to it; `loading`: there is no answer yet; `live`: there is one; `refreshing`: there is one,
   * and it is asked for a newer one; `failed`: the last run failed, the answer before it stays, and it is tried again.
   */
  readonly state: 'idle' | 'loading' | 'live' | 'refreshing' | 'failed';
  /** Whether the answer that is shown is, or may be, out of date. */
  readonly isStale: boolean;
  /** When the last answer came: wall time in milliseconds since the epoch; `undefined` before the first. */
  readonly updatedAt: number | undefined;
  /** How many runs have failed since the last answer. */
  readonly failures: number;
  /** Why the last run failed, for `failed`. */
  readonly error?: unknown;
}

/** The answers to a query, as they are and as they change. */
export interface LiveQuery<R> extends Observable<R> {
  /**
   * Where the query is, without running it: at once, then as it changes. Errors with an `InvalidQueryError` when the query is
   * none; never completes.
   */
  readonly status$: Observable<LiveQueryStatus>;
}
