import { policyWorld, work } from '../spec-support/policy-world';
import { AdaptiveThrottle, type AdaptiveThrottleOptions } from './adaptive-throttle';
import { adaptiveThrottlePolicy } from './adaptive-throttle-policy';
import { CallTimeoutError } from './resilience-errors';

function world(options: AdaptiveThrottleOptions = {}) {
  const made = policyWorld();
  const throttle = new AdaptiveThrottle(made.ports, { limit: 1000, ...options });
  const call = (duration: number, outcome: 'answered' | 'timed-out' | 'refused' = 'answered') => {
    const ticket = throttle.tryAcquire();
    made.clock.advance(duration);
    ticket?.settle(outcome);
  };
  return Object.assign(made, { throttle, call, policy: adaptiveThrottlePolicy(throttle) });
}

describe(AdaptiveThrottle.name, () => {
  it('sends everything while answers are quick', () => {
    const { call, throttle } = world();
    for (let i = 0; i < 20; i++) call(10);

    expect(throttle.admission).toBe(1);
  });

  it('spares most calls after time-outs, and none of them counts', () => {
    const { call, throttle } = world({ memory: 1e9 });
    call(0, 'timed-out');

    expect(throttle.admission).toBeCloseTo(1 - 1 / 1.1, 6);

    expect(throttle.tryAcquire()).toBeUndefined();
    expect(throttle.admission).toBeCloseTo(1 - 1 / 1.1, 6);
  });

  it('goes by the formula: of n answers, a of them good, 1.25 a are sent', () => {
    const { call, throttle } = world({ memory: 1e9 });
    for (let i = 0; i < 4; i++) call(0);
    for (let i = 0; i < 6; i++) throttle.tryAcquire()?.settle('timed-out');

    expect(throttle.admission).toBeCloseTo(1 - (10 - 1.25 * 4) / 10.1, 4);
  });

  it('takes a slow answer for a bad one, measured from its own quickest', () => {
    const slow = world({ memory: 1e9 });
    slow.call(0);
    slow.call(301);
    slow.call(301);

    expect(slow.throttle.admission).toBeLessThan(1);

    const steady = world({ memory: 1e9 });
    for (let i = 0; i < 5; i++) steady.call(600);

    expect(steady.throttle.admission).toBe(1);
  });

  it('counts what hangs before it times out, and once', () => {
    const { call, clock, throttle } = world({ memory: 1e9 });
    call(0);
    const hung = throttle.tryAcquire();
    const hung2 = throttle.tryAcquire();
    clock.advance(301);
    const { admission } = throttle;

    expect(admission).toBeCloseTo(1 - (3 - 1.25) / 3.1, 6);

    hung?.settle('timed-out');
    hung2?.settle('answered');
    hung2?.settle('answered');

    expect(throttle.admission).toBeCloseTo(admission, 6);
  });

  it('forgets with time, and sends all again without a probe', () => {
    const { call, clock, throttle } = world({ memory: 3000 });
    call(0, 'timed-out');
    clock.advance(3000);

    expect(throttle.admission).toBeCloseTo(1 - Math.exp(-1) / (Math.exp(-1) + 0.1), 6);

    clock.advance(60_000);

    expect(throttle.admission).toBeCloseTo(1, 6);
  });

  it.each<[string, (made: ReturnType<typeof world>) => void]>([
    ['was refused at once', () => undefined],
    ['spans a sleep', ({ page }) => page.interrupt()],
    ['ends in a hidden page', ({ page }) => page.hide()],
    ['ends without a network', ({ page }) => page.goOffline()],
  ])('learns nothing from a call that %s', (what, happen) => {
    const made = world();
    const ticket = made.throttle.tryAcquire();
    happen(made);
    made.clock.advance(400);
    ticket?.settle(what === 'was refused at once' ? 'refused' : 'timed-out');
    made.page.show();

    expect(made.throttle.admission).toBe(1);
  });

  it('takes a call that hangs through a sleep for nothing', () => {
    const { clock, page, throttle } = world();
    throttle.tryAcquire();
    page.interrupt();
    clock.advance(5000);

    expect(throttle.admission).toBe(1);
  });

  it('can be told other limits, and refuses senseless ones', () => {
    const { call, throttle } = world({ memory: 1e9 });
    call(0);
    call(0, 'timed-out');
    throttle.configure({ factor: 2 });

    expect(throttle.admission).toBe(1);
    expect(() => throttle.configure({ factor: 0.5 })).toThrow('AdaptiveThrottleOptions.factor');
  });
});

describe(adaptiveThrottlePolicy.name, () => {
  it('fails what is spared, and says which share goes out', () => {
    const { call, policy, told, watch } = world({ memory: 1e9 });
    const { runs, source } = work();
    call(0, 'timed-out');
    const spared = watch(policy, source);

    expect(runs).toHaveLength(0);
    expect(spared.errors).toMatchObject([{ code: 'RXM206', call: 'orders' }]);
    expect(told).toMatchObject([{ type: 'rejected' }]);
  });

  it.each([
    ['a time-out', new CallTimeoutError('orders', 1000, 'attempt'), true],
    ['another error', { status: 500 }, false],
  ])('learns from %s', (_what, error, spares) => {
    const { policy, throttle, watch } = world();
    const { runs, source } = work();
    watch(policy, source);
    runs[0]?.error(error);

    expect(throttle.admission < 1).toBe(spares);
  });

  it('takes an answer for one though the subscriber left, and nothing from one who cancelled', () => {
    const { call, policy, throttle, watch } = world({ memory: 1e9 });
    const { runs, source } = work();
    const seen = watch(policy, source);
    const left = watch(policy, source);
    left.leave();
    runs[0]?.next('answer');
    seen.leave();
    watch(policy, source);
    runs[2]?.complete();
    call(0, 'timed-out');

    expect(throttle.admission).toBeCloseTo(1 - (3 - 2.5) / 3.1, 6);
  });
});
