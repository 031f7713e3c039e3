import { ManualClock } from 'rx-mesh/testing';
import { CIRCUIT_BREAKER, type CircuitBreakerOptions } from './circuit-breaker-options';
import { TripConditions } from './trip-conditions';

function conditions(options: CircuitBreakerOptions) {
  const clock = new ManualClock();
  return { clock, trip: new TripConditions(clock, CIRCUIT_BREAKER.resolve(options)) };
}

function record(trip: TripConditions, failed: boolean, duration: number) {
  return trip.record(failed, duration > 10, duration, 0);
}

describe(TripConditions.name, () => {
  it('begins with nothing', () => {
    expect(conditions({}).trip.counts).toEqual({
      calls: 0,
      failureCount: 0,
      successCount: 0,
      failureRate: 0,
      slowRate: 0,
      consecutiveFailures: 0,
    });
  });

  it('says why it is enough: failures in a row before rates, failures before slowness', () => {
    const slow = { minimumCalls: 1, slowCall: 10 };

    expect(record(conditions({ ...slow, consecutiveFailures: 1 }).trip, true, 20)).toBe(
      'consecutive-failures',
    );
    expect(record(conditions(slow).trip, true, 20)).toBe('failure-rate');
    expect(record(conditions(slow).trip, false, 20)).toBe('slow-rate');
    expect(record(conditions(slow).trip, false, 10)).toBeUndefined();
  });

  it('may find on a success that there were too many failures', () => {
    const { trip } = conditions({ minimumCalls: 3 });
    record(trip, true, 0);
    record(trip, true, 0);

    expect(record(trip, false, 0)).toBe('failure-rate');
  });

  it('counts failures in a row also when the window has long forgotten them', () => {
    const { clock, trip } = conditions({ windowLength: 100, consecutiveFailures: 2 });
    record(trip, true, 0);
    clock.advance(3_600_000);

    expect(trip.counts).toMatchObject({ calls: 0, consecutiveFailures: 1 });
    expect(record(trip, true, 0)).toBe('consecutive-failures');
  });

  it('keeps a failed probe out of the window', () => {
    const { trip } = conditions({});
    trip.recordFailedProbe();

    expect(trip.counts).toMatchObject({ calls: 0, failureCount: 0, consecutiveFailures: 1 });
  });

  it('forgets everything on reset', () => {
    const { trip } = conditions({});
    record(trip, true, 0);
    trip.reset();

    expect(trip.counts).toEqual(conditions({}).trip.counts);
  });
});
