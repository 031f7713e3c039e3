import { HttpErrorResponse } from '@angular/common/http';
import { TestBed } from '@angular/core/testing';
import { LoadBalancerService, ServiceRegistry } from 'rx-mesh/mesh';
import {
  CircuitBreakerService,
  type RetriesExhaustedError,
  isCallTimeoutError,
  isCircuitOpenError,
} from 'rx-mesh/resilience';
import { NEVER, of, take } from 'rxjs';
import { ORDERS, callWorld } from '../spec-support/call-world';
import { ServiceCaller } from './service-caller';

const UNAVAILABLE = { status: 503, statusText: 'Service Unavailable' };
const TOO_MANY = { status: 429, statusText: 'Too Many Requests' };

describe(ServiceCaller.name, () => {
  it('gives one answer and completes, with one request', () => {
    const { caller, http, open, see } = callWorld();
    const seen = see(
      caller.call<{ id: number }>({
        service: 'orders',
        method: 'PUT',
        path: '/orders/7',
        query: { expand: ['lines', 'customer'], page: 0, none: undefined },
        headers: { 'X-Tenant': 'north' },
        payload: { quantity: 2 },
      }),
    );
    const [request] = open();
    expect(request?.request.method).toBe('PUT');
    expect(request?.request.urlWithParams).toMatch(
      /^https:\/\/[ab]\.example\/orders\/7\?expand=lines&expand=customer&page=0$/,
    );
    expect(request?.request.body).toEqual({ quantity: 2 });
    expect(request?.request.headers.get('X-Tenant')).toBe('north');
    request?.flush({ id: 7 });
    expect(seen).toMatchObject({ values: [{ id: 7 }], errors: [], completed: true });
    http.verify();
  });

  it('sends nothing before somebody subscribes, and once for each who does', () => {
    const { caller, http, open, see } = callWorld();
    const call$ = caller.call({ service: 'orders' });
    http.verify();
    see(call$);
    see(call$);
    expect(open()).toHaveLength(2);
  });

  it('sends one request whatever the registry does while it is under way', () => {
    const { caller, http, open, see } = callWorld();
    const registry = TestBed.inject(ServiceRegistry);
    const seen = see(caller.call({ service: 'orders' }));
    const [request] = open();
    for (const known of registry.instancesOf('orders')) {
      registry.register({ ...known, health: 'unhealthy', url: `${known.url}/moved` });
    }
    expect(request?.cancelled).toBe(false);
    http.verify();
    request?.flush('done');
    expect(seen).toMatchObject({ values: ['done'], completed: true });
    http.verify();
  });

  it('takes null for an answer', () => {
    const { caller, open, see } = callWorld();
    const seen = see(caller.call({ service: 'orders', method: 'DELETE', path: '/orders/7' }));
    open()[0]?.flush(null, { status: 204, statusText: 'No Content' });
    expect(seen).toMatchObject({ values: [null], completed: true });
  });

  describe('a failed attempt', () => {
    it('is followed by one on another instance, after a wait', () => {
      const { caller, clock, events, http, open, see } = callWorld();
      const seen = see(caller.call({ service: 'orders' }));
      const [first] = open();
      first?.flush('busy', UNAVAILABLE);
      http.verify(); // not at once
      clock.advance(200);
      const [second] = open();
      expect(second?.request.url).not.toBe(first?.request.url);
      second?.flush('ok');
      expect(seen).toMatchObject({ values: ['ok'], errors: [], completed: true });
      expect(events.map(({ type }) => type)).toEqual([
        'call-started',
        'attempt-started',
        'attempt-settled',
        'retry-scheduled',
        'attempt-started',
        'attempt-settled',
        'call-settled',
      ]);
      expect(events[2]).toMatchObject({ attempt: 1, outcome: 'failure', status: 503 });
      expect(events[5]).toMatchObject({ attempt: 2, outcome: 'success', status: 200 });
      expect(events[6]).toMatchObject({ outcome: 'success', attempts: 2 });
      expect(new Set(events.map(({ callId, traceId }) => `${callId} ${traceId}`)).size).toBe(1);
    });

    it('ends the call with all attempts as the cause when none is left', () => {
      const { caller, clock, open, see } = callWorld();
      const seen = see(caller.call({ service: 'orders', path: '/orders/7', retries: 1 }));
      open()[0]?.flush('busy', UNAVAILABLE);
      clock.advance(200);
      open()[0]?.flush('busy', { status: 502, statusText: 'Bad Gateway' });
      const [error] = seen.errors as [RetriesExhaustedError];
      expect(error.code).toBe('RXM203');
      expect(error.call).toBe('orders GET /orders/:id');
      expect(error.attempts.map((cause) => (cause as HttpErrorResponse).status)).toEqual([
        503, 502,
      ]);
      expect(clock.pending).toBe(0);
    });

    it.each([400, 404, 409, 500])('is the end after a status of %p', (status) => {
      const { caller, clock, open, see } = callWorld();
      const seen = see(caller.call({ service: 'orders' }));
      open()[0]?.flush('no', { status, statusText: 'No' });
      expect(seen.errors).toEqual([expect.objectContaining({ status })]);
      expect(seen.errors[0]).toBeInstanceOf(HttpErrorResponse);
      expect(clock.pending).toBe(0);
      expect(open()).toHaveLength(0);
    });

    it('is the only one with retries of 0', () => {
      const { caller, clock, open, see } = callWorld();
      const seen = see(caller.call({ service: 'orders', retries: 0 }));
      open()[0]?.flush('busy', UNAVAILABLE);
      expect(seen.errors).toEqual([expect.objectContaining({ status: 503 })]);
      expect(clock.pending).toBe(0);
    });

    it.each(['POST', 'PATCH'] as const)('of a %s is the only one without a key', (method) => {
      const { caller, clock, open, see } = callWorld();
      const seen = see(caller.call({ service: 'orders', method, payload: {}, retries: 5 }));
      open()[0]?.flush('busy', UNAVAILABLE);
      expect(seen.errors).toHaveLength(1);
      expect(clock.pending).toBe(0);
    });

    it('of a POST with a key is repeated with the same key', () => {
      const { caller, clock, open, see } = callWorld();
      const call$ = caller.call({ service: 'orders', method: 'POST', idempotencyKey: true });
      const keyOf = (request = open()[0]) => {
        request?.flush('busy', UNAVAILABLE);
        return request?.request.headers.get('Idempotency-Key');
      };
      see(call$);
      const key = keyOf();
      expect(key).toMatch(/^[0-9a-f-]{36}$/);
      clock.advance(200);
      expect(keyOf()).toBe(key);
      see(call$).leave();
      see(call$);
      expect(keyOf(open().at(-1))).not.toBe(key);
    });
  });

  describe('time', () => {
    it('ends an attempt that hangs, and tries again', () => {
      const { caller, clock, events, open, see } = callWorld();
      see(caller.call({ service: 'orders', timeout: 1000 }));
      const [first] = open();
      clock.advance(1000);
      expect(first?.cancelled).toBe(true);
      expect(events.at(-2)).toMatchObject({ type: 'attempt-settled', outcome: 'failure' });
      expect(events.at(-2)).not.toHaveProperty('status', 0);
      clock.advance(200);
      expect(open()).toHaveLength(1);
    });

    it('ends a call at its deadline, whatever it waits for', () => {
      const { caller, clock, events, open, see } = callWorld();
      const seen = see(caller.call({ service: 'orders', timeout: 1000, deadline: 1500 }));
      clock.advance(1500);
      expect(seen.errors).toHaveLength(1);
      const [error] = seen.errors;
      expect(isCallTimeoutError(error) && [error.scope, error.limit]).toEqual(['call', 1500]);
      expect(open().every(({ cancelled }) => cancelled)).toBe(true);
      expect(events.at(-1)).toMatchObject({ outcome: 'failure', duration: 1500 });
      expect(clock.pending).toBe(0);
      expect(TestBed.inject(CircuitBreakerService).get('orders').snapshot.failureCount).toBe(2);
    });

    it('does not wait for a retry that would come too late', () => {
      const { caller, clock, open, see } = callWorld();
      const seen = see(caller.call({ service: 'orders', deadline: 2000 }));
      open()[0]?.flush('busy', { ...TOO_MANY, headers: { 'Retry-After': '2' } });
      expect(seen.errors).toEqual([expect.objectContaining({ status: 429 })]);
      expect(clock.pending).toBe(0);
    });

    it('is not spent on a service that nobody knows', () => {
      const { caller, clock, events, http, see } = callWorld();
      const seen = see(caller.call({ service: 'warehouse' }));
      expect(seen.errors).toEqual([]);
      clock.advance(2000);
      expect(seen.errors).toEqual([expect.objectContaining({ code: 'RXM301' })]);
      expect(events.map(({ type }) => type)).toEqual([
        'call-started',
        'attempt-rejected',
        'call-settled',
      ]);
      http.verify();
      expect(clock.pending).toBe(0);
    });
  });

  describe('the circuit breaker', () => {
    const fail = (world: ReturnType<typeof callWorld>, times: number) => {
      for (let i = 0; i < times; i++) {
        world.see(world.caller.call({ service: 'orders', retries: 0 }));
        world.open()[0]?.flush('busy', UNAVAILABLE);
      }
    };

    it('turns calls away once too many have failed, without a request', () => {
      const world = callWorld();
      fail(world, 5);
      const seen = world.see(world.caller.call({ service: 'orders' }));
      expect(isCircuitOpenError(seen.errors[0])).toBe(true);
      world.http.verify();
      expect(world.events.slice(-2)).toMatchObject([
        { type: 'attempt-rejected', attempt: 1 },
        { type: 'call-settled', outcome: 'failure', attempts: 0 },
      ]);
      expect(TestBed.inject(LoadBalancerService).inFlight().size).toBe(0);
    });

    it('heals by probes', () => {
      const world = callWorld();
      fail(world, 5);
      world.clock.advance(6001);
      for (let probe = 0; probe < 2; probe++) {
        world.see(world.caller.call({ service: 'orders' }));
        world.open()[0]?.flush('ok');
      }
      expect(TestBed.inject(CircuitBreakerService).get('orders').phase).toBe('closed');
    });

    it('takes an answer that says no for an answer', () => {
      const world = callWorld();
      for (let i = 0; i < 20; i++) {
        world.see(world.caller.call({ service: 'orders' }));
        world.open()[0]?.flush('no', { status: 404, statusText: 'Not Found' });
      }
      const { failureCount, successCount } =
        TestBed.inject(CircuitBreakerService).get('orders').snapshot;
      expect([failureCount, successCount]).toEqual([0, 20]);
    });
  });

  describe('a subscriber that leaves', () => {
    it('aborts the request and gives everything back', () => {
      const { caller, clock, events, open, see } = callWorld();
      const seen = see(caller.call({ service: 'orders' }));
      const balancer = TestBed.inject(LoadBalancerService);
      expect([...balancer.inFlight().values()]).toEqual([1]);
      const [request] = open();
      seen.leave();
      expect(request?.cancelled).toBe(true);
      expect([...balancer.inFlight().values()].filter((count) => count > 0)).toEqual([]);
      expect(clock.pending).toBe(0);
      expect(events.slice(-2)).toMatchObject([
        { type: 'attempt-settled', outcome: 'cancelled' },
        { type: 'call-settled', outcome: 'cancelled' },
      ]);
      const { calls } = TestBed.inject(CircuitBreakerService).get('orders').snapshot;
      expect(calls).toBe(0);
    });

    it('while a retry is put off leaves no timer behind', () => {
      const { caller, clock, events, open, see } = callWorld();
      const seen = see(caller.call({ service: 'orders' }));
      open()[0]?.flush('busy', UNAVAILABLE);
      seen.leave();
      expect(clock.pending).toBe(0);
      expect(events.at(-1)).toMatchObject({ type: 'call-settled', outcome: 'cancelled' });
    });

    it('with the answer in hand has not cancelled', () => {
      const { caller, events, open, see } = callWorld();
      const seen = see(caller.call({ service: 'orders' }).pipe(take(1)));
      open()[0]?.flush('ok');
      expect(seen).toMatchObject({ values: ['ok'], completed: true });
      expect(events.slice(-2)).toMatchObject([{ outcome: 'success' }, { outcome: 'success' }]);
      const { successCount } = TestBed.inject(CircuitBreakerService).get('orders').snapshot;
      expect(successCount).toBe(1);
    });
  });

  describe('a fallback', () => {
    it('answers when every attempt has failed, and the call says so', () => {
      const { caller, clock, events, open, see } = callWorld();
      const fallback = jest.fn(() => of('from yesterday'));
      const seen = see(caller.call({ service: 'orders', retries: 1, fallback }));
      open()[0]?.flush('busy', UNAVAILABLE);
      expect(fallback).not.toHaveBeenCalled();
      clock.advance(200);
      open()[0]?.flush('busy', UNAVAILABLE);
      expect(seen).toMatchObject({ values: ['from yesterday'], errors: [], completed: true });
      expect(events.at(-1)).toMatchObject({
        outcome: 'fallback',
        error: expect.objectContaining({ code: 'RXM203' }) as unknown,
      });
      expect(fallback).toHaveBeenCalledTimes(1);
    });

    it('that fails is the error of the call', () => {
      const { caller, events, open, see } = callWorld();
      const bad = new Error('nothing kept');
      const seen = see(
        caller.call({
          service: 'orders',
          retries: 0,
          fallback: () => {
            throw bad;
          },
        }),
      );
      open()[0]?.flush('busy', UNAVAILABLE);
      expect(seen.errors).toEqual([bad]);
      expect(events.at(-1)).toMatchObject({ outcome: 'failure', error: bad });
    });

    it('that never answers can be left', () => {
      const { caller, events, open, see } = callWorld();
      const seen = see(caller.call({ service: 'orders', retries: 0, fallback: () => NEVER }));
      open()[0]?.flush('busy', UNAVAILABLE);
      seen.leave();
      expect(events.at(-1)).toMatchObject({ outcome: 'cancelled' });
    });
  });

  it('spreads calls over the instances', () => {
    const { caller, open, see } = callWorld();
    for (let i = 0; i < 6; i++) see(caller.call({ service: 'orders' }));
    const urls = open().map(({ request }) => request.url);
    for (const url of ORDERS.instances) expect(urls.filter((made) => made === url)).toHaveLength(3);
  });
});
