import { makeEnvironmentProviders, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { LoadBalancerService, withTrafficPolicy } from 'rx-mesh/mesh';
import {
  ChaosError,
  CircuitBreakerService,
  isCallTimeoutError,
  isRetriesExhaustedError,
} from 'rx-mesh/resilience';
import { ManualPage } from 'rx-mesh/testing';
import { callWorld } from '../spec-support/call-world';

const setUp = () => {
  const rules = signal<unknown>({});
  const world = callWorld(makeEnvironmentProviders([...withTrafficPolicy(rules).ɵproviders]));
  const change = (policy: unknown): void => {
    rules.set(policy);
    TestBed.tick();
  };
  return { ...world, change };
};

const GET = { service: 'orders', path: '/1' } as const;
const ILL = { status: 500, statusText: 'ill' };

describe('calls under the rules of the mesh', () => {
  it('repeats as often as the rules say, and a call that says its own keeps it', () => {
    const { caller, change, clock, open, see } = setUp();
    change({ services: { orders: { retry: { retries: 1 } } } });
    const seen = see(caller.call(GET));
    const own = see(caller.call({ ...GET, retries: 0 }));
    for (let round = 0; round < 40; round++) {
      for (const request of open()) request.flush('', { status: 503, statusText: 'busy' });
      clock.advance(500);
    }

    expect(seen.errors.map(isRetriesExhaustedError)).toEqual([true]);
    expect((seen.errors[0] as { attempts: unknown[] }).attempts).toHaveLength(2);
    expect(own.errors.map(isRetriesExhaustedError)).toEqual([false]);
  });

  it('gives an attempt the time that the rules say', () => {
    const { caller, change, clock, open, see } = setUp();
    change({ defaults: { timeout: 200, retry: { retries: 0 } } });
    const seen = see(caller.call(GET));
    open();
    clock.advance(199);

    expect(seen.errors).toEqual([]);

    clock.advance(1);

    expect(seen.errors.map(isCallTimeoutError)).toEqual([true]);
  });

  it('sets the breaker of a service while the application runs, and takes the rule back', () => {
    const { caller, change, open, see } = setUp();
    const breakers = TestBed.inject(CircuitBreakerService);
    change({ services: { orders: { breaker: { consecutiveFailures: 1 } } } });
    see(caller.call({ ...GET, retries: 0 }));
    for (const request of open()) request.flush('', ILL);

    expect(breakers.get('orders').state().state).toBe('open');

    breakers.get('orders').reset();
    change({});
    see(caller.call({ ...GET, retries: 0 }));
    for (const request of open()) request.flush('', ILL);

    expect(breakers.get('orders').state().state).toBe('closed');
  });

  it('makes the faults that the rules ask for, and sends nothing then', () => {
    const { caller, change, open, see } = setUp();
    change({
      defaults: { retry: { retries: 0 }, fault: { abort: { share: 1, status: 429 } } },
    });
    const seen = see(caller.call(GET));

    expect(open()).toHaveLength(0);
    expect(seen.errors).toEqual([new ChaosError('orders GET /:id', 429)]);

    change({});
    see(caller.call(GET));

    expect(open()).toHaveLength(1);
  });
});

describe('what a call tells the balancer', () => {
  const failures = (status: number) => {
    const { caller, open, see } = setUp();
    const outcomes: unknown[] = [];
    TestBed.inject(LoadBalancerService).events$.subscribe((event) => {
      outcomes.push(event.type === 'call' ? [event.from, event.outcome] : event.type);
    });
    see(caller.call({ ...GET, retries: 0, from: 'checkout' }));
    for (const request of open()) request.flush('', { status, statusText: 'no' });
    return outcomes;
  };

  it.each([
    [404, 'success'],
    [400, 'success'],
    [429, 'failure'],
    [500, 'failure'],
    [503, 'failure'],
  ])('takes an answer of %d for a %s of the instance', (status, outcome) => {
    expect(failures(status)).toEqual([['checkout', outcome]]);
  });

  it('blames nobody for a network that is gone', () => {
    const { caller, open, see } = setUp();
    const outcomes: unknown[] = [];
    TestBed.inject(LoadBalancerService).events$.subscribe((event) => outcomes.push(event));
    see(caller.call({ ...GET, retries: 0 }));
    TestBed.inject(ManualPage).goOffline();
    for (const request of open()) request.error(new ProgressEvent('error'));

    expect(outcomes).toMatchObject([{ type: 'call', outcome: 'cancelled' }]);
  });

  it('takes a call that was left for cancelled', () => {
    const { caller, open, see } = setUp();
    const outcomes: unknown[] = [];
    TestBed.inject(LoadBalancerService).events$.subscribe((event) => outcomes.push(event));
    const seen = see(caller.call(GET));
    open();
    seen.leave();

    expect(outcomes).toMatchObject([{ type: 'call', from: 'app', outcome: 'cancelled' }]);
  });
});
