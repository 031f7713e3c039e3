import { type Backoff, createOptions, exponentialBackoff, positiveInteger, waitable } from 'rx-mesh/kernel'; // prettier-ignore

/** Options of writing behind. */
export interface WriteBehindOptions {
  /** How many keys of a user may wait, as far as the page knows, at least 1. @default 1000 */
  readonly maxPending?: number | undefined;
  /** How long a writer may take, in milliseconds; then it is unsubscribed, and has failed. @default 30000 */
  readonly storeTimeout?: number | undefined;
  /** How many writes a writer takes at once. @default 50 */
  readonly maxBatch?: number | undefined;
  /** How long a write waits for others to come along, in milliseconds. @default 0 */
  readonly every?: number | undefined;
  /** How long the pause after a failure is. @default 500 ms, twice that, and so on up to 30 s, with full jitter */
  readonly retry?: Backoff | undefined;
}

/** {@link WriteBehindOptions}, all set. */
export type WriteBehindValues = Required<{
  [K in keyof WriteBehindOptions]: NonNullable<WriteBehindOptions[K]>;
}>;

/** The options of writing behind. */
export const WRITE_BEHIND = /* @__PURE__ */ createOptions<WriteBehindValues>(
  'WriteBehindOptions',
  {
    maxPending: 1000,
    storeTimeout: 30_000,
    maxBatch: 50,
    every: 0,
    retry: /* @__PURE__ */ exponentialBackoff({ initial: 500, max: 30_000 }),
  },
  {
    maxPending: positiveInteger,
    storeTimeout: waitable,
    maxBatch: positiveInteger,
    every: (every) => (every === 0 ? undefined : waitable(every)),
  },
);
