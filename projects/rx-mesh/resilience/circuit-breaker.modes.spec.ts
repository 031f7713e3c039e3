import { policyWorld } from '../spec-support/policy-world';
import { CircuitBreaker } from './circuit-breaker';
import type { CircuitBreakerEvent } from './circuit-breaker-events';
import type { CircuitBreakerOptions } from './circuit-breaker-options';
import type { CircuitMemento } from './circuit-memento';

function world(options: CircuitBreakerOptions = {}) {
  const made = policyWorld();
  const breaker = new CircuitBreaker('orders', made.ports, { jitter: 0, ...options });
  const events: CircuitBreakerEvent[] = [];
  breaker.events$.subscribe((event) => events.push(event));
  const fail = (error: unknown = { status: 500 }): void => breaker.tryAcquire()?.failure(error);
  const moves = () => events.filter(({ type }) => type === 'transition');
  return { ...made, breaker, events, fail, moves };
}

const asked = (status: number, seconds: string) => ({
  status,
  headers: { get: (name: string) => (name === 'Retry-After' ? seconds : null) },
});

describe('CircuitBreaker that does not enforce', () => {
  it('lets all through and tells once that it would have opened', () => {
    const { breaker, events, fail } = world({ mode: 'metrics-only', consecutiveFailures: 2 });
    for (let i = 0; i < 6; i++) fail();

    expect(breaker.snapshot).toMatchObject({ state: 'metrics-only', failureCount: 6 });
    expect(breaker.retryAfter).toBe(0);
    expect(events.filter(({ type }) => type === 'threshold')).toEqual([
      { type: 'threshold', name: 'orders', reason: 'consecutive-failures' },
    ]);

    breaker.reset();
    fail();
    fail();

    expect(events.filter(({ type }) => type === 'threshold')).toHaveLength(2);
  });

  it('counts nothing while it is disabled', () => {
    const { breaker, fail } = world({ mode: 'disabled', consecutiveFailures: 1 });
    fail();

    expect(breaker.snapshot).toMatchObject({ state: 'disabled', calls: 0 });
    expect(breaker.tryAcquire()).toBeDefined();
  });

  it('is what it was when it enforces again; who was let through in the meantime counts no more', () => {
    const { breaker, fail, moves } = world({ consecutiveFailures: 1, openWait: 1000 });
    fail();
    breaker.configure({ mode: 'disabled' });
    const permit = breaker.tryAcquire();
    breaker.configure({ mode: 'enforce' });
    permit?.success();

    expect(breaker.phase).toBe('open');
    expect(moves().slice(1)).toMatchObject([
      { from: 'open', to: 'disabled', reason: 'configured' },
      { from: 'disabled', to: 'open', reason: 'configured' },
    ]);
  });

  it('is isolated by hand all the same', () => {
    const { breaker } = world({ mode: 'metrics-only' });
    const release = breaker.isolate();

    expect([breaker.tryAcquire(), breaker.phase]).toEqual([undefined, 'isolated']);

    release();

    expect(breaker.phase).toBe('metrics-only');
  });
});

describe('CircuitBreaker.configure', () => {
  it('keeps phase, wait and count', () => {
    const { breaker, fail } = world({ consecutiveFailures: 3, openWait: 1000 });
    fail();
    fail();
    breaker.configure({ consecutiveFailures: 4, windowLength: 60_000 });

    expect(breaker.snapshot).toMatchObject({ failureCount: 2, consecutiveFailures: 2 });

    fail();
    fail();
    breaker.configure({ openWait: 9 });

    expect([breaker.phase, breaker.retryAfter]).toEqual(['open', 1000]);
  });

  it('changes nothing when an option is wrong', () => {
    const { breaker, fail } = world({ consecutiveFailures: 2 });

    expect(() => breaker.configure({ probes: 0 })).toThrow('CircuitBreakerOptions.probes');

    fail();
    fail();

    expect(breaker.phase).toBe('open');
  });
});

