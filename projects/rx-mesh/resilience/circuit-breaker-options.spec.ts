import { systemClock } from 'rx-mesh/kernel';
import { CircuitBreaker } from './circuit-breaker';
import { CIRCUIT_BREAKER, type CircuitBreakerOptions } from './circuit-breaker-options';
import { judgeError } from './error-verdict';

describe('CIRCUIT_BREAKER', () => {
  it('has the documented defaults', () => {
    expect(CIRCUIT_BREAKER.defaults).toEqual({
      mode: 'enforce',
      windowSize: 0,
      concurrentProbes: 1,
      obeyRetryAfter: true,
      windowLength: 30_000,
      failureRate: 0.5,
      minimumCalls: 10,
      consecutiveFailures: 5,
      slowCall: Infinity,
      slowRate: 1,
      openWait: 5000,
      maxOpenWait: 120_000,
      jitter: 0.2,
      probes: 2,
      probeDeadline: 15_000,
      judge: judgeError,
    });
  });

  it.each<[CircuitBreakerOptions, string]>([
    [{ windowLength: 0 }, 'windowLength is 0, but must be a number above 0.'],
    [{ windowLength: NaN }, 'windowLength is NaN, but must be a number above 0.'],
    [{ failureRate: 0 }, 'failureRate is 0, but must be a number above 0 and at most 1.'],
    [{ failureRate: 50 }, 'failureRate is 50, but must be a number above 0 and at most 1.'],
    [{ failureRate: NaN }, 'failureRate is NaN, but must be a number above 0 and at most 1.'],
    [{ minimumCalls: 0 }, 'minimumCalls is 0, but must be a whole number of at least 1.'],
    [{ minimumCalls: 1.5 }, 'minimumCalls is 1.5, but must be a whole number of at least 1.'],
    [
      { consecutiveFailures: 0 },
      'consecutiveFailures is 0, but must be a whole number of at least 1.',
    ],
    [
      { consecutiveFailures: -Infinity },
      'consecutiveFailures is -Infinity, but must be a whole number of at least 1.',
    ],
    [{ slowCall: 0 }, 'slowCall is 0, but must be a number above 0.'],
    [{ slowRate: 1.01 }, 'slowRate is 1.01, but must be a number above 0 and at most 1.'],
    [{ openWait: -1 }, 'openWait is -1, but must be a number above 0.'],
    [{ openWait: Infinity }, 'openWait is Infinity, but must be a number above 0.'],
    [{ maxOpenWait: 0 }, 'maxOpenWait is 0, but must be a number above 0.'],
    [
      { openWait: 6000, maxOpenWait: 5999 },
      'maxOpenWait is 5999, but must be at least openWait, which is 6000.',
    ],
    [{ jitter: 1 }, 'jitter is 1, but must be a number of at least 0 and below 1.'],
    [{ jitter: -0.1 }, 'jitter is -0.1, but must be a number of at least 0 and below 1.'],
    [{ probes: 0 }, 'probes is 0, but must be a whole number of at least 1.'],
    [{ probeDeadline: 0 }, 'probeDeadline is 0, but must be a number above 0.'],
    [
      { volumeThreshold: 3 } as CircuitBreakerOptions,
      'volumeThreshold is 3, but must be left out: there is no such option.',
    ],
  ])('refuses %p', (options, message) => {
    const ports = { clock: systemClock, random: { next: () => 0 } };

    expect(() => new CircuitBreaker('orders', ports, options)).toThrow(
      `CircuitBreakerOptions.${message}`,
    );
  });

  it.each<CircuitBreakerOptions>([
    { failureRate: 1, slowRate: 1 },
    { consecutiveFailures: Infinity, slowCall: Infinity },
    { openWait: 6000, maxOpenWait: 6000 },
    { jitter: 0 },
    { minimumCalls: 1, consecutiveFailures: 1, probes: 1 },
    { windowLength: undefined },
  ])('takes %p', (options) => {
    expect(() => CIRCUIT_BREAKER.resolve(options)).not.toThrow();
  });
});
