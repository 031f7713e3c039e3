import {
  type RxMeshFeature,
  createOptions,
  nonNegative,
  positiveInteger,
  waitable,
  ɵmakeFeature,
} from 'rx-mesh/kernel';

/** Options of {@link withCommands}. */
export interface CommandBusOptions {
  /** How many commands wait for their turn, at least 1; one more errors with a `QueueFullError`. @default 20000 */
  readonly queueLimit?: number | undefined;
  /** How long a command may take that does not say so itself, in milliseconds. @default 30000 */
  readonly timeout?: number | undefined;
  /**
   * How long a result is remembered, in milliseconds, at least 0: that long a command that is sent again gets it, and is not
   * done again. @default 3600000 (an hour)
   */
  readonly resultWindow?: number | undefined;
  /** How many results are remembered, at least 1; the oldest give way. @default 10000 */
  readonly resultLimit?: number | undefined;
  /**
   * Whether results are kept in `READ_MODEL_STORAGE` too, as model `$commands`, so that they outlive the page. Results must
   * be plain JSON then. @default false
   */
  readonly keepResults?: boolean | undefined;
}

/** The options of commands with a value for each. */
export type CommandBusValues = {
  readonly [K in keyof CommandBusOptions]-?: NonNullable<CommandBusOptions[K]>;
};

/** The options of commands, and the token by which an application changes them. */
export const COMMANDS = /* @__PURE__ */ createOptions<CommandBusValues>(
  'CommandBusOptions',
  {
    queueLimit: 20_000,
    timeout: 30_000,
    resultWindow: 3_600_000,
    resultLimit: 10_000,
    keepResults: false,
  },
  {
    queueLimit: positiveInteger,
    timeout: waitable,
    resultWindow: nonNegative,
    resultLimit: positiveInteger,
  },
);

/**
 * Sets limits of commands, and whether their results outlive the page. Without it the defaults hold.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * provideRxMesh(withIndexedDb(), withCommands({ keepResults: true }));
 * ```
 */
export function withCommands(options: CommandBusOptions = {}): RxMeshFeature<'commands'> {
  return ɵmakeFeature('commands', [COMMANDS.provide(options)]);
}
