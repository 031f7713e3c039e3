import type { RandomSource } from 'rx-mesh/kernel';
import type { CircuitBreakerValues } from './circuit-breaker-options';

/** What a breaker is: each phase carries what is known in it and nothing else. Readings are monotonic. */
export type CircuitState = { readonly phase: 'closed' } | OpenCircuit | HalfOpenCircuit;

/** Turns calls away until a time. */
export interface OpenCircuit {
  readonly phase: 'open';
  readonly until: number;
  /** How many times it opened in a row, this one included. */
  readonly opened: number;
}

/** Lets a few probes through. */
export interface HalfOpenCircuit {
  readonly phase: 'half-open';
  readonly opened: number;
  /** How many probes succeeded, none between them failed. */
  readonly successes: number;
  /** How many of those were slow. */
  readonly slow: number;
  /** How many probes are under way. */
  readonly under: number;
  /** By when those under way have to be decided; only while there is one. */
  readonly ends: number;
}

export const CLOSED: CircuitState = { phase: 'closed' };

/**
 * Opens for a wait that doubles each time up to the maximum, spread by jitter.
 *
 * @param opened How many times it opened in a row before.
 * @param asked What the server asked for, in milliseconds: the least wait, up to the maximum.
 */
export function openCircuit(
  now: number,
  opened: number,
  { jitter, maxOpenWait, openWait }: CircuitBreakerValues,
  random: RandomSource,
  asked = 0,
): OpenCircuit {
  // Spread last: cut off afterwards, all tabs that reached the maximum would probe together.
  const wait =
    Math.min(maxOpenWait, openWait * 2 ** opened) * (1 + jitter * (2 * random.next() - 1));
  const until = now + Math.max(wait, Math.min(asked, maxOpenWait));
  return { phase: 'open', until, opened: opened + 1 };
}

/** Opens for as long as the server asks, up to the maximum. */
export function pausedCircuit(
  now: number,
  asked: number,
  { maxOpenWait }: CircuitBreakerValues,
): OpenCircuit {
  return { phase: 'open', until: now + Math.min(asked, maxOpenWait), opened: 1 };
}

/** Is ready to probe. */
export function halfOpenCircuit(opened: number): HalfOpenCircuit {
  return { phase: 'half-open', opened, successes: 0, slow: 0, under: 0, ends: 0 };
}

/** Whether one more probe may go. */
export function mayProbe(
  { successes, under }: HalfOpenCircuit,
  { concurrentProbes, probes }: CircuitBreakerValues,
): boolean {
  return under < concurrentProbes && successes + under < probes;
}

/** Has one more probe under way. What is awaited already keeps its time. */
export function probing(state: HalfOpenCircuit, ends: number): HalfOpenCircuit {
  return { ...state, under: state.under + 1, ends: state.under === 0 ? ends : state.ends };
}

/** Has one less probe under way. */
export function probed(state: HalfOpenCircuit, succeeded: boolean, slow: boolean): HalfOpenCircuit {
  return {
    ...state,
    under: state.under - 1,
    successes: state.successes + (succeeded ? 1 : 0),
    slow: state.slow + (succeeded && slow ? 1 : 0),
  };
}

/** What a state is once those who were let through count no more: a half-open one begins its probes again. */
export function revived(state: CircuitState): CircuitState {
  return state.phase === 'half-open' ? halfOpenCircuit(state.opened) : state;
}

/** In how many milliseconds a call may go through. */
export function waitOf(state: CircuitState, now: number, options: CircuitBreakerValues): number {
  if (state.phase === 'closed') return 0;
  if (state.phase === 'open') return Math.max(0, state.until - now);
  return mayProbe(state, options) ? 0 : Math.max(0, state.ends - now);
}
