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

describe(CircuitBreaker.name, () => {
  describe('closed', () => {
    it('lets every call through, however many are under way', () => {
      const { acquire, breaker, events } = world();
      for (let i = 0; i < 100; i++) acquire();

      expect(breaker.phase).toBe('closed');
      expect(breaker.retryAfter).toBe(0);
      expect(events).toEqual([]);
    });

    it('opens on the last of so many failures in a row', () => {
      const { breaker, fail, transitions } = world({ consecutiveFailures: 3 });
      fail(2);

      expect(breaker.phase).toBe('closed');

      fail();

      expect(breaker.phase).toBe('open');
      expect(transitions()).toEqual(['closed > open: consecutive-failures']);
    });

    it('begins to count anew after a success', () => {
      const { breaker, fail, succeed } = world({ consecutiveFailures: 3 });
      fail(2);
      succeed();
      fail(2);

      expect(breaker.phase).toBe('closed');
      expect(breaker.snapshot.consecutiveFailures).toBe(2);
    });

    it('opens on the share of failures once there are enough calls', () => {
      const { breaker, fail, succeed, transitions } = world({ minimumCalls: 4 });
      fail(2);
      succeed();

      expect(breaker.phase).toBe('closed');

      succeed();

      expect(transitions()).toEqual(['closed > open: failure-rate']);
      expect(breaker.snapshot).toMatchObject({ calls: 4, failureCount: 2, failureRate: 0.5 });
    });

    it('stays closed just below the share', () => {
      const { breaker, fail, succeed } = world({ minimumCalls: 4 });
      succeed(6);
      fail(4);

      expect(breaker.phase).toBe('closed');
      expect(breaker.snapshot.failureRate).toBe(0.4);
    });

    it('opens on the share of calls that take longer than the limit, not just as long', () => {
      const { acquire, breaker, clock, transitions } = world({
        minimumCalls: 2,
        slowCall: 100,
        slowRate: 0.5,
      });
      const finish = (duration: number) => {
        const permit = acquire();
        clock.advance(duration);
        permit.success();
      };
      finish(100);
      finish(100);

      expect(breaker.snapshot.slowRate).toBe(0);

      finish(101);
      finish(101);

      expect(breaker.snapshot.slowRate).toBe(0.5);
      expect(transitions()).toEqual(['closed > open: slow-rate']);
    });

    it('counts a call that took no time, and one that failed at once', () => {
      const { breaker, fail, succeed } = world();
      succeed();
      fail();

      expect(breaker.snapshot).toMatchObject({ calls: 2, successCount: 1, failureCount: 1 });
    });

    it('forgets what is older than the window', () => {
      const { breaker, clock, fail, succeed } = world({ windowLength: 10_000, minimumCalls: 6 });
      fail(4);
      succeed();
      clock.advance(10_000);

      expect(breaker.snapshot).toMatchObject({ calls: 0, failureRate: 0 });

      fail(4);
      succeed();

      expect(breaker.phase).toBe('closed');
    });

    it('starts a whole window after an idle hour', () => {
      const { breaker, clock, fail, succeed } = world({
        windowLength: 10_000,
        consecutiveFailures: Infinity,
        minimumCalls: 4,
      });
      fail(3);
      clock.advance(3_603_777);
      succeed(1);
      fail(2);

      expect(breaker.phase).toBe('closed');
      expect(breaker.snapshot).toMatchObject({ calls: 3, failureCount: 2 });

      clock.advance(8999);

      expect(breaker.snapshot.calls).toBe(3);

      clock.advance(1001);

      expect(breaker.snapshot.calls).toBe(0);
    });

    it('never opens on failures in a row when the limit is Infinity', () => {
      const { breaker, fail } = world({ consecutiveFailures: Infinity, minimumCalls: 1000 });
      fail(999);

      expect(breaker.phase).toBe('closed');
    });
  });

  describe('open', () => {
    it('turns calls away until its wait is over', () => {
      const { breaker, clock, events, fail, transitions } = world(FAST);
      fail();
      clock.advance(999);

      expect(breaker.tryAcquire()).toBeUndefined();
      expect(breaker.retryAfter).toBe(1);
      expect(events.at(-1)).toEqual({ type: 'rejected', name: 'orders', retryAfter: 1 });

      clock.advance(1);

      expect(breaker.phase).toBe('open');
      expect(breaker.tryAcquire()).toBeDefined();
      expect(transitions()).toEqual([
        'closed > open: consecutive-failures',
        'open > half-open: wait-over',
      ]);
    });

    it('holds no timer in any phase', () => {
      const { acquire, breaker, clock, fail } = world(FAST);
      fail();

      expect(clock.pending).toBe(0);

      clock.advance(1000);
      acquire();

      expect([breaker.phase, clock.pending]).toEqual(['half-open', 0]);
    });

    it('counts whom it turns away, and no failure for them', () => {
      const { breaker, fail } = world(FAST);
      fail();
      for (let i = 0; i < 3; i++) breaker.tryAcquire();

      expect(breaker.snapshot).toMatchObject({ rejectedCount: 3, calls: 1, failureCount: 1 });
    });

    it('waits twice as long after each failed probe, up to the maximum', () => {
      const { breaker, clock, fail } = world({ ...FAST, maxOpenWait: 3000 });
      const waits = [1, 2, 3, 4].map(() => {
        fail();
        const wait = breaker.retryAfter;
        clock.advance(wait);
        return wait;
      });

      expect(waits).toEqual([1000, 2000, 3000, 3000]);
    });

    it('starts with the first wait again once it was closed', () => {
      const { breaker, clock, fail, succeed } = world(FAST);
      fail();
      clock.advance(1000);
      fail();
      clock.advance(2000);
      succeed();
      fail();

      expect(breaker.retryAfter).toBe(1000);
    });

    it.each([
      [0, 800],
      [0.25, 900],
      [0.75, 1100],
    ])('spreads the wait by chance: a draw of %p makes it %p', (draw, wait) => {
      const { breaker, fail } = world(FAST, draw);
      fail();

      expect(breaker.retryAfter).toBeCloseTo(wait);
    });

    it('spreads the longest wait too', () => {
      const { breaker, fail } = world({ ...FAST, maxOpenWait: 1000, jitter: 0.5 }, 0.75);
      fail();

      expect(breaker.retryAfter).toBe(1250);
    });

    it('is not moved by a jump of the wall clock', () => {
      const { breaker, clock, fail } = world(FAST);
      fail();
      clock.jumpWall(-3_600_000);

      expect(breaker.retryAfter).toBe(1000);

      clock.jumpWall(7_200_000);

      expect(breaker.tryAcquire()).toBeUndefined();

      clock.advance(1000);

      expect(breaker.tryAcquire()).toBeDefined();
    });

    it('lets a probe through after a sleep of many waits', () => {
      const { breaker, clock, fail } = world(FAST);
      fail();
      clock.advance(86_400_000);

      expect(breaker.retryAfter).toBe(0);
      expect(breaker.tryAcquire()).toBeDefined();
    });
  });
});
