import fc from 'fast-check';
import { ManualClock } from 'rx-mesh/testing';
import { CountWindow, TimeWindow } from './sliding-window';

describe('TimeWindow.resized', () => {
  it('remembers what is young enough, and forgets it at its time', () => {
    const clock = new ManualClock();
    const window = new TimeWindow(clock, { length: 1000 });
    window.record({ failed: true, slow: true, duration: 5 });
    clock.advance(500);
    window.record({ failed: false });
    clock.advance(100);
    const short = window.resized({ length: 400 });
    const long = window.resized({ length: 5000 });

    expect(short.totals()).toMatchObject({ count: 1, failures: 0 });
    expect(long.totals()).toEqual(window.totals());

    clock.advance(400);

    expect(short.totals().count).toBe(0);

    clock.advance(4600);

    expect(long.totals().count).toBe(0);
  });

  it('never makes something up, whatever the lengths', () => {
    const aLength = fc.integer({ min: 10, max: 5000 });
    fc.assert(
      fc.property(aLength, aLength, fc.array(fc.nat({ max: 300 })), (before, after, waits) => {
        const clock = new ManualClock();
        const window = new TimeWindow(clock, { length: before });
        for (const wait of waits) {
          clock.advance(wait);
          window.record({ failed: true });
        }
        const next = window.resized({ length: after });
        const { count, failures } = next.totals();

        expect(failures).toBe(count);
        expect(count).toBeLessThanOrEqual(window.totals().count);
        expect(after < before || count === window.totals().count).toBe(true);

        clock.advance(after);

        expect(next.totals().count).toBe(0);
      }),
    );
  });
});

describe('CountWindow.resized', () => {
  it('keeps the newest, in order', () => {
    const window = new CountWindow(3);
    for (const failed of [true, false, true, true]) window.record({ failed });
    const small = window.resized(2);
    const large = window.resized(5);

    expect([small.totals(), large.totals()]).toMatchObject([
      { count: 2, failures: 2 },
      { count: 3, failures: 2 },
    ]);

    small.record({ failed: false });

    expect(small.totals()).toMatchObject({ count: 2, failures: 1 });

    for (let i = 0; i < 3; i++) large.record({ failed: false });

    expect(large.totals()).toMatchObject({ count: 5, failures: 2 });
  });

  it('is empty after one that was reset', () => {
    const window = new CountWindow(3);
    window.record({ failed: true });
    window.reset();

    expect(window.resized(5).totals().count).toBe(0);
  });
});
