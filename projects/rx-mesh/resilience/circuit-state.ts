import type { RandomSource } from 'rx-mesh/kernel';
import type { CircuitBreakerValues } from './circuit-breaker-options';

/** What a breaker is: each phase carries what is known in it and nothing else. Readings are monotonic. */
export type CircuitState =
  | { readonly phase: 'closed' }
  | OpenCircuit
  | HalfOpenCircuit
  | { readonly phase: 'isolated'; readonly before: CircuitState };

/** Turns calls away until a time. */
export interface OpenCircuit {
  readonly phase: 'open';
  readonly until: number;
  /** How many times it opened in a row, this one included. */
  readonly opened: number;
}

/** Lets probes through, one at a time. */
export interface HalfOpenCircuit {
  readonly phase: 'half-open';
  readonly opened: number;
  /** How many probes succeeded, none between them failed. */
  readonly successes: number;
  /** How many of those were slow. */
  readonly slow: number;
  /** By when the probe under way has to end; `undefined` while there is none. */
  readonly probeEnds: number | undefined;
}

export const CLOSED: CircuitState = { phase: 'closed' };

/**
 * Opens for a wait that doubles each time up to the maximum, spread by jitter.
 *
 * @param opened How many times it opened in a row before.
 */
export function openCircuit(
  now: number,
  opened: number,
  { jitter, maxOpenWait, openWait }: CircuitBreakerValues,
  random: RandomSource,
): OpenCircuit {
  // Spread last: cut off afterwards, all tabs that reached the maximum would probe together.
  const wait = Math.min(maxOpenWait, openWait * 2 ** opened);
  const until = now + wait * (1 + jitter * (2 * random.next() - 1));
  return { phase: 'open', until, opened: opened + 1 };
}

/** Is ready to probe. */
export function halfOpenCircuit(opened: number): HalfOpenCircuit {
  return { phase: 'half-open', opened, successes: 0, slow: 0, probeEnds: undefined };
}

/** Has one more probe behind it that succeeded. */
export function probed(state: HalfOpenCircuit, isSlow: boolean): HalfOpenCircuit {
  const { slow, successes } = state;
  return {
    ...state,
    successes: successes + 1,
    slow: slow + (isSlow ? 1 : 0),
    probeEnds: undefined,
  };
}

/** What a state is after an isolation: a half-open one has lost its probes and begins again. */
export function revived(before: CircuitState): CircuitState {
  return before.phase === 'half-open' ? halfOpenCircuit(before.opened) : before;
}

/** In how many milliseconds a call may go through. */
export function waitOf(state: CircuitState, now: number): number {
  switch (state.phase) {
    case 'closed':
      return 0;
    case 'open':
      return Math.max(0, state.until - now);
    case 'half-open':
      return Math.max(0, (state.probeEnds ?? now) - now);
    case 'isolated':
      return Infinity;
  }
}
