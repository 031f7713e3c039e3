import fc from 'fast-check';
import { ManualClock } from 'rx-mesh/testing';
import { policyWorld, work } from '../spec-support/policy-world';
import { gcraLimiter } from './gcra-limiter';
import { rateLimitPolicy } from './rate-limit-policy';
import type { RateLimiter } from './rate-limiter';
import { slidingWindowLimiter } from './sliding-window-limiter';

function admitted(limiter: RateLimiter, clock: ManualClock, times: readonly number[]): number {
  let count = 0;
  for (const wait of times) {
    clock.advance(wait);
    if (limiter.tryAcquire()) count++;
  }
  return count;
}

describe('gcraLimiter', () => {
  it('lets a burst through after a pause, then an even rate', () => {
    const clock = new ManualClock();
    const limiter = gcraLimiter({ clock }, { limit: 10, interval: 1000, burst: 3 });

    expect(admitted(limiter, clock, [0, 0, 0, 0, 0])).toBe(3);
    expect(limiter.retryAfter()).toBe(100);
    expect(admitted(limiter, clock, [99])).toBe(0);
    expect(admitted(limiter, clock, [1, 100, 100])).toBe(3);
    expect(admitted(limiter, clock, [10_000, 0, 0, 0])).toBe(3);
  });

  it('reserves the next turns in order, and refuses those that are too far', () => {
    const clock = new ManualClock();
    const limiter = gcraLimiter({ clock }, { limit: 10, burst: 1 });
    const delays = [1, 2, 3, 4].map(() => limiter.reserve(250)?.delay);

    expect(delays).toEqual([0, 100, 200, undefined]);
  });

  it('gets back what is cancelled, once', () => {
    const clock = new ManualClock();
    const limiter = gcraLimiter({ clock }, { limit: 10, burst: 1 });
    limiter.tryAcquire();
    const turn = limiter.reserve(1000);
    turn?.cancel();
    turn?.cancel();

    expect(limiter.reserve(1000)?.delay).toBe(100);
  });

  it('never has room for more than its burst at once', () => {
    const limiter = gcraLimiter({ clock: new ManualClock() }, { burst: 3 });

    expect(limiter.tryAcquire('', 4)).toBe(false);
    expect(limiter.retryAfter('', 4)).toBe(Infinity);
    expect(limiter.tryAcquire('', 3)).toBe(true);
  });
});

describe('slidingWindowLimiter', () => {
  it('lets no more through than its limit in any interval', () => {
    const clock = new ManualClock();
    const limiter = slidingWindowLimiter({ clock }, { limit: 2, interval: 1000 });

    expect(admitted(limiter, clock, [0, 900, 50])).toBe(2);
    expect(limiter.retryAfter()).toBe(50);
    expect(admitted(limiter, clock, [50, 100])).toBe(1);
    expect(admitted(limiter, clock, [800])).toBe(1);
  });

  it('reserves and gives back', () => {
    const clock = new ManualClock();
    const limiter = slidingWindowLimiter({ clock }, { limit: 1, interval: 1000 });
    limiter.tryAcquire();
    const turn = limiter.reserve(5000);

    expect(turn?.delay).toBe(1000);
    expect(limiter.retryAfter()).toBe(2000);

    turn?.cancel();

    expect(limiter.retryAfter()).toBe(1000);
    expect(limiter.tryAcquire('', 2)).toBe(false);
  });
});

describe.each([
  [
    'gcraLimiter',
    (ports: { clock: ManualClock }, options: { limit?: number; maxKeys?: number }) =>
      gcraLimiter(ports, { ...options, burst: options.limit }),
    2,
  ],
  ['slidingWindowLimiter', slidingWindowLimiter, 1],
] as const)('%s', (_name, make, most) => {
  it('gives each key a limit of its own', () => {
    const limiter = make({ clock: new ManualClock() }, { limit: 1 });

    expect(['a', 'b'].map((key) => limiter.tryAcquire(key))).toEqual([true, true]);
  });

  it('lets keys above its bound share one limit, and forgets idle ones for new ones', () => {
    const clock = new ManualClock();
    const limiter = make({ clock }, { limit: 1, maxKeys: 2 });
    const asked = (...keys: readonly string[]) => keys.map((key) => limiter.tryAcquire(key));

    expect(asked('a', 'b', 'c', 'd', 'a')).toEqual([true, true, true, false, false]);
    expect(limiter.retryAfter('e')).toBe(1000);

    clock.advance(1001);

    expect(asked('d', 'c')).toEqual([true, true]);
  });

  it.each([0, -1, NaN, 1.5])('refuses a cost of %p', (cost) => {
    const limiter = make({ clock: new ManualClock() }, {});

    expect(() => limiter.tryAcquire('', cost)).toThrow('RateLimiter.cost');
    expect(() => limiter.retryAfter('', cost)).toThrow('RateLimiter.cost');
  });

  it('never lets more through than its rate and its burst, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 400 }), { maxLength: 60 }), (waits) => {
        const clock = new ManualClock();
        const limiter = make({ clock }, { limit: 5 });
        const times: number[] = [];
        for (const wait of waits) {
          clock.advance(wait);
          if (limiter.tryAcquire()) times.push(clock.monotonic());
        }
        for (const at of times) {
          const within = times.filter((time) => time >= at && time < at + 1000).length;
          // After an idle time a bucket has its burst besides what flows.
          expect(within).toBeLessThanOrEqual(5 * most);
        }
      }),
    );
  });
});

describe(rateLimitPolicy.name, () => {
  function limited(maxWait: number) {
    const made = policyWorld();
    const limiter = gcraLimiter(made.ports, { limit: 10, burst: 1 });
    return { ...made, limiter, policy: rateLimitPolicy(made.ports, limiter, { maxWait }) };
  }

  it('refuses what has no room, and says when there is some', () => {
    const { policy, told, watch } = limited(0);
    const { runs, source } = work();
    watch(policy, source);
    const refused = watch(policy, source);

    expect(runs).toHaveLength(1);
    expect(refused.errors).toMatchObject([{ code: 'RXM205', call: 'orders', retryAfter: 100 }]);
    expect(told).toMatchObject([{ type: 'rejected' }]);
  });

  it('waits for its turn, and gives it back when the subscriber leaves', () => {
    const { clock, limiter, policy, told, watch } = limited(1000);
    const { runs, source } = work();
    watch(policy, source);
    const second = watch(policy, source);
    watch(policy, source);

    expect(told).toEqual([
      { type: 'waiting', reason: 'rate-limit' },
      { type: 'waiting', reason: 'rate-limit' },
    ]);

    second.leave();
    clock.advance(200);

    expect(runs).toHaveLength(2);
    expect(limiter.retryAfter()).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('asks anew for a turn that was slept through', () => {
    const { clock, limiter, policy, watch } = limited(1000);
    const { runs, source } = work();
    const reserved: number[] = [];
    const counting: RateLimiter = {
      reserve: (maxDelay, key) => {
        reserved.push(clock.monotonic());
        return limiter.reserve(maxDelay, key);
      },
      retryAfter: (key) => limiter.retryAfter(key),
      tryAcquire: (key) => limiter.tryAcquire(key),
    };
    watch(policy, source);
    let now = 0;
    const sleepy = {
      scheduler: clock.scheduler,
      monotonic: () => now,
      now: () => now,
    };
    watch(rateLimitPolicy({ clock: sleepy }, counting, { maxWait: 1000 }), source);
    now = 60_000;
    clock.advance(100);

    expect([reserved.length, runs.length]).toEqual([2, 1]);

    clock.advance(100);

    expect(runs).toHaveLength(2);
  });
});
