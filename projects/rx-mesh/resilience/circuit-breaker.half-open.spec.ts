import { ManualClock } from 'rx-mesh/testing';
import { CircuitBreaker } from './circuit-breaker';
import type { CircuitBreakerEvent } from './circuit-breaker-events';
import type { CircuitBreakerOptions } from './circuit-breaker-options';
import type { CircuitPermit } from './circuit-permit';

/** A breaker whose waits are not spread: half of the jitter is none. */
function world(options: CircuitBreakerOptions = {}, draw = 0.5) {
  const clock = new ManualClock();
  const random = { next: () => draw };
  const breaker = new CircuitBreaker('orders', { clock, random }, options);
  const events: CircuitBreakerEvent[] = [];
  breaker.events$.subscribe((event) => events.push(event));
  const acquire = (): CircuitPermit => {
    const permit = breaker.tryAcquire();
    if (!permit) throw new Error(`no permit while ${breaker.phase}`);
    return permit;
  };
  return {
    breaker,
    clock,
    events,
    acquire,
    fail: (times = 1) => {
      for (let i = 0; i < times; i++) acquire().failure();
    },
    succeed: (times = 1) => {
      for (let i = 0; i < times; i++) acquire().success();
    },
    transitions: () =>
      events.flatMap((event) =>
        event.type === 'transition' ? [`${event.from} > ${event.to}: ${event.reason}`] : [],
      ),
  };
}

const FAST = { consecutiveFailures: 1, openWait: 1000, probes: 1 } as const;

describe(`${CircuitBreaker.name} while half-open`, () => {
  function halfOpen(options: CircuitBreakerOptions = {}) {
    const made = world({ ...FAST, ...options });
    made.fail();
    made.clock.advance(1000);
    made.events.length = 0;
    return made;
  }

  it('lets one probe through at a time and turns the others away at once', () => {
    const { acquire, breaker, clock, events } = halfOpen({ probes: 2, probeDeadline: 5000 });
    const probe = acquire();
    clock.advance(400);

    expect(breaker.tryAcquire()).toBeUndefined();
    expect(events.at(-1)).toEqual({ type: 'rejected', name: 'orders', retryAfter: 4600 });

    probe.success();

    expect(breaker.retryAfter).toBe(0);
    expect(breaker.tryAcquire()).toBeDefined();
  });

  it('closes when enough probes have succeeded, and has forgotten the failures', () => {
    const { breaker, succeed, transitions } = halfOpen({ probes: 3 });
    succeed(2);

    expect(breaker.phase).toBe('half-open');

    succeed();

    expect(breaker.snapshot).toEqual({
      name: 'orders',
      state: 'closed',
      calls: 0,
      failureCount: 0,
      successCount: 0,
      failureRate: 0,
      slowRate: 0,
      consecutiveFailures: 0,
      rejectedCount: 0,
    });
    expect(transitions().at(-1)).toBe('half-open > closed: probes-succeeded');
  });

  it('opens again on the first probe that fails, also after some that did not', () => {
    const { breaker, fail, succeed, transitions } = halfOpen({ probes: 3 });
    succeed(2);
    fail();

    expect(breaker.snapshot).toMatchObject({ state: 'open', consecutiveFailures: 2 });
    expect(breaker.retryAfter).toBe(2000);
    expect(transitions().at(-1)).toBe('half-open > open: probe-failed');
  });

  it('gives the permit of a cancelled probe to the next one', () => {
    const { acquire, breaker, succeed } = halfOpen();
    acquire().release();

    expect(breaker.phase).toBe('half-open');
    expect(breaker.retryAfter).toBe(0);

    succeed();

    expect(breaker.phase).toBe('closed');
  });

  it('treats a probe that says nothing of the other side as cancelled', () => {
    const { acquire, breaker } = halfOpen({ judge: (error) => (error ? 'neutral' : 'failure') });
    acquire().failure(new Error('ignored'));

    expect(breaker.phase).toBe('half-open');
    expect(breaker.tryAcquire()).toBeDefined();
  });

  it('takes a probe that does not end for a failed one', () => {
    const { acquire, breaker, clock, transitions } = halfOpen({ probeDeadline: 15_000 });
    acquire();
    clock.advance(14_999);

    expect(breaker.tryAcquire()).toBeUndefined();
    expect(breaker.phase).toBe('half-open');

    clock.advance(1);

    expect(breaker.tryAcquire()).toBeUndefined();
    expect(breaker.snapshot).toMatchObject({ state: 'open', consecutiveFailures: 2 });
    expect(breaker.retryAfter).toBe(2000);
    expect(transitions().at(-1)).toBe('half-open > open: probe-deadline');
  });

  it('probes anew when both the deadline and the wait after it have passed unnoticed', () => {
    const { acquire, breaker, clock, transitions } = halfOpen({ probeDeadline: 15_000 });
    acquire();
    clock.advance(30 * 86_400_000);

    expect(breaker.tryAcquire()).toBeDefined();
    expect(transitions().slice(1)).toEqual([
      'half-open > open: probe-deadline',
      'open > half-open: wait-over',
    ]);
  });

  it('gives every probe the whole time, however long it has been half-open', () => {
    const { acquire, breaker, clock } = halfOpen({ probes: 2, probeDeadline: 5000 });
    acquire().success();
    clock.advance(4999);
    const second = acquire();
    clock.advance(4999);
    second.success();

    expect(breaker.phase).toBe('closed');
  });

  it('closes also when calls are so rare that each finds it half-open for long', () => {
    const { breaker, clock, succeed } = halfOpen({ probes: 2, probeDeadline: 5000 });
    succeed();
    clock.advance(3_600_000);
    succeed();

    expect(breaker.phase).toBe('closed');
  });

  it('opens again when too many probes were slow', () => {
    const { acquire, breaker, clock, transitions } = halfOpen({
      probes: 2,
      slowCall: 100,
      slowRate: 0.5,
    });
    const slow = acquire();
    clock.advance(101);
    slow.success();
    acquire().success();

    expect(transitions().at(-1)).toBe('half-open > open: slow-rate');
    expect(breaker.retryAfter).toBe(2000);
  });
});
