import {
  type Backoff,
  createOptions,
  exponentialBackoff,
  nonNegativeInteger,
  oneOf,
  positiveInteger,
  waitable,
} from 'rx-mesh/kernel';

/** How commands of one type are handled. */
export interface CommandHandlerOptions {
  /** How many of this type are handled at once, at least 1. @default Infinity */
  readonly concurrency?: number | undefined;
  /**
   * Which commands are handled one after the other: those with the same aggregate id, whatever their type, or none. A handler
   * must not wait for another command of its own aggregate, which waits for it. @default 'aggregate'
   */
  readonly orderedBy?: 'aggregate' | 'none' | undefined;
  /**
   * How long a command may take from its turn on, with middleware and all tries, in milliseconds, above 0 and at most
   * 2147483647. @default `timeout` of `withCommands`: 30000
   */
  readonly timeout?: number | undefined;
  /**
   * Whether a command does no harm when it is handled again: its handler hands the idempotency key on, or appends with its
   * context only. Without it a failed or late command is not tried again. @default false; of a remote handler true
   */
  readonly idempotent?: boolean | undefined;
  /**
   * How often a failure that may pass is tried again, at least 0; only if `idempotent`. @default 0; of a remote handler 2
   */
  readonly retries?: number | undefined;
  /** How long to wait before each. @default exponentialBackoff(), from 200 ms to 10 s */
  readonly backoff?: Backoff | undefined;
  /**
   * How often the handler is called again when its stream was at another version than it expected, at least 0: it has to
   * read the stream again. @default 0
   */
  readonly onConflict?: number | undefined;
}

/** The options of a handler with a value for each. */
export type CommandHandlerValues = {
  readonly [K in keyof CommandHandlerOptions]-?: NonNullable<CommandHandlerOptions[K]>;
};

/** The options of handlers. */
export const COMMAND_HANDLER = /* @__PURE__ */ createOptions<CommandHandlerValues>(
  'CommandHandlerOptions',
  {
    concurrency: Infinity,
    orderedBy: 'aggregate',
    timeout: 30_000,
    idempotent: false,
    retries: 0,
    backoff: /* @__PURE__ */ exponentialBackoff(),
    onConflict: 0,
  },
  {
    concurrency: (most) => (most === Infinity ? undefined : positiveInteger(most)),
    orderedBy: /* @__PURE__ */ oneOf('aggregate', 'none'),
    timeout: waitable,
    retries: nonNegativeInteger,
    onConflict: nonNegativeInteger,
  },
  ({ retries, idempotent }) =>
    retries > 0 && !idempotent ? ['retries', '0 unless idempotent is true'] : undefined,
);