describe('CircuitBreaker over a window of calls', () => {
  const options = { windowSize: 4, minimumCalls: 10, consecutiveFailures: Infinity };

  it('needs no more calls than the window holds, and forgets the oldest', () => {
    const { breaker, clock, fail } = world({ ...options, failureRate: 0.75 });
    fail();
    fail();
    clock.advance(3_600_000);
    breaker.tryAcquire()?.success();
    breaker.tryAcquire()?.success();

    expect([breaker.phase, breaker.snapshot.failureRate]).toEqual(['closed', 0.5]);

    for (let i = 0; i < 3; i++) fail();

    expect(breaker.phase).toBe('open');
  });

  it('keeps the newest of it in a window of another size, and nothing in one of time', () => {
    const { breaker, fail } = world({ ...options, windowSize: 10 });
    breaker.tryAcquire()?.success();
    fail();
    fail();
    breaker.configure({ windowSize: 2 });

    expect(breaker.snapshot).toMatchObject({ calls: 2, failureCount: 2 });

    breaker.configure({ windowSize: 0 });

    expect(breaker.snapshot.calls).toBe(0);

    breaker.configure({ windowSize: 3 });

    expect(breaker.snapshot.calls).toBe(0);
  });
});

describe('CircuitBreaker with several probes at once', () => {
  it('lets so many through, closes when all succeeded, and opens when one fails', () => {
    const { breaker, clock, fail } = world({
      consecutiveFailures: 1,
      openWait: 1000,
      probes: 3,
      concurrentProbes: 2,
    });
    fail();
    clock.advance(1000);
    const [a, b, surplus] = [1, 2, 3].map(() => breaker.tryAcquire());

    expect([breaker.phase, surplus]).toEqual(['half-open', undefined]);

    a?.success();
    const c = breaker.tryAcquire();

    expect(breaker.tryAcquire()).toBeUndefined();

    b?.success();
    c?.success();

    expect(breaker.phase).toBe('closed');
  });

  it('has one deadline for those under way, which a cancelled one does not end', () => {
    const { breaker, clock, fail } = world({
      consecutiveFailures: 1,
      openWait: 1000,
      probes: 2,
      concurrentProbes: 2,
      probeDeadline: 500,
    });
    fail();
    clock.advance(1000);
    breaker.tryAcquire();
    clock.advance(300);
    breaker.tryAcquire()?.release();
    clock.advance(200);

    expect(breaker.tryAcquire()).toBeUndefined();
    expect(breaker.phase).toBe('open');
  });
});

describe('CircuitBreaker that is asked for a pause', () => {
  it.each([429, 503])('opens at once until then: status %p', (status) => {
    const { breaker, clock, fail, moves } = world();
    fail(asked(status, '7'));

    expect(moves()).toMatchObject([{ to: 'open', reason: 'retry-after' }]);
    expect(breaker.retryAfter).toBe(7000);

    clock.advance(7000);

    expect(breaker.tryAcquire()).toBeDefined();
  });

  it('waits at most its longest wait, and at least its own when it opens anyway', () => {
    const far = world({ maxOpenWait: 60_000 });
    far.fail(asked(503, '86400'));

    expect(far.breaker.retryAfter).toBe(60_000);

    const both = world({ consecutiveFailures: 1, openWait: 5000 });
    both.fail(asked(503, '1'));

    expect(both.breaker.retryAfter).toBe(5000);
  });

  it('goes by what is known better than from the answer', () => {
    const { breaker, clock } = world();
    breaker.tryAcquire()?.failure(asked(503, '7'), 0);

    expect(breaker.phase).toBe('closed');

    breaker.tryAcquire()?.failure(new Error('full'), 2000);

    expect([breaker.phase, breaker.retryAfter]).toEqual(['open', 2000]);

    clock.advance(2000);

    expect(breaker.tryAcquire()).toBeDefined();
  });

  it('does not open for it when it is told not to, or when the failure is none', () => {
    const deaf = world({ obeyRetryAfter: false });
    deaf.breaker.tryAcquire()?.failure(new Error('full'), 2000);
    const lenient = world({ judge: () => 'success' });
    lenient.breaker.tryAcquire()?.failure(new Error('full'), 2000);

    expect([deaf.breaker.phase, lenient.breaker.phase]).toEqual(['closed', 'closed']);
  });

  it.each([
    ['of another status', asked(500, '7'), {}],
    ['without a time', asked(503, 'soon'), {}],
    ['when it is told not to', asked(503, '7'), { obeyRetryAfter: false }],
  ])('does not obey an answer %s', (_what, error, options) => {
    const { breaker, fail } = world(options);
    fail(error);

    expect(breaker.phase).toBe('closed');
  });
});

