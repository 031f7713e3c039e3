import { computed, effect } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { EventHub } from 'rx-mesh/kernel';
import { ManualClock } from 'rx-mesh/testing';
import { config, take } from 'rxjs';
import { CircuitBreaker } from './circuit-breaker';
import type { CircuitBreakerEvent } from './circuit-breaker-events';

function world(hub?: EventHub<CircuitBreakerEvent>, name = 'orders') {
  const clock = new ManualClock();
  const breaker = new CircuitBreaker(
    name,
    { clock, random: { next: () => 0.5 }, hub },
    { consecutiveFailures: 1, openWait: 1000, probes: 1 },
  );
  return {
    breaker,
    clock,
    fail: () => breaker.tryAcquire()?.failure(),
    succeed: () => breaker.tryAcquire()?.success(),
  };
}

describe(`${CircuitBreaker.name} as others see it`, () => {
  it('tells its state as a signal, the same object until something changes', () => {
    const { breaker, fail, succeed } = world();
    const phase = computed(() => breaker.state().state);
    const before = breaker.state();

    expect(breaker.state()).toBe(before);
    expect(phase()).toBe('closed');

    succeed();

    expect(breaker.state()).toMatchObject({ calls: 1, successCount: 1 });
    expect(before.calls).toBe(0);

    fail();

    expect(phase()).toBe('open');

    breaker.tryAcquire();

    expect(breaker.state().rejectedCount).toBe(1);

    breaker.reset();

    expect(phase()).toBe('closed');

    breaker.isolate();

    expect(phase()).toBe('isolated');
  });

  it('tells its state as a stream: now, and after each change', () => {
    const { breaker, clock, fail, succeed } = world();
    const seen: string[] = [];
    const subscription = breaker.state$.subscribe(({ calls, rejectedCount, state }) =>
      seen.push(`${state} ${calls} ${rejectedCount}`),
    );
    fail();
    breaker.tryAcquire();
    clock.advance(1000);
    succeed();
    subscription.unsubscribe();
    fail();

    expect(seen).toEqual(['closed 0 0', 'open 1 0', 'open 1 1', 'half-open 1 1', 'closed 0 1']);
  });

  it('tells each subscriber of its stream of the state they came to', () => {
    const { breaker, fail } = world();
    fail();
    const seen: string[] = [];
    breaker.state$.subscribe(({ state }) => seen.push(state));

    expect(seen).toEqual(['open']);
  });

  it('tells whoever changes it on the first value of that change', () => {
    const { breaker } = world();
    const seen: string[] = [];
    breaker.state$.subscribe(({ state }) => {
      seen.push(state);
      if (state === 'closed') breaker.isolate();
    });

    expect(seen).toEqual(['closed', 'isolated']);
  });

  it('hears of itself alone on a hub that it shares', () => {
    const hub = new EventHub<CircuitBreakerEvent>();
    const orders = world(hub);
    const users = world(hub, 'users');
    const seen: string[] = [];
    const names: string[] = [];
    orders.breaker.state$.subscribe(({ state }) => seen.push(state));
    orders.breaker.events$.subscribe(({ name }) => names.push(name));
    users.breaker.isolate();
    orders.breaker.reset();

    expect(seen).toEqual(['closed', 'closed']);
    expect(names).toEqual(['orders']);
  });

  it('may be used in an effect, which does not come to depend on it', () => {
    const { breaker, fail, succeed } = world();
    let runs = 0;
    TestBed.runInInjectionContext(() =>
      effect(() => {
        runs++;
        succeed();
        breaker.state$.pipe(take(1)).subscribe();
      }),
    );
    TestBed.tick();
    fail();
    TestBed.tick();

    expect([runs, breaker.state().calls]).toEqual([1, 2]);
  });

  describe('with a listener that acts', () => {
    it('has changed before it tells, and everybody hears the same order', () => {
      const { breaker, fail } = world();
      const first: string[] = [];
      const second: string[] = [];
      const note = (heard: string[], event: CircuitBreakerEvent) =>
        heard.push(event.type === 'transition' ? event.to : event.type);
      breaker.events$.subscribe((event) => {
        note(first, event);
        if (event.type === 'transition' && event.to === 'open') breaker.reset();
      });
      breaker.events$.subscribe((event) => note(second, event));
      fail();

      expect(breaker.phase).toBe('closed');
      expect(first).toEqual(['open', 'closed', 'reset', 'settled']);
      expect(second).toEqual(first);
    });

    it('gives the only probe to a listener that asks for it, and none to the caller', () => {
      const { breaker, clock, fail } = world();
      fail();
      clock.advance(1000);
      const taken: unknown[] = [];
      breaker.events$.subscribe((event) => {
        if (event.type === 'transition') taken.push(breaker.tryAcquire());
      });

      expect(breaker.tryAcquire()).toBeUndefined();
      expect(taken).toEqual([expect.anything()]);
    });

    it('turns the caller away when a listener isolates it in between', () => {
      const { breaker, clock, fail } = world();
      fail();
      clock.advance(1000);
      breaker.events$.subscribe((event) => {
        if (event.type === 'transition' && event.to === 'half-open') breaker.isolate();
      });

      expect(breaker.tryAcquire()).toBeUndefined();
      expect(breaker.phase).toBe('isolated');
    });

    it('goes on when a listener throws, and the error is reported', () => {
      jest.useFakeTimers();
      const reported: unknown[] = [];
      config.onUnhandledError = (error) => reported.push(error);
      const { breaker, fail } = world();
      const heard: string[] = [];
      breaker.events$.subscribe(() => {
        throw new Error('a bug of a listener');
      });
      breaker.events$.subscribe(({ type }) => heard.push(type));
      fail();
      jest.runAllTimers();
      config.onUnhandledError = null;
      jest.useRealTimers();

      expect(breaker.phase).toBe('open');
      expect(heard).toEqual(['transition', 'settled']);
      expect(reported).toHaveLength(2);
    });
  });
});
