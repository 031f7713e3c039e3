import { policyWorld, work } from '../spec-support/policy-world';
import { RetryBudget } from './retry-budget';
import { retryPolicy } from './retry-policy';

const quick = { backoff: () => 10 };

describe(RetryBudget.name, () => {
  it('has what it begins with, spends by one and earns by its ratio', () => {
    const budget = new RetryBudget({ initial: 1, ratio: 0.1 });

    expect([budget.trySpend(), budget.trySpend()]).toEqual([true, false]);

    for (let i = 0; i < 9; i++) budget.succeeded();

    expect(budget.trySpend()).toBe(false);

    budget.succeeded();

    expect(budget.trySpend()).toBe(true);
  });

  it('saves up no more than its capacity', () => {
    const budget = new RetryBudget({ capacity: 2, initial: 2, ratio: 1 });
    budget.succeeded();

    expect(budget.tokens).toBe(2);
  });

  it('keeps the proportion when it is configured', () => {
    const budget = new RetryBudget({ capacity: 10, initial: 5 });
    budget.configure({ capacity: 20 });

    expect(budget.tokens).toBe(10);
  });

  it.each([
    [{ capacity: 0.5 }, 'capacity'],
    [{ capacity: 2, initial: 3 }, 'initial'],
    [{ ratio: 1.1 }, 'ratio'],
  ])('refuses %j', (options, option) => {
    expect(() => new RetryBudget(options)).toThrow(`RetryBudgetOptions.${option}`);
  });
});

describe('retryPolicy with a budget', () => {
  it('gives up when the budget that it shares is spent, and earns by success', () => {
    const { clock, ports, watch } = policyWorld();
    const budget = new RetryBudget({ initial: 1, ratio: 1 });
    const policy = retryPolicy(ports, { ...quick, retries: 5, budget });
    const { runs, source } = work();
    const first = watch(policy, source);
    runs[0]?.error({ status: 503 });
    clock.advance(10);
    runs[1]?.error({ status: 503 });

    expect(first.errors).toMatchObject([{ code: 'RXM203' }]);
    expect(budget.tokens).toBe(0);

    watch(policy, source);
    runs[2]?.complete();

    expect(budget.tokens).toBe(1);

    const taken = watch(policy, source);
    runs[3]?.next('answer');
    taken.leave();

    expect(budget.tokens).toBe(2);

    watch(policy, source).leave();

    expect(budget.tokens).toBe(2);
  });
});

describe('retryPolicy without a network', () => {
  it('waits until there is one, and then a while by chance; it costs nothing of the budget', () => {
    const { clock, page, ports, told, watch } = policyWorld();
    const budget = new RetryBudget({ initial: 1 });
    const { runs, source } = work();
    watch(retryPolicy(ports, { backoff: () => 100, budget }), source);
    page.goOffline();
    runs[0]?.error({ status: 0 });
    clock.advance(3_600_000);

    expect(runs).toHaveLength(1);
    expect(told.map(({ type }) => type)).toEqual(['retry-scheduled', 'waiting']);

    page.goOnline();
    clock.advance(49);

    expect(runs).toHaveLength(1);

    clock.advance(1);

    expect(runs).toHaveLength(2);
    expect(budget.tokens).toBe(1);
  });

  it('waits again when the network is gone again by then', () => {
    const { clock, page, ports, watch } = policyWorld();
    const { runs, source } = work();
    const seen = watch(retryPolicy(ports, { backoff: () => 100 }), source);
    page.goOffline();
    runs[0]?.error({ status: 0 });
    page.goOnline();
    clock.advance(10);
    page.goOffline();
    clock.advance(1000);

    expect(runs).toHaveLength(1);

    page.goOnline();
    clock.advance(1000);

    expect(runs).toHaveLength(2);

    seen.leave();

    expect(clock.pending).toBe(0);
  });
});

describe('retryPolicy without a network and with a deadline', () => {
  it('waits no longer than that', () => {
    const { clock, page, ports, watch } = policyWorld();
    const { runs, source } = work();
    const deadline = clock.monotonic() + 5000;
    const seen = watch(retryPolicy(ports, quick), source, { deadline });
    const back = watch(retryPolicy(ports, quick), source, { deadline });
    page.goOffline();
    runs[0]?.error({ status: 0 });
    clock.advance(5000);

    expect(seen.errors).toEqual([{ status: 0 }]);

    back.leave();

    expect(clock.pending).toBe(0);
  });

  it('holds no timer when the network was back in time', () => {
    const { clock, page, ports, watch } = policyWorld();
    const { runs, source } = work();
    watch(retryPolicy(ports, quick), source, { deadline: clock.monotonic() + 5000 });
    page.goOffline();
    runs[0]?.error({ status: 0 });
    page.goOnline();
    clock.advance(10);

    expect([runs.length, clock.pending]).toEqual([2, 0]);
  });
});

describe('a pause that the page slept through', () => {
  it('is prolonged by chance, unless there is no time left', () => {
    const { clock, ports, watch } = policyWorld();
    let now = 0;
    const sleepy = { scheduler: clock.scheduler, monotonic: () => now, now: () => now };
    const policy = retryPolicy({ ...ports, clock: sleepy }, { backoff: () => 100 });
    const { runs, source } = work();
    const late = work();
    watch(policy, source);
    watch(policy, late.source, { deadline: 5000 });
    runs[0]?.error({ status: 503 });
    late.runs[0]?.error({ status: 503 });
    now = 60_000;
    clock.advance(100);

    expect([runs.length, late.runs.length]).toEqual([1, 2]);

    clock.advance(500);

    expect(runs).toHaveLength(2);
  });
});
