import { ManualClock, ManualPage } from 'rx-mesh/testing';
import { policyWorld, work } from '../spec-support/policy-world';
import { Bulkhead, type BulkheadOptions, type BulkheadSlot } from './bulkhead';
import { bulkheadPolicy } from './bulkhead-policy';
import type { ConcurrencySample } from './concurrency-limit';

function world(options: BulkheadOptions) {
  const made = policyWorld();
  const bulkhead = new Bulkhead('reports', made.ports, options);
  return { ...made, bulkhead, policy: bulkheadPolicy(bulkhead) };
}

describe(Bulkhead.name, () => {
  it('runs as many as there are slots, and lets the others wait for their turn', () => {
    const { bulkhead, policy, told, watch } = world({ limit: 2 });
    const { runs, source } = work();
    const seen = [1, 2, 3].map(() => watch(policy, source));

    expect([runs.length, bulkhead.running, bulkhead.queued]).toEqual([2, 2, 1]);
    expect(told).toEqual([{ type: 'waiting', reason: 'bulkhead' }]);

    runs[0]?.next('a');
    runs[0]?.complete();

    expect(seen[0]).toMatchObject({ values: ['a'], completed: true });
    expect([runs.length, bulkhead.running, bulkhead.queued]).toEqual([3, 2, 0]);
  });

  it('goes on after work that failed, which frees its slot', () => {
    const { bulkhead, policy, watch } = world({ limit: 1 });
    const { live, runs, source } = work();
    const first = watch(policy, source);
    watch(policy, source);
    runs[0]?.error('broken');

    expect(first.errors).toEqual(['broken']);
    expect([runs.length, live(), bulkhead.running]).toEqual([2, 1, 1]);
  });

  it('frees the slot of who leaves after the work is torn down, and the place of who waits', () => {
    const { bulkhead, clock, policy, watch } = world({ limit: 1 });
    const { live, source } = work();
    const runs = watch(policy, source);
    const waits = watch(policy, source);
    waits.leave();

    expect([bulkhead.queued, clock.pending]).toEqual([0, 0]);

    runs.leave();

    expect([live(), bulkhead.running]).toEqual([0, 0]);
  });

  it('refuses at once what finds no place to wait, and names slots and remedy', () => {
    const { policy, told, watch } = world({ limit: 1, queue: 0 });
    const { runs, source } = work();
    watch(policy, source);
    const refused = watch(policy, source);

    expect(runs).toHaveLength(1);
    expect(refused.errors).toMatchObject([
      { code: 'RXM204', bulkhead: 'reports', limit: 1, waited: 0 },
    ]);
    expect(told).toMatchObject([{ type: 'rejected', error: { code: 'RXM204' } }]);
  });

  it('refuses what has waited too long', () => {
    const { bulkhead, clock, policy, watch } = world({ limit: 1, maxWait: 500 });
    const { source } = work();
    watch(policy, source);
    const waits = watch(policy, source);
    clock.advance(499);

    expect(waits.errors).toEqual([]);

    clock.advance(1);

    expect(waits.errors).toMatchObject([{ code: 'RXM204', waited: 500 }]);
    expect(bulkhead.queued).toBe(0);
  });

  it('lets nobody wait when there is no time to', () => {
    const { policy, watch } = world({ limit: 1, maxWait: 0 });
    const { source } = work();
    watch(policy, source, { priority: 1 });

    expect(watch(policy, source, { priority: 9 }).errors).toMatchObject([{ waited: 0 }]);
  });

  it('goes by priority, and by arrival among equals', () => {
    const { policy, watch } = world({ limit: 1 });
    const order: string[] = [];
    const named = (name: string) => {
      const one = work();
      return { ...one, source: one.source, name };
    };
    const [busy, low, high, high2] = ['busy', 'low', 'high', 'high2'].map(named);
    for (const [one, priority] of [
      [busy, 0],
      [low, 0],
      [high, 5],
      [high2, 5],
    ] as const) {
      if (one) watch(policy, one.source, { priority });
    }
    for (const one of [busy, high, high2, low]) {
      if (one?.runs.length === 1) order.push(one.name);
      one?.runs[0]?.complete();
    }

    expect(order).toEqual(['busy', 'high', 'high2', 'low']);
  });

  it('gives the last place of the lowest to a higher priority, and never to an equal', () => {
    const { policy, watch } = world({ limit: 1, queue: 1 });
    const { source } = work();
    watch(policy, source);
    const low = watch(policy, source, { priority: 1 });
    const equal = watch(policy, source, { priority: 1 });
    const high = watch(policy, source, { priority: 2 });

    expect(equal.errors).toHaveLength(1);
    expect(low.errors).toHaveLength(1);
    expect(high.errors).toEqual([]);
  });

  it('lets nobody overtake those who wait', () => {
    const { bulkhead, policy, watch } = world({ limit: 1 });
    const { runs, source } = work();
    const late = work();
    watch(policy, source);
    watch(policy, source);
    let overtook: BulkheadSlot | undefined;
    runs[0]?.add(() => (overtook = bulkhead.tryAcquire()));
    watch(policy, late.source);
    runs[0]?.complete();

    expect(overtook).toBeUndefined();
    expect([runs.length, late.runs.length]).toEqual([2, 0]);
  });

  it('refuses after a sleep what waited too long, although its timer has not rung', () => {
    const page = new ManualPage();
    const clock = new ManualClock();
    const bulkhead = new Bulkhead('reports', { clock, page }, { limit: 1, maxWait: 100 });
    const slot = bulkhead.tryAcquire();
    const refused: unknown[] = [];
    bulkhead.configure({ maxWait: 1000 });
    bulkhead.wait(
      0,
      () => undefined,
      (error) => refused.push(error),
    );
    clock.advance(900);
    bulkhead.configure({ maxWait: 100 });
    slot?.release('success');

    expect(refused).toMatchObject([{ waited: 900 }]);
  });

  it('takes back a slot once', () => {
    const bulkhead = new Bulkhead('reports', { clock: new ManualClock() }, { limit: 2 });
    const slot = bulkhead.tryAcquire();
    slot?.release('success');
    slot?.release('dropped');

    expect(bulkhead.running).toBe(0);
  });

  it('gives more slots to those who wait when it is told to', () => {
    const { bulkhead, policy, watch } = world({ limit: 1 });
    const { runs, source } = work();
    for (let i = 0; i < 3; i++) watch(policy, source);
    bulkhead.configure({ limit: 3 });

    expect([runs.length, bulkhead.limit]).toEqual([3, 3]);
  });

  it('drains a long queue of work that ends at once without a deep stack', () => {
    const { bulkhead, policy, watch } = world({ limit: 1, queue: 20_000 });
    const { runs, source } = work();
    watch(policy, source);
    let ended = 0;
    for (let i = 0; i < 20_000; i++) {
      bulkhead.wait(
        0,
        (slot) => {
          ended++;
          slot.release('success');
        },
        () => undefined,
      );
    }
    runs[0]?.complete();

    expect([ended, bulkhead.running, bulkhead.queued]).toEqual([20_000, 0, 0]);
  });

  describe('with a limit that adapts itself', () => {
    function adaptive() {
      const samples: ConcurrencySample[] = [];
      const limit = { value: 2.9, sample: (sample: ConcurrencySample) => samples.push(sample) };
      return { ...world({ limit }), samples };
    }

    it('rounds the limit down and tells it how work ended', () => {
      const { bulkhead, clock, policy, samples, watch } = adaptive();
      const { runs, source } = work();
      for (let i = 0; i < 3; i++) watch(policy, source);
      clock.advance(40);
      runs[0]?.complete();
      runs[1]?.error({ status: 503 });
      runs[2]?.error({ status: 404 });

      expect(bulkhead.limit).toBe(2);
      expect(samples).toEqual([
        { duration: 40, inFlight: 1, dropped: false },
        { duration: 40, inFlight: 2, dropped: true },
        { duration: 0, inFlight: 2, dropped: false },
      ]);
    });

    it.each<[string, (world: ReturnType<typeof adaptive>) => void]>([
      ['was cancelled', () => undefined],
      ['spans a sleep', ({ page }) => page.interrupt()],
      ['ends in a hidden page', ({ page }) => page.hide()],
      ['ends without a network', ({ page }) => page.goOffline()],
    ])('tells it nothing of work that %s', (what, happen) => {
      const made = adaptive();
      const { runs, source } = work();
      const seen = made.watch(made.policy, source);
      happen(made);
      if (what === 'was cancelled') seen.leave();
      else runs[0]?.complete();

      expect(made.samples).toEqual([]);
    });

    it('takes an answer for a success though the subscriber left after it', () => {
      const { policy, samples, watch } = adaptive();
      const { runs, source } = work();
      const seen = watch(policy, source);
      runs[0]?.next('answer');
      seen.leave();

      expect(samples).toMatchObject([{ dropped: false }]);
    });
  });

  it.each<[BulkheadOptions, string]>([
    [{ limit: 0 }, 'BulkheadOptions.limit'],
    [{ limit: NaN }, 'BulkheadOptions.limit'],
    [{ queue: -1 }, 'BulkheadOptions.queue'],
    [{ maxWait: Infinity }, 'BulkheadOptions.maxWait'],
  ])('refuses %j', (options, option) => {
    expect(() => new Bulkhead('reports', { clock: new ManualClock() }, options)).toThrow(option);
  });
});
