import { CIRCUIT_BREAKER } from './circuit-breaker-options';
import {
  CLOSED,
  type CircuitState,
  halfOpenCircuit,
  openCircuit,
  probed,
  probing,
  revived,
  waitOf,
} from './circuit-state';

const drawing = (draw: number) => ({ next: () => draw });

describe('openCircuit', () => {
  const { defaults } = CIRCUIT_BREAKER;

  it('is open from now on for the first wait, and has opened once', () => {
    expect(openCircuit(100, 0, defaults, drawing(0.5))).toEqual({
      phase: 'open',
      until: 5100,
      opened: 1,
    });
  });

  it.each([
    [1, 10_000],
    [4, 80_000],
    [5, 120_000],
    [5000, 120_000],
  ])('after %p openings in a row waits %p ms', (opened, wait) => {
    expect(openCircuit(0, opened, defaults, drawing(0.5)).until).toBe(wait);
  });

  it('never waits nothing, however large the jitter', () => {
    const values = CIRCUIT_BREAKER.resolve({ jitter: 0.999 });

    expect(openCircuit(0, 0, values, drawing(0)).until).toBeGreaterThan(0);
  });
});

describe('probed', () => {
  it('adds one up and ends the probe', () => {
    const two = probing(probing(halfOpenCircuit(3), 500), 900);

    expect(two).toMatchObject({ under: 2, ends: 500 });
    expect(probed(two, true, false)).toEqual({
      phase: 'half-open',
      opened: 3,
      successes: 1,
      slow: 0,
      under: 1,
      ends: 500,
    });
    expect(probed(probed(two, true, true), true, false)).toMatchObject({ successes: 2, slow: 1 });
    expect(probed(two, false, true)).toMatchObject({ under: 1, successes: 0, slow: 0 });
  });
});

describe('revived', () => {
  it('begins to probe anew, and still knows how often it has opened', () => {
    const before = { ...halfOpenCircuit(3), successes: 1, under: 1, ends: 500 };

    expect(revived(before)).toEqual(halfOpenCircuit(3));
  });

  it.each<CircuitState>([CLOSED, { phase: 'open', until: 5, opened: 1 }])(
    'leaves everything else as it was: %j',
    (before) => {
      expect(revived(before)).toBe(before);
    },
  );
});

describe('waitOf', () => {
  it.each<[number, CircuitState]>([
    [0, CLOSED],
    [20, { phase: 'open', until: 120, opened: 1 }],
    [0, { phase: 'open', until: 99, opened: 1 }],
    [0, halfOpenCircuit(1)],
    [20, { ...halfOpenCircuit(1), under: 1, ends: 120 }],
    [0, { ...halfOpenCircuit(1), under: 1, ends: 99 }],
  ])('is %p at 100 for %j', (wait, state) => {
    expect(waitOf(state, 100, CIRCUIT_BREAKER.defaults)).toBe(wait);
  });
});
