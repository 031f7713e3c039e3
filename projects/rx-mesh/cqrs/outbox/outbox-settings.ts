import { createOptions, positiveInteger, waitable } from 'rx-mesh/kernel';

/** Options of {@link withCommandOutbox}. */
export interface CommandOutboxOptions {
  /** The most commands that it holds, those that were refused included; at least 1. @default 1000 */
  readonly limit?: number | undefined;
  /** How many commands of different aggregates are on their way at once, at least 1. @default 4 */
  readonly concurrency?: number | undefined;
  /**
   * How long an answer is waited for, in milliseconds, from above 0 to 2147483647; then the command is sent again.
   * @default 60000
   */
  readonly timeout?: number | undefined;
  /** The first wait before a command is sent again, in milliseconds, above 0. It doubles, with jitter. @default 500 */
  readonly initialWait?: number | undefined;
  /** The longest such wait, in milliseconds, above 0. @default 60000 */
  readonly maxWait?: number | undefined;
  /** The most bytes of a command as JSON, about, at least 1. @default 262144 */
  readonly maxBytes?: number | undefined;
  /** Of how many commands that have ended it is remembered how, at least 1. @default 200 */
  readonly remembered?: number | undefined;
  /** How many entries the list and the signal show, the oldest ones, at least 1. @default 100 */
  readonly shown?: number | undefined;
}

/** The options of the outbox with a value for each. */
export interface CommandOutboxValues {
  readonly limit: number;
  readonly concurrency: number;
  readonly timeout: number;
  readonly initialWait: number;
  readonly maxWait: number;
  readonly maxBytes: number;
  readonly remembered: number;
  readonly shown: number;
}

/** The options of the outbox, and the token by which an application changes them. */
export const COMMAND_OUTBOX = /* @__PURE__ */ createOptions<CommandOutboxValues>(
  'CommandOutboxOptions',
  {
    limit: 1000,
    concurrency: 4,
    timeout: 60_000,
    initialWait: 500,
    maxWait: 60_000,
    maxBytes: 262_144,
    remembered: 200,
    shown: 100,
  },
  {
    limit: positiveInteger,
    concurrency: positiveInteger,
    timeout: waitable,
    initialWait: waitable,
    maxWait: waitable,
    maxBytes: positiveInteger,
    remembered: positiveInteger,
    shown: positiveInteger,
  },
);
