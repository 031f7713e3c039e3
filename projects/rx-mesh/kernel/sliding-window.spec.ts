import fc from 'fast-check';
import { ManualClock } from 'rx-mesh/testing';
import type { Clock } from './clock';
import type { Outcome, WindowTotals } from './outcome-cells';
import { CountWindow, type SlidingWindow, TimeWindow } from './sliding-window';

const HOUR = 3_600_000;
const NOTHING: WindowTotals = {
  count: 0,
  failures: 0,
  slow: 0,
  duration: 0,
  failureRate: 0,
  slowRate: 0,
};

// Quarters add up without rounding, so that the sums can be compared to the bit.
const aDuration = fc.oneof(
  fc.integer({ min: -8, max: 4000 }).map((quarters) => quarters / 4),
  fc.constantFrom(undefined, NaN, Infinity),
);
const anOutcome: fc.Arbitrary<Outcome> = fc.record({
  failed: fc.boolean(),
  slow: fc.constantFrom(undefined, false, true),
  duration: aDuration,
});

describe(TimeWindow.name, () => {
  it('is empty at first, with rates of zero', () => {
    expect(new TimeWindow(new ManualClock()).totals()).toEqual(NOTHING);
  });

  it('adds up what it was told', () => {
    const window = new TimeWindow(new ManualClock());
    window.record({ failed: true, slow: true, duration: 30 });
    window.record({ failed: false, slow: true, duration: 12.5 });
    window.record({ failed: true });
    window.record({ failed: false, slow: false, duration: 0 });

    expect(window.totals()).toEqual({
      count: 4,
      failures: 2,
      slow: 2,
      duration: 42.5,
      failureRate: 0.5,
      slowRate: 0.5,
    });
  });

  it('looks 30 seconds back in steps of 3 by default', () => {
    const clock = new ManualClock();
    const window = new TimeWindow(clock, { length: undefined, buckets: undefined });
    clock.advance(2999);
    window.record({ failed: true });
    clock.advance(27_000);

    expect(window.totals().count).toBe(1);

    clock.advance(1);

    expect(window.totals()).toEqual(NOTHING);
  });

  it('forgets a whole bucket at once, at its edge and not before', () => {
    const clock = new ManualClock();
    const window = new TimeWindow(clock, { length: 1000, buckets: 4 });
    window.record({ failed: true });
    clock.advance(249);
    window.record({ failed: false });
    clock.advance(1);
    window.record({ failed: false });
    clock.advance(749);

    expect(window.totals()).toMatchObject({ count: 3, failures: 1 });

    clock.advance(1);

    expect(window.totals()).toMatchObject({ count: 1, failures: 0 });

    clock.advance(249);

    expect(window.totals().count).toBe(1);

    clock.advance(1);

    expect(window.totals()).toEqual(NOTHING);
  });

  it('starts its buckets when it is made, whatever the clock says then', () => {
    const clock = new ManualClock();
    clock.advance(999.5);
    const window = new TimeWindow(clock, { length: 1000, buckets: 1 });
    window.record({ failed: true });
    clock.advance(999.5);

    expect(window.totals().count).toBe(1);

    clock.advance(0.5);

    expect(window.totals().count).toBe(0);
  });

  it('meets the edges of a bucket length that is no whole number', () => {
    const clock = new ManualClock();
    const window = new TimeWindow(clock, { length: 100, buckets: 3 });
    clock.advance(33);
    window.record({ failed: false });
    clock.advance(1);
    window.record({ failed: false });
    clock.advance(65);

    expect(window.totals().count).toBe(2);

    clock.advance(1);

    expect(window.totals().count).toBe(1);

    clock.advance(34);

    expect(window.totals().count).toBe(0);
  });

  it('ends at its length to the millisecond, though a length of buckets be rounded', () => {
    const clock = new ManualClock();
    const late = Array.from({ length: 60 }, (_, i) => i + 1).filter((buckets) => {
      const window = new TimeWindow(clock, { length: 1000, buckets });
      window.record({ failed: true });
      clock.advance(999);
      const before = window.totals().count;
      clock.advance(1);
      return before !== 1 || window.totals().count !== 0;
    });

    expect(late).toEqual([]);
  });

  it('reads the clock once for a call, after a century of silence as after a millisecond', () => {
    const clock = new ManualClock();
    const read = jest.spyOn(clock, 'monotonic');
    const window = new TimeWindow(clock, { length: 1000 });
    window.record({ failed: true, duration: 5 });
    clock.advance(1_000_000 * HOUR + 1);
    read.mockClear();

    expect(window.totals()).toEqual(NOTHING);
    expect(read).toHaveBeenCalledTimes(1);
    expect(clock.pending).toBe(0);

    window.record({ failed: false, duration: 7 });
    clock.advance(899);

    expect(window.totals()).toMatchObject({ count: 1, failures: 0, duration: 7 });
  });

  it('forgets what is old when it is written after hours of silence', () => {
    const clock = new ManualClock();
    const window = new TimeWindow(clock);
    window.record({ failed: true });
    clock.advance(5 * HOUR);
    window.record({ failed: false });

    expect(window.totals()).toMatchObject({ count: 1, failureRate: 0 });
  });

  it('works on a monotonic clock that starts below zero and passes it', () => {
    const clock = new ManualClock();
    const below: Clock = {
      scheduler: clock.scheduler,
      now: () => clock.now(),
      monotonic: () => clock.monotonic() - 1500.5,
    };
    const window = new TimeWindow(below, { length: 1000, buckets: 2 });
    const counts: number[] = [];
    for (let step = 0; step < 6; step++) {
      window.record({ failed: true });
      counts.push(window.totals().count);
      clock.advance(499);
      counts.push(window.totals().count);
      clock.advance(1);
    }

    expect(counts).toEqual([1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2]);
  });

  it('comes to an end on buckets so short that their numbers lose precision', () => {
    let now = 0;
    const { scheduler } = new ManualClock();
    const clock: Clock = { scheduler, now: () => now, monotonic: () => now };
    const window = new TimeWindow(clock, { length: 1e-9, buckets: 10 });
    window.record({ failed: true });
    const counts: number[] = [];
    // The smallest steps that this clock can make, each of more than one bucket.
    for (let step = 0; step < 50; step++) {
      now = 1e6 + step * 2 ** -33;
      window.record({ failed: false });
      counts.push(window.totals().failures);
    }

    expect(counts).toEqual(counts.map(() => 0));
  });

  it('takes no notice when the wall clock jumps', () => {
    const clock = new ManualClock();
    const window = new TimeWindow(clock, { length: 1000 });
    window.record({ failed: true });
    clock.jumpWall(24 * HOUR);

    expect(window.totals().count).toBe(1);

    clock.jumpWall(-48 * HOUR);
    clock.advance(999);

    expect(window.totals().count).toBe(1);

    clock.advance(1);

    expect(window.totals().count).toBe(0);
  });

  it('forgets everything when it is reset, and goes on', () => {
    const clock = new ManualClock();
    const window = new TimeWindow(clock, { length: 1000, buckets: 4 });
    window.record({ failed: true, slow: true, duration: 5 });
    clock.advance(600);
    window.record({ failed: true });
    window.reset();

    expect(window.totals()).toEqual(NOTHING);

    window.record({ failed: false });
    clock.advance(899);

    expect(window.totals()).toMatchObject({ count: 1, failures: 0 });

    clock.advance(1);

    expect(window.totals()).toEqual(NOTHING);
  });

  it('reports what a list of all outcomes would, however they are spread in time', () => {
    const aStep = fc.oneof(
      { weight: 8, arbitrary: fc.integer({ min: 0, max: 800 }) },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 20_000 }) },
    );
    const steps = fc.array(fc.tuple(aStep, fc.option(anOutcome)), { maxLength: 60 });
    const aLength = fc.integer({ min: 1, max: 1000 });
    const aNumber = fc.integer({ min: 1, max: 12 });
    fc.assert(
      fc.property(aLength, aNumber, fc.nat(), steps, (length, buckets, startsAt, way) => {
        const clock = new ManualClock();
        clock.advance(startsAt);
        const window = new TimeWindow(clock, { length, buckets });
        const model: { readonly at: number; readonly outcome: Outcome }[] = [];
        for (const [quarters, outcome] of way) {
          clock.advance(quarters / 4);
          const now = clock.monotonic() - startsAt;
          if (outcome) {
            window.record(outcome);
            model.push({ at: now, outcome });
          }
          const bucketOf = (at: number) => Math.floor((at * buckets) / length);
          const inside = model.filter(({ at }) => bucketOf(now) - bucketOf(at) < buckets);
          expect(window.totals()).toEqual(sum(inside.map((entry) => entry.outcome)));
          // What the documentation promises, in ages alone.
          const { count } = window.totals();
          const youngerThan = (age: number) => model.filter(({ at }) => now - at < age).length;
          expect(count).toBeLessThanOrEqual(youngerThan(length));
          expect(count).toBeGreaterThanOrEqual(youngerThan(length - length / buckets));
        }
      }),
    );
  });

  it.each([0, -1, NaN, Infinity])('refuses a length of %p', (length) => {
    expect(() => new TimeWindow(new ManualClock(), { length })).toThrow(
      `TimeWindowOptions.length is ${length}, but must be a number above 0.`,
    );
  });

  it.each([0, -1, 1.5, NaN, Infinity])('refuses %p buckets', (buckets) => {
    expect(() => new TimeWindow(new ManualClock(), { buckets })).toThrow(
      `TimeWindowOptions.buckets is ${buckets}, but must be a whole number of at least 1.`,
    );
  });
});

