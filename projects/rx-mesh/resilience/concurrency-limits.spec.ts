import { aimdLimit } from './aimd-limit';
import type { ConcurrencyLimit } from './concurrency-limit';
import { gradientLimit } from './gradient-limit';
import { vegasLimit } from './vegas-limit';

const random = { next: () => 0.5 };
const full = (limit: ConcurrencyLimit, duration: number, dropped = false): void =>
  limit.sample({ duration, dropped, inFlight: Math.ceil(limit.value) });

describe('aimdLimit', () => {
  it('grows by one while it is used, and not while it is idle', () => {
    const limit = aimdLimit({ initial: 10 });
    limit.sample({ duration: 5, dropped: false, inFlight: 5 });

    expect(limit.value).toBe(11);

    limit.sample({ duration: 5, dropped: false, inFlight: 5 });

    expect(limit.value).toBe(11);
  });

  it.each([
    ['is lost', 5, true],
    ['is slow', 501, false],
  ])('falls by a tenth when work %s', (_what, duration, dropped) => {
    const limit = aimdLimit({ initial: 10, slow: 500 });
    full(limit, duration, dropped);

    expect(limit.value).toBe(9);
  });

  it('takes an answer just in time for a quick one', () => {
    const limit = aimdLimit({ initial: 10, slow: 500 });
    full(limit, 500);

    expect(limit.value).toBe(11);
  });

  it('stays between its bounds', () => {
    const limit = aimdLimit({ initial: 2, min: 2, max: 3 });
    full(limit, 5);
    full(limit, 5);

    expect(limit.value).toBe(3);

    for (let i = 0; i < 20; i++) full(limit, 5, true);

    expect(limit.value).toBe(2);
  });
});

describe('gradientLimit', () => {
  it('rises by its queue while answers take as long as ever (the figures of Gradient2Limit)', () => {
    const limit = gradientLimit({ min: 20 });
    const seen = [1, 2, 3].map(() => {
      full(limit, 10);
      return Number(limit.value.toFixed(2));
    });

    expect(seen).toEqual([20.8, 21.6, 22.4]);
  });

  it('falls when answers become slower than the tolerance, by no more than half at once', () => {
    const limit = gradientLimit({ initial: 108 });
    for (let i = 0; i < 10; i++) limit.sample({ duration: 10, dropped: false, inFlight: 1 });
    full(limit, 100);

    expect(limit.value).toBeCloseTo(108 * 0.8 + (108 * 0.5 + 4) * 0.2, 9);
  });

  it('falls when work is lost, and learns nothing from work that is hardly there', () => {
    const limit = gradientLimit({ initial: 20 });
    limit.sample({ duration: 10, dropped: false, inFlight: 9 });
    limit.sample({ duration: 0, dropped: false, inFlight: 20 });

    expect(limit.value).toBe(20);

    full(limit, 10, true);

    expect(limit.value).toBe(18);
  });

  it('gets used to quicker answers faster than its window', () => {
    const limit = gradientLimit({ longWindow: 600 });
    for (let i = 0; i < 20; i++) full(limit, 1000);
    for (let i = 0; i < 100; i++) full(limit, 10);
    const before = limit.value;
    full(limit, 30);

    expect(limit.value).toBeLessThan(before);
  });
});

describe('vegasLimit', () => {
  it('takes big steps while nothing waits over there, and small ones while little does', () => {
    const limit = vegasLimit(random, { initial: 100, max: 1000 });
    full(limit, 10);
    full(limit, 10);

    expect(limit.value).toBe(112);

    const before = limit.value;
    full(limit, 10.4);

    expect(limit.value).toBeCloseTo(before + Math.log10(before), 9);
  });

  it('stays while a few wait, and falls while many do or work is lost', () => {
    const limit = vegasLimit(random, { initial: 100 });
    full(limit, 10);
    full(limit, 11);

    expect(limit.value).toBe(100);

    full(limit, 20);

    expect(limit.value).toBe(98);

    full(limit, 20, true);

    expect(limit.value).toBeCloseTo(98 - Math.log10(98), 9);
  });

  it('measures the shortest duration anew after a while', () => {
    const limit = vegasLimit(random, { initial: 10, probe: 1 });
    for (let i = 0; i < 100; i++) full(limit, 1);
    for (let i = 0; i < 200; i++) full(limit, 50);

    // Against the first measurement fifty times as long is a queue; against the new one it is none.
    expect(limit.value).toBe(200);
  });

  it('learns nothing from work that is hardly there', () => {
    const limit = vegasLimit(random, { initial: 20 });
    limit.sample({ duration: 10, dropped: false, inFlight: 20 });
    limit.sample({ duration: 90, dropped: false, inFlight: 9 });
    limit.sample({ duration: 0, dropped: true, inFlight: 20 });

    expect(limit.value).toBe(20);
  });
});

describe('the options of limits', () => {
  it.each<[() => unknown, string]>([
    [() => aimdLimit({ initial: 0 }), 'AimdLimitOptions.initial'],
    [() => aimdLimit({ min: 5, max: 4 }), 'AimdLimitOptions.max'],
    [() => aimdLimit({ initial: 200 }), 'AimdLimitOptions.initial'],
    [() => aimdLimit({ decrease: 1 }), 'AimdLimitOptions.decrease'],
    [() => gradientLimit({ smoothing: 0 }), 'GradientLimitOptions.smoothing'],
    [() => vegasLimit(random, { probe: 0 }), 'VegasLimitOptions.probe'],
  ])('name what is wrong: %#', (make, option) => {
    expect(make).toThrow(option);
  });
});
