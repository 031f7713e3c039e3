import { computed, inject, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import fc from 'fast-check';
import { isInvalidOptionError } from 'rx-mesh/kernel';
import { ManualClock, RecordingDiagnostics, provideRxMeshTesting } from 'rx-mesh/testing';
import { Subject, of } from 'rxjs';
import { parseTrafficPolicy } from './parse-traffic-policy';
import { type TrafficPolicies, TRAFFIC_POLICIES } from './traffic-policies';
import type { TrafficPolicy } from './traffic-policy';
import { withTrafficPolicy } from './with-traffic-policy';
import type { TrafficPolicySource } from './policy-rules';

const WHOLE: TrafficPolicy = {
  defaults: { timeout: 900, retry: { retries: 1 } },
  services: {
    orders: {
      deadline: 4000,
      retry: { retries: 0 },
      breaker: { consecutiveFailures: 2, openWait: 500 },
      balancing: { strategy: 'round-robin', subset: { tier: 'gold' }, zone: '', slowStart: 0 },
      split: [{ version: '1', weight: 9 }],
      outliers: false,
      fault: { delay: { share: 0.5, time: 10 }, abort: { share: 1, status: 503 } },
    },
    users: { outliers: { consecutiveFailures: 9 } },
  },
};

const setUp = (source: TrafficPolicySource): TrafficPolicies => {
  TestBed.configureTestingModule({
    providers: [provideRxMeshTesting(), ...withTrafficPolicy(source).ɵproviders],
  });
  return TestBed.inject(TRAFFIC_POLICIES);
};

const told = (): readonly string[] =>
  TestBed.inject(RecordingDiagnostics).records.map(({ code, message }) => `${code} ${message}`);

describe('parseTrafficPolicy', () => {
  it('gives a frozen copy of what is sound', () => {
    const parsed = parseTrafficPolicy(WHOLE, ['round-robin']);

    expect(parsed).toEqual(WHOLE);
    expect(Object.isFrozen(parsed.services?.['orders']?.split?.[0])).toBe(true);
  });

  it.each([
    [[], 'TrafficPolicy is an array, but must be an object'],
    [{ service: {} }, 'TrafficPolicy.service'],
    [{ services: { orders: { retry: { retries: -1 } } } }, 'services.orders.retry.retries is -1'],
    [{ services: { orders: { retries: 2 } } }, 'services.orders.retries'],
    [{ defaults: { timeout: '5s' } }, 'TrafficPolicy.defaults.timeout is "5s"'],
    [{ defaults: { breaker: { openWait: 0 } } }, 'TrafficPolicy.defaults.breaker.openWait is 0'],
    [{ defaults: { breaker: { judge: 'x' } } }, 'TrafficPolicy.defaults.breaker.judge'],
    [{ defaults: { breaker: { wait: 1 } } }, 'TrafficPolicy.defaults.breaker.wait'],
    [{ defaults: { outliers: { maxShare: 2 } } }, 'TrafficPolicy.defaults.outliers.maxShare is 2'],
    [{ defaults: { outliers: true } }, 'TrafficPolicy.defaults.outliers is true'],
    [{ defaults: { split: [{ version: '1' }] } }, 'TrafficPolicy.defaults.split[0].weight'],
    [{ defaults: { split: {} } }, 'TrafficPolicy.defaults.split is an object, but must be a list'],
    [{ defaults: { balancing: { strategy: 'best' } } }, 'balancing.strategy is "best"'],
    [{ defaults: { balancing: { subset: { a: 1 } } } }, 'balancing.subset.a is 1'],
    [{ defaults: { fault: { abort: { share: 1, status: 200 } } } }, 'fault.abort.status is 200'],
    [{ defaults: { fault: { delay: { share: 2, time: 1 } } } }, 'fault.delay.share is 2'],
  ])('refuses %j and names the path', (policy, message) => {
    expect(() => parseTrafficPolicy(policy, ['round-robin'])).toThrow(message);
  });

  it('takes a service of any name, and pollutes nothing', () => {
    const policy: unknown = JSON.parse('{"services":{"__proto__":{"timeout":1},"toString":{}}}');
    const parsed = parseTrafficPolicy(policy);

    expect(Object.keys(parsed.services ?? {})).toEqual(['__proto__', 'toString']);
    expect(({} as { timeout?: number }).timeout).toBeUndefined();
  });

  it('refuses anything that is no policy with an error of its own', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        try {
          parseTrafficPolicy({ services: { orders: value } });
        } catch (error) {
          if (!isInvalidOptionError(error)) throw error;
        }
      }),
    );
  });
});

