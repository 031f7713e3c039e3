import { createOptions, fraction, positive, positiveInteger } from 'rx-mesh/kernel';

/** When an instance gets no calls for a while because of how its calls went, all the same what registries say of it. */
export interface OutlierOptions {
  /** So many failures one after the other are too many: at least 1. @default 3 */
  readonly consecutiveFailures?: number | undefined;
  /** This share of failures is too much, from 0 to 1, once there are `minimumCalls`. @default 0.8 */
  readonly failureRate?: number | undefined;
  /** How many calls of an instance its share of failures needs, at least 1. @default 10 */
  readonly minimumCalls?: number | undefined;
  /** How far back the share of failures looks, in milliseconds, above 0. @default 30000 */
  readonly windowLength?: number | undefined;
  /**
   * An instance that is so many times slower than the median of the others is too slow, above 1; `Infinity` never.
   * @default 3
   */
  readonly slowFactor?: number | undefined;
  /** So many slow answers one after the other are needed: at least 1. @default 3 */
  readonly consecutiveSlow?: number | undefined;
  /** How long it gets no calls for the first time, in milliseconds, above 0; the next times longer. @default 10000 */
  readonly baseTime?: number | undefined;
  /** How long it gets no calls at most, in milliseconds, above 0. @default 120000 */
  readonly maxTime?: number | undefined;
  /**
   * Which share of the instances may be without calls at once, from 0 to 0.5. Rounded down, so that of one instance none
   * is, and of two or three one. @default 0.5
   */
  readonly maxShare?: number | undefined;
}

/** The options of ejection with a value for each. */
export type OutlierValues = { readonly [K in keyof OutlierOptions]-?: number };

/** The options of ejection. Defaults fit the 2 to 4 instances that a browser sees (Envoy's need 5 and more). */
export const OUTLIERS = /* @__PURE__ */ createOptions<OutlierValues>(
  'OutlierOptions',
  {
    consecutiveFailures: 3,
    failureRate: 0.8,
    minimumCalls: 10,
    windowLength: 30_000,
    slowFactor: 3,
    consecutiveSlow: 3,
    baseTime: 10_000,
    maxTime: 120_000,
    maxShare: 0.5,
  },
  {
    consecutiveFailures: positiveInteger,
    failureRate: fraction,
    minimumCalls: positiveInteger,
    windowLength: positive,
    slowFactor: (value) => (value > 1 ? undefined : 'a number above 1, or Infinity'),
    consecutiveSlow: positiveInteger,
    baseTime: positive,
    maxTime: positive,
    maxShare: (value) => fraction(value) ?? (value <= 0.5 ? undefined : 'at most 0.5'),
  },
  ({ baseTime, maxTime }) =>
    maxTime < baseTime ? ['maxTime', `at least baseTime, which is ${baseTime}`] : undefined,
);
