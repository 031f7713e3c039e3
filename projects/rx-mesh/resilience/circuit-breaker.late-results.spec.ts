import { ManualClock } from 'rx-mesh/testing';
import { CircuitBreaker } from './circuit-breaker';
import type { CircuitBreakerEvent } from './circuit-breaker-events';
import type { CircuitBreakerOptions } from './circuit-breaker-options';
import type { CircuitPermit } from './circuit-permit';

function world(options: CircuitBreakerOptions = {}) {
  const clock = new ManualClock();
  const breaker = new CircuitBreaker(
    'orders',
    { clock, random: { next: () => 0.5 } },
    { consecutiveFailures: 3, openWait: 1000, probeDeadline: 5000, ...options },
  );
  const events: CircuitBreakerEvent[] = [];
  breaker.events$.subscribe((event) => events.push(event));
  const acquire = (): CircuitPermit => {
    const permit = breaker.tryAcquire();
    if (!permit) throw new Error(`no permit while ${breaker.phase}`);
    return permit;
  };
  const acquired = (count: number) => Array.from({ length: count }, acquire);
  const transitions = () => events.filter(({ type }) => type === 'transition');
  return { acquire, acquired, breaker, clock, events, transitions };
}

describe(`${CircuitBreaker.name} and calls of an earlier phase`, () => {
  it('opens once when many calls fail together, for no longer than one failure', () => {
    const { acquired, breaker, clock, events, transitions } = world();
    const calls = acquired(10);
    for (const call of calls.slice(0, 5)) call.failure();
    clock.advance(400);
    for (const call of calls.slice(5)) call.failure();

    expect(transitions()).toHaveLength(1);
    expect(breaker.retryAfter).toBe(600);
    expect(breaker.snapshot).toMatchObject({ calls: 3, consecutiveFailures: 3 });
    expect(events.flatMap((event) => (event.type === 'settled' ? [event.stale] : []))).toEqual([
      false,
      false,
      false,
      true,
      true,
      true,
      true,
      true,
      true,
      true,
    ]);
  });

  it.each(['success', 'failure', 'release'] as const)(
    'is not moved by a late %s while it is open',
    (end) => {
      const { acquired, breaker } = world();
      const [late, ...calls] = acquired(4);
      for (const call of calls) call.failure();
      const before = breaker.snapshot;
      late?.[end]();

      expect(breaker.snapshot).toEqual(before);
      expect(breaker.retryAfter).toBe(1000);
    },
  );

  it.each(['success', 'failure', 'release'] as const)(
    'is not moved by a late %s while it is half-open, and gives no second probe for it',
    (end) => {
      const { acquire, acquired, breaker, clock } = world();
      const [late, ...calls] = acquired(4);
      for (const call of calls) call.failure();
      clock.advance(1000);
      const probe = acquire();
      late?.[end]();

      expect(breaker.phase).toBe('half-open');
      expect(breaker.tryAcquire()).toBeUndefined();

      probe.success();
      acquire().success();

      expect(breaker.phase).toBe('closed');
    },
  );

  it('does not count a late failure once it is closed again', () => {
    const { acquire, acquired, breaker, clock } = world({ probes: 1 });
    const late = acquired(3);
    for (const call of acquired(3)) call.failure();
    clock.advance(1000);
    acquire().success();
    for (const call of late) call.failure();

    expect(breaker.snapshot).toMatchObject({ state: 'closed', calls: 0, consecutiveFailures: 0 });
  });

  it('does not close on a probe that succeeds after its deadline, noticed or not', () => {
    const { acquire, acquired, breaker, clock, events } = world({ probes: 1 });
    for (const call of acquired(3)) call.failure();
    clock.advance(1000);
    const probe = acquire();
    clock.advance(5000);
    probe.success();

    expect(breaker.phase).toBe('open');
    expect(breaker.retryAfter).toBe(2000);
    expect(events.slice(-2)).toEqual([
      {
        type: 'transition',
        name: 'orders',
        from: 'half-open',
        to: 'open',
        reason: 'probe-deadline',
      },
      { type: 'settled', name: 'orders', verdict: 'success', duration: 5000, stale: true },
    ]);
  });

  it('does not open again on a lost probe that fails at last while a new one is under way', () => {
    const { acquire, acquired, breaker, clock } = world({ probes: 1 });
    for (const call of acquired(3)) call.failure();
    clock.advance(1000);
    const lost = acquire();
    clock.advance(5000 + 2000);
    const probe = acquire();
    lost.failure();
    lost.release();

    expect(breaker.phase).toBe('half-open');

    probe.success();

    expect(breaker.phase).toBe('closed');
  });

  it('does not count calls that began before a reset', () => {
    const { acquired, breaker } = world();
    const calls = acquired(5);
    breaker.reset();
    for (const call of calls) call.failure();

    expect(breaker.snapshot).toMatchObject({ state: 'closed', calls: 0, consecutiveFailures: 0 });
  });

  it('does not count calls that began before an isolation, during it and after it', () => {
    const { acquired, breaker } = world();
    const [during, after] = acquired(2);
    const release = breaker.isolate();
    during?.failure();
    release();
    after?.failure();

    expect(breaker.snapshot).toMatchObject({ state: 'closed', calls: 0, consecutiveFailures: 0 });
  });

  it('tells how long a late call took', () => {
    const { acquired, clock, events } = world();
    const [late, ...calls] = acquired(4);
    for (const call of calls) call.failure();
    clock.advance(123);
    late?.release();

    expect(events.at(-1)).toEqual({
      type: 'settled',
      name: 'orders',
      verdict: 'neutral',
      duration: 123,
      stale: true,
    });
  });
});
