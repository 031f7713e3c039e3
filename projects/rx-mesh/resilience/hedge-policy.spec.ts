import { policyWorld, work } from '../spec-support/policy-world';
import { type HedgeOptions, hedgePolicy } from './hedge-policy';
import { RetryBudget } from './retry-budget';

function world(options: HedgeOptions = {}) {
  const made = policyWorld();
  return { ...made, policy: hedgePolicy(made.ports, { delay: 100, ...options }), ...work() };
}

describe(hedgePolicy.name, () => {
  it('sends one more request after the delay; the first answer wins and the other is aborted', () => {
    const { clock, live, policy, runs, source, told, watch } = world();
    const seen = watch(policy, source);
    clock.advance(99);

    expect(runs).toHaveLength(1);

    clock.advance(1);

    expect(told).toEqual([{ type: 'hedged', hedge: 1, delay: 100 }]);

    runs[1]?.next('second');

    expect(live()).toBe(1);

    runs[1]?.complete();

    expect(seen).toMatchObject({ values: ['second'], errors: [], completed: true });
    expect([live(), clock.pending]).toEqual([0, 0]);
  });

  it('sends nothing more when the answer comes in time', () => {
    const { clock, policy, runs, source, watch } = world();
    const seen = watch(policy, source);
    runs[0]?.next('first');
    runs[0]?.complete();
    clock.advance(1000);

    expect(runs).toHaveLength(1);
    expect(seen).toMatchObject({ values: ['first'], completed: true });
  });

  it('waits for the others after a failure, and tells the first one when all have failed', () => {
    const { clock, policy, runs, source, watch } = world();
    const seen = watch(policy, source);
    clock.advance(100);
    runs[0]?.error('first');

    expect(seen.errors).toEqual([]);

    runs[1]?.error('second');

    expect(seen.errors).toEqual(['first']);
  });

  it('fails at once when nothing else is under way, and hedges no more', () => {
    const { clock, policy, runs, source, watch } = world();
    const seen = watch(policy, source);
    runs[0]?.error('first');
    clock.advance(1000);

    expect(runs).toHaveLength(1);
    expect(seen.errors).toEqual(['first']);
    expect(clock.pending).toBe(0);
  });

  it('sends as many as it may, one after each delay', () => {
    const { clock, live, policy, runs, source, watch } = world({ maxHedges: 2 });
    const seen = watch(policy, source);
    clock.advance(1000);

    expect(runs).toHaveLength(3);

    seen.leave();

    expect([live(), clock.pending]).toEqual([0, 0]);
  });

  it('spends what it may share with retries, and nothing without a token', () => {
    const budget = new RetryBudget({ initial: 0, ratio: 1 });
    const { clock, policy, runs, source, watch } = world({ budget });
    watch(policy, source);
    clock.advance(1000);

    expect(runs).toHaveLength(1);

    runs[0]?.complete();

    expect(budget.tokens).toBe(1);
  });

  it.each([{ safe: false }, { idempotent: false }])('leaves alone what is %j', (context) => {
    const { clock, policy, runs, source, watch } = world();
    watch(policy, source, context);
    clock.advance(1000);

    expect(runs).toHaveLength(1);
  });

  it('leaves a user alone who saves data', () => {
    const { clock, page, policy, runs, source, watch } = world();
    page.saveData = true;
    watch(policy, source);
    clock.advance(1000);

    expect(runs).toHaveLength(1);
  });

  it('shows the progress of the first request alone until one has the answer', () => {
    const { clock, policy, runs, source, watch } = world();
    const seen = watch(policy, source, { isAnswer: (value) => value === 'answer' });
    runs[0]?.next('10 %');
    clock.advance(100);
    runs[1]?.next('20 %');
    runs[1]?.next('answer');
    runs[1]?.next('trailer');

    expect(seen.values).toEqual(['10 %', 'answer', 'trailer']);
  });

  it('is told by earlier answers when one is late', () => {
    const { clock, policy, runs, source, watch } = world({ delay: 'p90', minimumSamples: 10 });
    for (let i = 1; i <= 10; i++) {
      watch(policy, source);
      clock.advance(i * 10);
      runs.at(-1)?.complete();
    }

    expect(runs).toHaveLength(10);

    watch(policy, source);
    clock.advance(110);

    expect(runs).toHaveLength(12);
  });

  it('passes on a failure after the answer, and what the question for the answer throws', () => {
    const { policy, runs, source, watch } = world();
    const failed = watch(policy, source);
    runs[0]?.next('answer');
    runs[0]?.error('late');

    expect(failed.errors).toEqual(['late']);

    const bug = new Error('bug');
    const broken = watch(policy, source, {
      isAnswer: () => {
        throw bug;
      },
    });
    runs[1]?.next('x');

    expect(broken.errors).toEqual([bug]);
  });

  it.each<HedgeOptions>([{ delay: -1 }, { delay: 'p100' }, { maxHedges: 0 }])(
    'refuses %j',
    (options) => {
      expect(() => hedgePolicy(policyWorld().ports, options)).toThrow('HedgeOptions');
    },
  );
});