describe('CircuitBreaker and the page', () => {
  it('blames nobody for what fails without a network', () => {
    const { breaker, fail, page } = world({ consecutiveFailures: 1 });
    page.goOffline();
    fail({ status: 0 });

    expect(breaker.snapshot).toMatchObject({ state: 'closed', calls: 0 });
  });

  it.each(['interrupt', 'hide'] as const)('takes no call for slow that spans: %s', (what) => {
    const { breaker, clock, page } = world({ slowCall: 100, minimumCalls: 1 });
    const permit = breaker.tryAcquire();
    page[what]();
    clock.advance(3_600_000);
    permit?.success();

    expect(breaker.snapshot).toMatchObject({ state: 'closed', slowRate: 0 });
  });
});

describe('CircuitBreaker that is handed over', () => {
  it('is open in another page until the same time by the wall, and probes there', () => {
    const first = world({ consecutiveFailures: 1, openWait: 10_000 });
    first.fail();
    const memento = JSON.parse(JSON.stringify(first.breaker.export())) as CircuitMemento;
    const second = world({ openWait: 10_000 });
    second.clock.advance(4000);
    second.breaker.import(memento);

    expect(memento).toEqual({ name: 'orders', openUntil: 1_010_000, opened: 1 });
    expect([second.breaker.phase, second.breaker.retryAfter]).toEqual(['open', 6000]);
    expect(second.moves()).toMatchObject([{ reason: 'imported' }]);

    second.clock.advance(6000);
    second.fail();

    expect(second.breaker.retryAfter).toBe(20_000);
  });

  it('says nothing of a closed one, and that a half-open one may be probed', () => {
    const { breaker, clock, fail } = world({ consecutiveFailures: 1, openWait: 1000 });

    expect(breaker.export()).toEqual({ name: 'orders', openUntil: 0, opened: 0 });

    fail();
    clock.advance(1000);
    breaker.tryAcquire();

    expect(breaker.export()).toEqual({ name: 'orders', openUntil: 1_001_000, opened: 1 });
  });

  it('is never closed by others, nor shortened, nor opened beyond its own longest wait', () => {
    const { breaker, fail } = world({ consecutiveFailures: 1, openWait: 5000, maxOpenWait: 9000 });
    fail();
    breaker.import({ name: 'orders', openUntil: 0, opened: 0 });
    breaker.import({ name: 'orders', openUntil: 1_001_000, opened: 1 });

    expect(breaker.retryAfter).toBe(5000);

    breaker.import({ name: 'orders', openUntil: 9e15, opened: 4 });

    expect(breaker.retryAfter).toBe(9000);
  });

  it('does not believe news that are older than its longest wait', () => {
    const { breaker, clock } = world({ maxOpenWait: 60_000 });
    clock.advance(200_000);
    breaker.import({ name: 'orders', openUntil: 1_000_000, opened: 1 });

    expect(breaker.phase).toBe('closed');
  });

  it.each([
    null,
    7,
    {},
    { name: 'a', openUntil: NaN, opened: 1 },
    { name: 'a', openUntil: 1, opened: -1 },
  ])('refuses %j', (memento) => {
    expect(() => world().breaker.import(memento as CircuitMemento)).toThrow('CircuitMemento');
  });
});
