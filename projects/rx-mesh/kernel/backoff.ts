import { createOptions, nonNegative, oneOf, positive } from './options';
import type { RandomSource } from './random';

/**
 * How long to wait before a new try, in milliseconds. A pure function: it keeps nothing between calls, so one value
 * serves any number of concurrent sequences.
 *
 * @param attempt How many tries failed before, counted from 0.
 * @param random Where jitter comes from.
 * @param previous The wait before the last try, or 0 if there was none.
 */
export type Backoff = (attempt: number, random: RandomSource, previous: number) => number;

/**
 * How a computed wait is spread, so that many clients do not return together (Marc Brooker, "Exponential Backoff
 * And Jitter", AWS Architecture Blog). `full`: anywhere from 0 to the wait; `equal`: from half to the whole;
 * `proportional`: 20 % around it (gRPC A6); `none`: the wait itself.
 */
export type Jitter = 'full' | 'equal' | 'proportional' | 'none';

/** Options of {@link exponentialBackoff} and {@link linearBackoff}. */
export interface BackoffOptions {
  /** The first wait before jitter, in milliseconds, at least 0. @default 200 */
  readonly initial?: number | undefined;
  /** The longest wait, jitter included, in milliseconds, above 0. @default 10000 */
  readonly max?: number | undefined;
  /** How the wait is spread. @default 'full' */
  readonly jitter?: Jitter | undefined;
}

/** Options of {@link exponentialBackoff}. */
export interface ExponentialBackoffOptions extends BackoffOptions {
  /** By what the wait grows each time, at least 1. @default 2 */
  readonly factor?: number | undefined;
}

interface BackoffValues {
  readonly initial: number;
  readonly max: number;
  readonly factor: number;
  readonly jitter: Jitter;
}

const BACKOFF = /* @__PURE__ */ createOptions<BackoffValues>(
  'BackoffOptions',
  { initial: 200, max: 10_000, factor: 2, jitter: 'full' },
  {
    initial: nonNegative,
    max: positive,
    factor: (factor) =>
      Number.isFinite(factor) && factor >= 1 ? undefined : 'a number of at least 1',
    jitter: /* @__PURE__ */ oneOf('full', 'equal', 'proportional', 'none'),
  },
);

/**
 * The same wait each time.
 *
 * @param wait In milliseconds, at least 0.
 * @param jitter How the wait is spread. @default 'none'
 * @throws InvalidOptionError when the wait is negative or no finite number.
 */
export function constantBackoff(wait: number, jitter: Jitter = 'none'): Backoff {
  BACKOFF.resolve({ initial: wait, jitter });
  return (_attempt, random) => spread(wait, jitter, random);
}

/**
 * Waits of `initial`, twice that, three times that, up to `max`.
 *
 * @throws InvalidOptionError when an option is out of its range.
 */
export function linearBackoff(options: BackoffOptions = {}): Backoff {
  const { initial, max, jitter } = BACKOFF.resolve(options);
  return (attempt, random) => within(max, initial * (attempt + 1), jitter, random);
}

/**
 * Waits that grow by a factor up to `max`, then are spread by jitter.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * const backoff = exponentialBackoff({ initial: 100, max: 5000, jitter: 'full' });
 * ```
 */
export function exponentialBackoff(options: ExponentialBackoffOptions = {}): Backoff {
  const { initial, max, factor, jitter } = BACKOFF.resolve(options);
  // 0 * Infinity is NaN once the power overflows; a zero start stays zero.
  return (attempt, random) =>
    within(max, initial === 0 ? 0 : initial * factor ** attempt, jitter, random);
}

/**
 * Waits drawn between `initial` and three times the wait before, up to `max` ("decorrelated jitter" of the AWS
 * article): they spread clients that failed together fastest.
 *
 * @throws InvalidOptionError when an option is out of its range.
 */
export function decorrelatedBackoff(options: Omit<BackoffOptions, 'jitter'> = {}): Backoff {
  const { initial, max } = BACKOFF.resolve(options);
  return (_attempt, random, previous) => {
    const last = previous > 0 ? Math.min(max, previous) : initial;
    // Finite, since a draw of 0 times infinity is no number.
    const upper = Math.min(Number.MAX_VALUE, Math.max(initial, 3 * last));
    return Math.min(max, initial + random.next() * (upper - initial));
  };
}

/**
 * The waits of a back-off one after the other, without end.
 *
 * @usageNotes
 * ```ts
 * const delays = backoffDelays(exponentialBackoff(), inject(RANDOM));
 * delays.next().value; // the first wait in milliseconds
 * ```
 */
export function* backoffDelays(backoff: Backoff, random: RandomSource): Generator<number, never> {
  let previous = 0;
  for (let attempt = 0; ; attempt++) yield (previous = backoff(attempt, random, previous));
}

const PROPORTION = 0.2;

// Jitter that goes above the wait needs room below `max`; cut off afterwards, half of all clients would meet there.
// What is cut off here is no more than the rounding.
function within(max: number, wait: number, jitter: Jitter, random: RandomSource): number {
  const room = jitter === 'proportional' ? max / (1 + PROPORTION) : max;
  return Math.min(max, spread(Math.min(room, wait), jitter, random));
}

function spread(wait: number, jitter: Jitter, random: RandomSource): number {
  switch (jitter) {
    case 'full':
      return wait * random.next();
    case 'equal':
      return wait / 2 + (wait / 2) * random.next();
    case 'proportional':
      return wait * (1 - PROPORTION + 2 * PROPORTION * random.next());
    case 'none':
      return wait;
  }
}
