import { TestBed } from '@angular/core/testing';
import { CIRCUIT_BREAKER } from './circuit-breaker-options';
import { CircuitBreakerService } from './circuit-breaker-service';
import { RETRY } from './retry-policy';
import type { ResilienceOptions } from './resilience-options';
import { withResilience } from './with-resilience';

function provide(options: ResilienceOptions): void {
  TestBed.configureTestingModule({ providers: [...withResilience(options).ɵproviders] });
}

describe('withResilience', () => {
  it('is the feature of its name', () => {
    expect(withResilience({}).ɵkind).toBe('resilience');
  });

  it('sets the options of breakers and of retries', () => {
    provide({ breaker: { consecutiveFailures: 1 }, retry: { retries: 0 } });

    expect(TestBed.inject(CIRCUIT_BREAKER.token)).toEqual({
      ...CIRCUIT_BREAKER.defaults,
      consecutiveFailures: 1,
    });
    expect(TestBed.inject(RETRY.token)).toEqual({ ...RETRY.defaults, retries: 0 });

    const breaker = TestBed.inject(CircuitBreakerService).get('orders');
    breaker.tryAcquire()?.failure();

    expect(breaker.phase).toBe('open');
  });

  it('leaves the defaults where nothing is said', () => {
    provide({});

    expect(TestBed.inject(CIRCUIT_BREAKER.token)).toEqual(CIRCUIT_BREAKER.defaults);
    expect(TestBed.inject(RETRY.token)).toEqual(RETRY.defaults);
  });

  it('refuses an option out of its range when the application starts, not at the first call', () => {
    expect(() => withResilience({ breaker: { probes: 0 } })).toThrow(
      'CircuitBreakerOptions.probes is 0, but must be a whole number of at least 1.',
    );
    expect(() => withResilience({ retry: { retries: -1 } })).toThrow(
      'RetryOptions.retries is -1, but must be a whole number of at least 0.',
    );
  });
});
