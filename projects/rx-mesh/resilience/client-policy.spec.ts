import { policyWorld, work } from '../spec-support/policy-world';
import { type ClientPolicyOptions, clientPolicy } from './client-policy';
import { busyClient, thinClient } from './presets';
import { CallTimeoutError } from './resilience-errors';

function world(options?: ClientPolicyOptions) {
  const made = policyWorld();
  return { ...made, ...work(), policy: clientPolicy(options)(made.ports, 'orders') };
}

describe(clientPolicy.name, () => {
  it('limits an attempt and the whole, and tries no time-out again: that is how overload looks', () => {
    const { clock, policy, runs, source, watch } = world();
    const seen = watch(policy, source);
    clock.advance(5000);

    expect(seen.errors).toMatchObject([{ code: 'RXM202', scope: 'attempt', limit: 5000 }]);
    expect([runs.length, clock.pending]).toEqual([1, 0]);
  });

  it('tries quick failures again while there is a budget, then opens the circuit', () => {
    const { clock, policy, runs, source, watch } = world({ throttle: false });
    for (let i = 0; i < 3; i++) {
      const seen = watch(policy, source);
      while (seen.errors.length === 0) {
        runs.at(-1)?.error({ status: 503 });
        clock.advance(1000);
      }
    }

    expect(runs).toHaveLength(5);
    expect(watch(policy, source).errors).toMatchObject([{ code: 'RXM201', breaker: 'orders' }]);
  });

  it('spares calls after a time-out', () => {
    const { clock, policy, runs, source, watch } = world();
    watch(policy, source);
    clock.advance(5000);

    expect(watch(policy, source).errors).toMatchObject([{ code: 'RXM206' }]);
    expect(runs).toHaveLength(1);
  });

  it('waits for the network, until the deadline', () => {
    const { clock, page, policy, runs, source, watch } = world({ deadline: 9000 });
    page.goOffline();
    const seen = watch(policy, source);
    clock.advance(9000);

    expect(runs).toHaveLength(0);
    expect(seen.errors).toMatchObject([{ code: 'RXM202', scope: 'call' }]);
    expect(clock.pending).toBe(0);
  });

  it('leaves out what is false', () => {
    const off = { breaker: false, budget: false, bulkhead: false, deadline: false } as const;
    const { clock, policy, runs, source, watch } = world({
      ...off,
      retry: false,
      throttle: false,
      timeout: false,
    });
    const seen = watch(policy, source);
    for (let i = 0; i < 20; i++) watch(policy, source);

    expect([runs.length, clock.pending]).toEqual([21, 0]);

    runs[0]?.error('down');

    expect(seen.errors).toEqual(['down']);
  });

  it('tries again without end of the budget when there is none', () => {
    const { clock, policy, runs, source, watch } = world({
      budget: false,
      breaker: false,
      throttle: false,
      retry: { retries: 5, backoff: () => 1 },
    });
    watch(policy, source);
    for (let i = 0; i < 6; i++) {
      runs.at(-1)?.error({ status: 503 });
      clock.advance(1);
    }

    expect(runs).toHaveLength(6);
  });

  it('makes a limit of its own for each service of a busy client', () => {
    const made = policyWorld();
    const { runs, source } = work();
    const busy = clientPolicy({ ...busyClient(500), retry: false, breaker: false });
    const [orders, users] = ['orders', 'users'].map((name) => busy(made.ports, name));
    if (!orders || !users) throw new Error('two were made');
    for (let i = 0; i < 30; i++) made.watch(orders, source);

    expect(runs).toHaveLength(10);

    made.watch(users, source);

    expect(runs).toHaveLength(11);
  });

  it.each<[ClientPolicyOptions, string]>([
    [{ timeout: 0 }, 'TimeoutOptions.limit'],
    [{ retry: { retries: -1 } }, 'RetryOptions.retries'],
    [{ bulkhead: { limit: 0 } }, 'BulkheadOptions.limit'],
  ])('refuses %j when it is made for a name', (options, option) => {
    expect(() => clientPolicy(options)(policyWorld().ports, 'orders')).toThrow(option);
  });
});

describe('the presets', () => {
  it('differ in what they try again: a thin client no time-out, a busy one what may pass', () => {
    const timeout = new CallTimeoutError('orders', 1, 'attempt');
    const { retry } = thinClient();
    const says = retry !== false ? retry?.isRetryable : undefined;

    expect([timeout, { status: 503 }].map((error) => says?.(error))).toEqual([false, true]);
    expect(busyClient().retry).not.toHaveProperty('isRetryable');
  });
});
