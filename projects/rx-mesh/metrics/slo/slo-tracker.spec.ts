import fc from 'fast-check';
import { InvalidOptionError } from 'rx-mesh/kernel';
import type { SloDefinition } from './slo-definition';
import { SloTracker } from './slo-tracker';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const slo = (changes: Partial<SloDefinition> = {}): SloDefinition => ({
  name: 'orders',
  objective: 0.999,
  ...changes,
});

describe(SloTracker.name, () => {
  it('knows nothing of silence, nor of too few events', () => {
    const tracker = new SloTracker(slo());

    expect(tracker.report(0)).toMatchObject({
      name: 'orders',
      service: undefined,
      objective: 0.999,
      period: 30 * DAY,
      indicator: { type: 'availability' },
      state: 'no-data',
      events: 0,
      availability: undefined,
      errorBudget: { total: 0, consumed: 0, remaining: undefined },
    });

    tracker.record(0, 9, 0);

    expect(tracker.report(0)).toMatchObject({ state: 'no-data', events: 9, availability: 0 });
    expect(tracker.report(0).burnRates.map(({ burning }) => burning)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);

    tracker.record(0, 1, 0);

    expect(tracker.report(0).state).toBe('exhausted');
  });

  it('counts the budget in events', () => {
    const tracker = new SloTracker(slo({ objective: 0.99, service: 'shop' }));
    tracker.record(9950, 10_000, 1000);

    expect(tracker.report(1000)).toMatchObject({
      service: 'shop',
      state: 'healthy',
      events: 10_000,
      availability: 0.995,
      errorBudget: {
        total: expect.closeTo(100) as number,
        consumed: 50,
        remaining: expect.closeTo(0.5) as number,
      },
    });

    tracker.record(0, 60, 1000);

    expect(tracker.report(1000).state).toBe('exhausted');
    expect(tracker.report(1000).errorBudget.remaining).toBeLessThan(0);
    expect(tracker.report(1000 + 30 * DAY).state).toBe('no-data');
  });

  it('is exhausted when just all of the budget is gone', () => {
    const tracker = new SloTracker(slo({ objective: 0.999 }));
    tracker.record(999, 1000, 0);

    expect(tracker.report(0)).toMatchObject({ state: 'exhausted', availability: 0.999 });
  });

  // 0.02 of the budget in an hour is 14.4 times as fast as evenly.
  it.each([
    [0.0145, true, true],
    [0.0143, false, true],
    [0.0061, false, true],
    [0.0059, false, false],
  ])('with %d of the calls failing: fast burns %s, medium burns %s', (share, fast, medium) => {
    const tracker = new SloTracker(slo());
    // Three days in which all was well, so that the budget is not gone at once.
    for (let at = 0; at < 3 * DAY; at += HOUR) tracker.record(10_000_000, 10_000_000, at);
    const start = 3 * DAY;
    for (let at = start; at <= start + 12 * HOUR; at += MINUTE) {
      tracker.record(100_000 * (1 - share), 100_000, at);
    }
    const { burnRates } = tracker.report(start + 12 * HOUR);

    expect(burnRates[0]).toMatchObject({
      rule: 'fast',
      severity: 'page',
      window: HOUR,
      shortWindow: 5 * MINUTE,
      threshold: 14.4,
      burnRate: expect.closeTo(share * 1000) as number,
      shortBurnRate: expect.closeTo(share * 1000) as number,
      burning: fast,
    });
    expect(burnRates[1]).toMatchObject({ threshold: 6, burning: medium });
  });

  it('is at risk only while both windows exceed', () => {
    const tracker = new SloTracker(slo());
    for (let at = 0; at < 2 * DAY; at += MINUTE) tracker.record(1000, 1000, at);
    let at = 2 * DAY;
    const minutes = (count: number, good: number) => {
      for (let i = 0; i < count; i++, at += MINUTE) tracker.record(good, 1000, at);
      return tracker.report(at - MINUTE);
    };

    expect(minutes(60, 1000).state).toBe('healthy');
    expect(minutes(3, 900)).toMatchObject({ state: 'healthy' }); // the long window does not exceed

    const burning = minutes(10, 900);

    expect(burning.state).toBe('at-risk');
    expect(burning.burnRates[0]?.burning).toBe(true);

    const over = minutes(6, 1000);

    // The long window still exceeds; the short one ends it.
    expect(over.burnRates[0]?.burnRate).toBeGreaterThan(14.4);
    expect(over.burnRates[0]?.shortBurnRate).toBe(0);
    expect(over.burnRates[0]?.burning).toBe(false);
  });

  it('is no data again when nothing came in the longest window', () => {
    const tracker = new SloTracker(slo());
    tracker.record(1000, 1000, 0);

    expect(tracker.report(2 * DAY).state).toBe('healthy');
    expect(tracker.report(4 * DAY)).toMatchObject({ state: 'no-data', events: 1000 });
  });

  it('has rules for short periods', () => {
    const rules = [
      {
        name: 'demo',
        budget: 0.2,
        window: 10_000,
        shortWindow: 2000,
        severity: 'page' as const,
      },
    ];
    const tracker = new SloTracker(slo({ objective: 0.9, period: MINUTE, rules, minEvents: 5 }));
    for (let at = 0; at < 50_000; at += 100) tracker.record(1, 1, at);
    for (let at = 50_000; at < 55_000; at += 100) tracker.record(at % 200 === 0 ? 0 : 1, 1, at);
    const report = tracker.report(55_000 - 100);

    expect(report.burnRates).toEqual([
      {
        rule: 'demo',
        severity: 'page',
        window: 10_000,
        shortWindow: 2000,
        threshold: expect.closeTo(1.2) as number,
        burnRate: expect.closeTo(2.5, 1) as number,
        shortBurnRate: expect.closeTo(5, 0) as number,
        events: 21,
        burning: true,
      },
    ]);
    expect(report.state).toBe('at-risk');
  });

  it('turns away what cannot be counted', () => {
    const tracker = new SloTracker(slo());
    for (const [good, total, at] of [
      [2, 1, 0],
      [-1, 1, 0],
      [NaN, 1, 0],
      [0, Infinity, 0],
      [0, NaN, 0],
      [0, 1, NaN],
    ] as const) {
      tracker.record(good, total, at);
    }

    expect([tracker.rejected, tracker.report(0).events]).toEqual([6, 0]);
  });

  it('spreads what came since the last look, in whole events', () => {
    const tracker = new SloTracker(slo());
    tracker.record(100, 101, HOUR, 0);

    expect(tracker.report(HOUR).events).toBe(101);
    expect(tracker.report(HOUR).burnRates[0]?.events).toBeLessThan(12);
    expect(Number.isInteger(tracker.report(HOUR).burnRates[0]?.events)).toBe(true);

    tracker.record(1, 1, HOUR, NaN);
    tracker.record(1, 1, HOUR, 2 * HOUR);

    expect(tracker.report(HOUR).events).toBe(103);
  });

  it.each([
    [slo({ name: '' }), 'SloDefinition.name'],
    [slo({ objective: 1 }), 'SloDefinition.objective'],
    [slo({ objective: 0 }), 'SloDefinition.objective'],
    [slo({ objective: 99.9 }), 'SloDefinition.objective'],
    [slo({ period: 0 }), 'SloDefinition.period'],
    [slo({ minEvents: 0 }), 'SloDefinition.minEvents'],
    [slo({ indicator: { type: 'latency', threshold: 0 } }), 'SloDefinition.indicator.threshold'],
    [slo({ indicator: { type: 'speed' } as never }), 'SloDefinition.indicator.type'],
  ])('refuses %j', (definition, option) => {
    expect(() => new SloTracker(definition)).toThrow(InvalidOptionError);
    expect(() => new SloTracker(definition)).toThrow(option);
  });

  it.each([
    [30 * DAY, 1440],
    [365 * DAY, 1440],
    [MINUTE, 1440],
    [1e15, 1440],
  ])('has a bounded number of cells for a period of %d', (period, most) => {
    const tracker = new SloTracker(slo({ period }));
    for (let i = 0; i < 10_000; i++) tracker.record(1, 1, i * 977);

    expect(tracker.size).toBeLessThanOrEqual(most);
    expect(tracker.size).toBe(new SloTracker(slo({ period })).size);
  });

  it('agrees with a list of all events within a cell, whatever comes', () => {
    const step = fc.record({
      after: fc.integer({ min: 0, max: 20 * MINUTE }),
      total: fc.integer({ min: 0, max: 50 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 80 }), (steps) => {
        const tracker = new SloTracker(slo());
        const all: { at: number; bad: number; total: number }[] = [];
        let at = 0;
        for (const { after, share, total } of steps) {
          at += after;
          const good = Math.floor(total * share);
          tracker.record(good, total, at);
          all.push({ at, bad: total - good, total });
        }
        const within = (age: number) => all.filter((one) => one.at > at - age);
        const bad = (age: number) => within(age).reduce((sum, one) => sum + one.bad, 0);
        const total = (age: number) => within(age).reduce((sum, one) => sum + one.total, 0);
        const { burnRates, events } = tracker.report(at);

        expect(events).toBe(total(30 * DAY));

        const [fast] = burnRates;
        const cells = { 300_000: 5000, 3_600_000: 60_000 };
        // Each is a quotient of sums that are off by one cell at the most.
        const least = (age: number, cell: number) => bad(age - cell) / (total(age) || 1) / 0.001;
        const most = (age: number, cell: number) => bad(age) / (total(age - cell) || 1) / 0.001;

        expect((fast?.burnRate ?? 0) - least(HOUR, cells[3_600_000])).toBeGreaterThan(-1e-6);
        expect((fast?.burnRate ?? 0) - most(HOUR, cells[3_600_000])).toBeLessThan(1e-6);
        expect((fast?.shortBurnRate ?? 0) - least(300_000, cells[300_000])).toBeGreaterThan(-1e-6);
        expect((fast?.shortBurnRate ?? 0) - most(300_000, cells[300_000])).toBeLessThan(1e-6);
      }),
    );
  });
});