describe(CountWindow.name, () => {
  it('is empty at first, with rates of zero', () => {
    expect(new CountWindow().totals()).toEqual(NOTHING);
  });

  it('holds the last hundred by default', () => {
    const window = new CountWindow();
    for (let i = 0; i < 250; i++) window.record({ failed: i < 200, duration: i < 200 ? 7 : 2 });

    expect(window.totals()).toMatchObject({ count: 100, failures: 50, duration: 450 });
  });

  it('puts the newest in the place of the oldest', () => {
    const window = new CountWindow(2);
    const rates = [true, false, false, true].map((failed) => {
      window.record({ failed });
      return window.totals().failureRate;
    });

    expect(rates).toEqual([1, 0.5, 0, 0.5]);
  });

  it('forgets everything when it is reset in the middle of a round, and goes on', () => {
    const window = new CountWindow(3);
    for (let i = 0; i < 5; i++) window.record({ failed: true, slow: true, duration: 5 });
    window.reset();

    expect(window.totals()).toEqual(NOTHING);

    for (let i = 0; i < 4; i++) window.record({ failed: i === 0 });

    expect(window.totals()).toMatchObject({ count: 3, failures: 0 });
  });

  it('reports what a list of the last outcomes would, after any outcomes and resets', () => {
    const steps = fc.array(
      fc.oneof({ weight: 12, arbitrary: anOutcome }, { weight: 1, arbitrary: fc.constant(null) }),
      { maxLength: 100 },
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), steps, (size, way) => {
        const window: SlidingWindow = new CountWindow(size);
        let model: Outcome[] = [];
        for (const outcome of way) {
          if (outcome) window.record(outcome);
          else window.reset();
          model = outcome ? [...model, outcome].slice(-size) : [];
          expect(window.totals()).toEqual(sum(model));
        }
      }),
    );
  });

  it.each([0, -1, 1.5, NaN, Infinity])('refuses a size of %p', (size) => {
    expect(() => new CountWindow(size)).toThrow(
      `CountWindowOptions.size is ${size}, but must be a whole number of at least 1.`,
    );
  });
});

function sum(outcomes: readonly Outcome[]): WindowTotals {
  const count = outcomes.length;
  const failures = outcomes.filter(({ failed }) => failed).length;
  const slow = outcomes.filter((outcome) => outcome.slow === true).length;
  const duration = outcomes
    .map((outcome) => outcome.duration ?? 0)
    .filter((ms) => ms > 0 && ms < Infinity)
    .reduce((total, ms) => total + ms, 0);
  const rate = (some: number) => (count === 0 ? 0 : some / count);
  return { count, failures, slow, duration, failureRate: rate(failures), slowRate: rate(slow) };
}
