import {
  type OptionCheck,
  createOptions,
  positive,
  positiveInteger,
  waitable,
} from 'rx-mesh/kernel';

/** Options of the second level. */
export interface RemoteLevelOptions {
  /** What all its keys begin with, so that applications can share one; 1 to 64 letters, digits, `-`, `_` and `.`. @default 'rx' */
  readonly namespace?: string | undefined;
  /** After what time it has failed to answer, in milliseconds. @default 500 */
  readonly timeout?: number | undefined;
  /** After how many failures in a row it is left alone for a while. @default 3 */
  readonly failures?: number | undefined;
  /** How many writes wait for it at most while it is down. @default 1000 */
  readonly maxMissed?: number | undefined;
  /** How long it is known there what was made void, in milliseconds. Values are kept half as long at most. @default 7 days */
  readonly markTtl?: number | undefined;
  /** How long a text may be, in characters. @default 1048576 */
  readonly maxTextSize?: number | undefined;
}

/** The options of the second level, with a value for each. */
export type RemoteLevelValues = {
  readonly [K in keyof RemoteLevelOptions]-?: NonNullable<RemoteLevelOptions[K]>;
};

const namespace: OptionCheck<string> = (value) =>
  /^[\w.-]{1,64}$/.test(value) ? undefined : 'a text of 1 to 64 letters, digits, -, _ and .';

/** How the second level is used where nothing else is said. */
export const REMOTE_LEVEL = /* @__PURE__ */ createOptions<RemoteLevelValues>(
  'RemoteLevelOptions',
  {
    namespace: 'rx',
    timeout: 500,
    failures: 3,
    maxMissed: 1000,
    markTtl: 604_800_000,
    maxTextSize: 1_048_576,
  },
  {
    namespace,
    timeout: waitable,
    failures: positiveInteger,
    maxMissed: positiveInteger,
    markTtl: positive,
    maxTextSize: positiveInteger,
  },
);
