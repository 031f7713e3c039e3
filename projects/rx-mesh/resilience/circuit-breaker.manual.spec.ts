import { ManualClock } from 'rx-mesh/testing';
import { CircuitBreaker } from './circuit-breaker';
import type { CircuitBreakerEvent } from './circuit-breaker-events';

function world() {
  const clock = new ManualClock();
  const breaker = new CircuitBreaker(
    'orders',
    { clock, random: { next: () => 0.5 } },
    { consecutiveFailures: 1, openWait: 1000, probes: 2 },
  );
  const events: CircuitBreakerEvent[] = [];
  breaker.events$.subscribe((event) => events.push(event));
  return {
    breaker,
    clock,
    events,
    fail: () => breaker.tryAcquire()?.failure(),
    succeed: () => breaker.tryAcquire()?.success(),
  };
}

describe(`${CircuitBreaker.name} in the hands of a person`, () => {
  describe('isolated', () => {
    it('turns every call away, and time does not change that', () => {
      const { breaker, clock, events } = world();
      breaker.isolate();
      clock.advance(86_400_000);

      expect(breaker.tryAcquire()).toBeUndefined();
      expect(breaker.snapshot).toMatchObject({ state: 'isolated', rejectedCount: 1 });
      expect(breaker.retryAfter).toBe(Infinity);
      expect(events).toEqual([
        {
          type: 'transition',
          name: 'orders',
          from: 'closed',
          to: 'isolated',
          reason: 'isolated',
        },
        { type: 'rejected', name: 'orders', retryAfter: Infinity },
      ]);
    });

    it('is closed again on release when it was closed, with its window', () => {
      const { breaker, events, succeed } = world();
      succeed();
      breaker.isolate()();

      expect(breaker.snapshot).toMatchObject({ state: 'closed', calls: 1 });
      expect(events.at(-1)).toMatchObject({ to: 'closed', reason: 'released' });
    });

    it('is open again on release when it was open, for what is left of its wait', () => {
      const { breaker, clock, fail } = world();
      fail();
      clock.advance(300);
      const release = breaker.isolate();
      clock.advance(300);
      release();

      expect(breaker.phase).toBe('open');
      expect(breaker.retryAfter).toBe(400);
    });

    it('lets a probe through on release when the wait is over by then', () => {
      const { breaker, clock, fail } = world();
      fail();
      const release = breaker.isolate();
      clock.advance(5000);
      release();

      expect(breaker.phase).toBe('open');
      expect(breaker.tryAcquire()).toBeDefined();
      expect(breaker.phase).toBe('half-open');
    });

    it('is half-open again on release when it was that, with fresh probes and no old ones', () => {
      const { breaker, clock, fail, succeed } = world();
      fail();
      clock.advance(1000);
      succeed();
      const probe = breaker.tryAcquire();
      const release = breaker.isolate();
      release();
      probe?.success();

      expect(breaker.phase).toBe('half-open');

      succeed();

      expect(breaker.phase).toBe('half-open');

      succeed();

      expect(breaker.phase).toBe('closed');
    });

    it('stays so until the last of several holders lets go', () => {
      const { breaker, events } = world();
      const [first, second] = [breaker.isolate(), breaker.isolate()];
      first();
      first();

      expect(breaker.phase).toBe('isolated');

      second();

      expect(breaker.phase).toBe('closed');
      expect(events).toHaveLength(2);
    });

    it('is not released by the handle of an earlier isolation', () => {
      const { breaker } = world();
      const earlier = breaker.isolate();
      earlier();
      breaker.isolate();
      earlier();

      expect(breaker.phase).toBe('isolated');
    });
  });

  describe('reset', () => {
    it('closes an open one and forgets what it had counted', () => {
      const { breaker, events, fail } = world();
      fail();
      events.length = 0;
      breaker.reset();

      expect(breaker.snapshot).toMatchObject({
        state: 'closed',
        calls: 0,
        failureCount: 0,
        consecutiveFailures: 0,
      });
      expect(breaker.retryAfter).toBe(0);
      expect(events).toEqual([
        { type: 'transition', name: 'orders', from: 'open', to: 'closed', reason: 'reset' },
        { type: 'reset', name: 'orders' },
      ]);
    });

    it('forgets how often it has opened', () => {
      const { breaker, clock, fail } = world();
      fail();
      clock.advance(1000);
      fail();
      breaker.reset();
      fail();

      expect(breaker.retryAfter).toBe(1000);
    });

    it('tells of no transition when it was closed', () => {
      const { breaker, events } = world();
      breaker.reset();

      expect(events).toEqual([{ type: 'reset', name: 'orders' }]);
    });

    it('leaves it isolated, and closed on release', () => {
      const { breaker, events, fail } = world();
      fail();
      const release = breaker.isolate();
      events.length = 0;
      breaker.reset();

      expect(breaker.snapshot).toMatchObject({ state: 'isolated', calls: 0 });
      expect(events).toEqual([{ type: 'reset', name: 'orders' }]);

      release();

      expect(breaker.phase).toBe('closed');
    });

    it('keeps the number of those it has turned away', () => {
      const { breaker, fail } = world();
      fail();
      breaker.tryAcquire();
      breaker.reset();

      expect(breaker.snapshot.rejectedCount).toBe(1);
    });
  });
});
