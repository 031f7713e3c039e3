import { type Backoff, RxMeshError, createErrorGuard } from 'rx-mesh/kernel';
import type { ObservableInput } from 'rxjs';

/** A write that waits to be stored. */
export interface PendingWrite {
  /** The key. */
  readonly key: string;
  /** The value, a copy of what was given. */
  readonly value: unknown;
  /** Names the write: the same at each try, also after a reload. A server that keeps it does a write once that comes twice. */
  readonly id: string;
  /** How often it was tried by this page, this time included. */
  readonly attempt: number;
  /** When it was asked for, in milliseconds since the Unix epoch. */
  readonly at: number;
}

/** Stores what is written behind. */
export interface CacheWriter {
  /** Its name: the same after a reload, for what was not stored before waits under it. A later writer of the same name replaces it. */
  readonly name: string;
  /** Whether it stores this key. The first writer that does is taken. */
  matches(key: string): boolean;
  /**
   * Stores some writes of different keys, and completes when they are stored. Until then no other write of these keys is begun.
   * What it errors with decides. A `RejectedWriteError` or a `status` of 4xx, but for 408, 425 and 429: it is of no use to
   * try that write again. Everything else may pass: it is tried again, later. The same write may come twice.
   */
  store(writes: readonly PendingWrite[]): ObservableInput<unknown>;
  /** How many writes it takes at once. After a failure they come one by one. @default 50 */
  readonly maxBatch?: number | undefined;
  /** How long a write waits for others to come along, in milliseconds, or until there are `maxBatch`. @default 0 */
  readonly every?: number | undefined;
  /** How long the pause after a failure is. @default 500 ms, twice that, and so on up to 30 s, with full jitter */
  readonly retry?: Backoff | undefined;
}

/**
 * What became of a write. `stored`: its writer has it. `retrying`: that failed, and is tried again. `dead-lettered`: it was
 * refused for good, and is kept. `superseded`: another one of its key took its place before it was stored.
 */
export interface WriteEvent {
  /** What became of it: `superseded` by a later write of its key. */
  readonly type: 'stored' | 'retrying' | 'dead-lettered' | 'superseded';
  /** The write. */
  readonly write: PendingWrite;
  /** What its writer failed with. */
  readonly error?: unknown;
}

/** Thrown by a writer: some writes were refused for good. The others are tried again. */
export class RejectedWriteError extends RxMeshError {
  readonly code = 'RXM717';

  constructor(
    /** The keys of those that were refused. */
    readonly keys: readonly string[],
    /** Why, as a phrase. */
    readonly detail = 'the writer has refused it',
    cause?: unknown,
  ) {
    super(`The write of '${keys.join("', '")}' was rejected: ${detail}.`, { cause });
  }
}

/** Whether an error says that writes were refused for good. */
export const isRejectedWriteError: (error: unknown) => error is RejectedWriteError =
  /* @__PURE__ */ createErrorGuard<RejectedWriteError>('RXM717');

/** Whether a server has refused a write, and would do so again. */
export function isRefusal(error: unknown): boolean {
  const { status } = Object(error) as { readonly status?: unknown };
  return /^4(?!08|25|29)\d\d$/.test(String(status));
}
