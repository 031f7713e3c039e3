import {
  HttpContext,
  type HttpInterceptorFn,
  HttpResponse,
  provideHttpClient,
  withInterceptors,
} from '@angular/common/http';
import { makeEnvironmentProviders } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { provideRxMesh, withResilience } from 'rx-mesh';
import { LoadBalancerService } from 'rx-mesh/mesh';
import { CircuitBreakerService } from 'rx-mesh/resilience';
import { NEVER, concat, of, switchMap } from 'rxjs';
import { callWorld } from '../spec-support/call-world';
import { ServiceCaller } from './service-caller';

const UNAVAILABLE = { status: 503, statusText: 'Service Unavailable' };

describe(`${ServiceCaller.name} at the edges`, () => {
  it('has given the permit back when its answer is heard, so that the next call is the next probe', () => {
    const { caller, clock, open, see } = callWorld(
      provideRxMesh(withResilience({ breaker: { consecutiveFailures: 1, probes: 2 } })),
    );
    see(caller.call({ service: 'orders', retries: 0 }));
    open()[0]?.flush('busy', UNAVAILABLE);
    clock.advance(10_000);
    const first$ = caller.call<number>({ service: 'orders' });
    const seen = see(first$.pipe(switchMap(() => caller.call<string>({ service: 'orders' }))));
    open()[0]?.flush(1);
    open()[0]?.flush('both');

    expect(seen).toMatchObject({ values: ['both'], errors: [], completed: true });
    expect(TestBed.inject(CircuitBreakerService).isOpen('orders')).toBe(false);
  });

  it('takes the first answer of an interceptor that never completes, and sends nothing again', () => {
    let sent = 0;
    const endless: HttpInterceptorFn = () => {
      sent++;
      return concat(of(new HttpResponse({ status: 200, body: 'cached' })), NEVER);
    };
    const { caller, clock, events, see } = callWorld(
      makeEnvironmentProviders([provideHttpClient(withInterceptors([endless]))]),
    );
    const seen = see(caller.call({ service: 'orders' }));
    clock.advance(60_000);

    expect(seen).toMatchObject({ values: ['cached'], errors: [], completed: true });
    expect(sent).toBe(1);
    expect(events.at(-1)).toMatchObject({ type: 'call-settled', outcome: 'success', attempts: 1 });
    expect(TestBed.inject(CircuitBreakerService).status().get('orders')?.failureCount).toBe(0);
  });

  it('sends nothing after its deadline, however late the wait for a retry ends', () => {
    const { caller, clock, events, http, open, see } = callWorld();
    let asleep = 0;
    const awake = clock.monotonic.bind(clock);
    jest.spyOn(clock, 'monotonic').mockImplementation(() => awake() + asleep);
    const seen = see(caller.call({ service: 'orders', method: 'PUT' }));
    open()[0]?.flush('busy', UNAVAILABLE);
    asleep = 3_600_000;
    clock.advance(200);

    http.verify();
    expect(seen.errors).toMatchObject([{ code: 'RXM202', scope: 'call', limit: 30_000 }]);
    expect(events.slice(-2)).toMatchObject([
      { type: 'attempt-rejected', attempt: 2 },
      { type: 'call-settled', outcome: 'failure', attempts: 1 },
    ]);
  });

  it('gives the lease back of a request that cannot even be made', () => {
    const { caller, events, see } = callWorld();
    const context = Object.assign(new HttpContext(), { keys: undefined });
    const seen = see(caller.call({ service: 'orders', context }));

    expect(seen.errors).toEqual([expect.any(TypeError)]);
    expect(TestBed.inject(LoadBalancerService).inFlight().size).toBe(0);
    expect(events.map(({ type }) => type)).toEqual([
      'call-started',
      'attempt-started',
      'attempt-settled',
      'call-settled',
    ]);
  });

  it('takes the first word of a fallback', () => {
    const { caller, open, see } = callWorld();
    const fallback = () => concat(of('old', 'new'), NEVER);
    const seen = see(caller.call({ service: 'orders', retries: 0, fallback }));
    open()[0]?.flush('busy', UNAVAILABLE);

    expect(seen).toMatchObject({ values: ['old'], errors: [], completed: true });
  });
});