describe('withTrafficPolicy', () => {
  it('gives each service its rules over the defaults', () => {
    const policies = setUp(WHOLE);

    expect(policies.of('orders')).toMatchObject({ timeout: 900, retry: { retries: 0 } });
    expect(policies.of('payments')).toEqual({ timeout: 900, retry: { retries: 1 } });
    expect(policies.of('toString')).toEqual({ timeout: 900, retry: { retries: 1 } });
    expect(policies.of('orders')).toBe(policies.of('orders'));
  });

  it('makes the faults of a service once, and none for others', () => {
    const policies = setUp(WHOLE);

    expect(policies.faultOf('orders')).toBeDefined();
    expect(policies.faultOf('orders')).toBe(policies.faultOf('orders'));
    expect(policies.faultOf('users')).toBeUndefined();
  });

  it('throws at once for fixed rules that are not sound', () => {
    expect(() => withTrafficPolicy({ defaults: { timeout: -1 } })).toThrow(
      'TrafficPolicy.defaults.timeout',
    );
  });

  it('follows an observable, refuses what is not sound, and keeps the last good rules', () => {
    const source = new Subject<unknown>();
    const policies = setUp(source);

    expect(policies.of('orders')).toEqual({});

    source.next({ defaults: { timeout: 5 } });
    source.next({ defaults: { timeout: 'soon' } });

    expect(policies.of('orders')).toEqual({ timeout: 5 });
    expect(told()[0]).toContain(
      'RXM310 A traffic policy was refused: TrafficPolicy.defaults.timeout',
    );

    source.next({ defaults: { timeout: 7 } });

    expect(policies.of('orders')).toEqual({ timeout: 7 });

    source.error(new Error('gone'));

    expect(policies.of('orders')).toEqual({ timeout: 7 });
    expect(told()[1]).toContain('its source failed');
  });

  it('follows a signal, whose first value is in force at once', () => {
    const source = signal<unknown>({ defaults: { timeout: 5 } });
    const policies = setUp(source);

    expect(policies.of('orders')).toEqual({ timeout: 5 });

    source.set({ defaults: { timeout: 6 } });
    TestBed.tick();

    expect(policies.of('orders')).toEqual({ timeout: 6 });
  });

  it('asks a function for its source, in the context of the application', () => {
    TestBed.configureTestingModule({
      providers: [
        provideRxMeshTesting(),
        ...withTrafficPolicy(() =>
          of({ defaults: { timeout: inject(ManualClock).monotonic() + 1 } }),
        ).ɵproviders,
      ],
    });

    expect(TestBed.inject(TRAFFIC_POLICIES).of('orders')).toEqual({ timeout: 1 });
  });

  it('waits for a signal that has nothing yet, and outlives one that cannot be read for a while', () => {
    const source = signal<unknown>(undefined);
    const broken = signal(false);
    const resource = computed(() => {
      if (broken()) throw new Error('503');
      return source();
    });
    const policies = setUp(resource);
    TestBed.tick();

    expect(told()).toEqual([]);

    broken.set(true);
    TestBed.tick();

    expect(told()).toHaveLength(1);

    broken.set(false);
    source.set({ defaults: { timeout: 8 } });
    TestBed.tick();

    expect(policies.of('orders')).toEqual({ timeout: 8 });
  });

  it('leaves an observable with the application', () => {
    const source = new Subject<unknown>();
    setUp(source);
    TestBed.resetTestingModule();

    expect(source.observed).toBe(false);
  });
});
