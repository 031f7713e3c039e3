import fc from 'fast-check';
import { TimeCells } from './time-cells';

describe(TimeCells.name, () => {
  it('adds up what lies in a window, in the finest cells that reach as far', () => {
    const cells = new TimeCells([
      { length: 10, count: 6 },
      { length: 60, count: 10 },
    ]);
    cells.add(1, 2, 5);
    cells.add(3, 4, 55);

    expect(cells.sum(60, 55)).toEqual({ part: 4, whole: 6 });

    cells.add(0, 1, 290);

    expect(cells.sum(10, 290)).toEqual({ part: 0, whole: 1 });
    expect(cells.sum(600, 290)).toEqual({ part: 4, whole: 7 });
    expect(cells.sum(60, 1000)).toEqual({ part: 0, whole: 0 });
    expect(cells.size).toBe(16);
  });

  it('takes what comes late into its own cell, and leaves out what is older than it reaches', () => {
    const cells = new TimeCells([{ length: 10, count: 3 }]);
    cells.add(1, 1, 100);
    cells.add(1, 1, 85);
    cells.add(1, 1, 30);

    expect(cells.sum(30, 100)).toEqual({ part: 2, whole: 2 });
    expect(cells.sum(10, 100)).toEqual({ part: 1, whole: 1 });
  });

  it('survives any step of time', () => {
    const cells = new TimeCells([{ length: 10, count: 3 }]);
    for (const at of [-1e6, 0, 1e300, -1e300, 1e308]) cells.add(1, 1, at);

    expect(cells.sum(30, 1e308)).toEqual({ part: 1, whole: 1 });
    expect(new TimeCells([]).sum(1, 1)).toEqual({ part: 0, whole: 0 });
    expect(new TimeCells([{ length: 1, count: 1 }]).sum(1, 1)).toEqual({ part: 0, whole: 0 });
  });

  it('is within one cell of a list of all events', () => {
    const event = fc.record({
      after: fc.integer({ min: 0, max: 400 }),
      whole: fc.integer({ min: 0, max: 20 }),
    });
    fc.assert(
      fc.property(
        fc.array(event, { maxLength: 60 }),
        fc.constantFrom(50, 100, 300, 600, 3000),
        fc.integer({ min: 0, max: 500 }),
        fc.integer({ min: -10_000, max: 10_000 }),
        (events, window, rest, start) => {
          const levels = [
            { length: 10, count: 30 },
            { length: 100, count: 30 },
          ];
          const cells = new TimeCells(levels);
          const all: { at: number; whole: number }[] = [];
          let at = start;
          for (const { after, whole } of events) {
            at += after;
            all.push({ at, whole });
            cells.add(0, whole, at);
          }
          const now = at + rest;
          const since = (age: number) =>
            all.reduce((sum, one) => sum + (one.at > now - age ? one.whole : 0), 0);
          const cell = window <= 300 ? 10 : 100;
          const { whole } = cells.sum(window, now);

          expect(whole).toBeGreaterThanOrEqual(since(window - cell));
          expect(whole).toBeLessThanOrEqual(since(window));
        },
      ),
    );
  });
});
