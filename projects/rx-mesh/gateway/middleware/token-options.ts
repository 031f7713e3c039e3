import { createOptions, nonNegative, positiveInteger, waitable } from 'rx-mesh/kernel';

/** How tokens are remembered and renewed. */
export interface TokenOptions {
  /** How long it is remembered whose a token is, in milliseconds, and never longer than it holds; 0: not at all. @default 60000 */
  readonly cacheFor?: number | undefined;
  /** Of how many tokens it is remembered: a whole number of at least 1. @default 100 */
  readonly maxTokens?: number | undefined;
  /** How long after a failed renewal there is no other one of the same token, in milliseconds. @default 5000 */
  readonly refreshCooldown?: number | undefined;
  /** How long a renewal may take, in milliseconds, above 0: longer where a person has to sign in for it. @default 10000 */
  readonly refreshTimeout?: number | undefined;
}

/** The options of tokens with a value for each. */
export type TokenOptionValues = {
  readonly [K in keyof TokenOptions]-?: NonNullable<TokenOptions[K]>;
};

/** How tokens are remembered and renewed. */
export const TOKENS = /* @__PURE__ */ createOptions<TokenOptionValues>(
  'TokenOptions',
  { cacheFor: 60_000, maxTokens: 100, refreshCooldown: 5000, refreshTimeout: 10_000 },
  {
    cacheFor: nonNegative,
    maxTokens: positiveInteger,
    refreshCooldown: nonNegative,
    refreshTimeout: waitable,
  },
);
