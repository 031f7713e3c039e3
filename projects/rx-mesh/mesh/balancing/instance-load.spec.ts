import { InstanceLoad } from './instance-load';

const loaded = (...answers: readonly (readonly [at: number, took: number])[]): InstanceLoad => {
  const load = new InstanceLoad();
  for (const [at, took] of answers) load.answered(took, at);
  return load;
};

describe(InstanceLoad.name, () => {
  it('knows nothing at first, and is tried by one call before others follow', () => {
    const load = new InstanceLoad();

    expect(load.latency(0)).toBeUndefined();
    expect(load.cost(0)).toBe(0);

    load.started(0);

    expect(load.cost(0)).toBe(5000);
  });

  it('takes a slower answer at once and in full, a faster one little by little', () => {
    expect(loaded([0, 100], [1, 900]).latency(1)).toBe(900);
    expect(loaded([0, 900], [10_000, 100]).latency(10_000)).toBeCloseTo(
      900 / Math.E + 100 * (1 - 1 / Math.E),
    );
    expect(loaded([0, 900], [0, 100]).latency(0)).toBe(900);
  });

  it('forgets in silence, six times more slowly than it learns', () => {
    expect(loaded([0, 1000]).latency(60_000)).toBeCloseTo(1000 / Math.E);
  });

  it('costs more with each call under way', () => {
    const load = loaded([0, 100]);
    load.started(0);
    load.started(0);

    expect(load.cost(0)).toBe(300);

    load.left(0);
    load.left(0);

    expect(load.cost(0)).toBe(100);
  });

  it('is as slow as it has been silent while it owes an answer', () => {
    const load = loaded([0, 100]);
    load.started(1000);
    load.started(1800);

    expect(load.cost(2000)).toBe(3000);

    load.left(2000);

    expect(load.cost(2001)).toBeCloseTo(2 * (load.latency(2001) ?? 0));
  });

  it('costs five seconds for a failure, which fade', () => {
    const load = loaded([0, 100]);
    load.failed(0, 0);

    expect(load.cost(0)).toBe(5000);
    expect(load.cost(10_000)).toBeCloseTo(5000 / Math.E);
    expect(load.latency(0)).toBe(100);
  });

  it('costs what the instance asks to be left alone for, at most five minutes', () => {
    const load = new InstanceLoad();
    load.failed(20_000, 0);

    expect(load.cost(0)).toBe(20_000);

    expect(load.cost(20_000)).toBe(20_000);
    expect(load.cost(30_000)).toBeCloseTo(20_000 / Math.E);

    load.failed(1e12, 0);

    expect(load.cost(0)).toBe(300_000);
  });

  it('learns of a call that was given up only when it is worse than what is known', () => {
    const load = loaded([0, 100]);
    load.tookAtLeast(50, 0);

    expect(load.latency(0)).toBe(100);

    load.tookAtLeast(2000, 0);

    expect(load.latency(0)).toBe(2000);

    const fresh = new InstanceLoad();
    fresh.tookAtLeast(30, 0);

    expect(fresh.latency(0)).toBe(30);
  });

  it('is not moved by a clock that gives an earlier reading', () => {
    expect(loaded([100, 50], [0, 40]).latency(0)).toBe(50);
  });
});
