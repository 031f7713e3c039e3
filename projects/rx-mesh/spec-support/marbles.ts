import { TestScheduler, type RunHelpers } from 'rxjs/testing';
import { type Clock, schedulerClock } from 'rx-mesh/kernel';

/** What a marble test gets: the helpers of RxJS and a clock on the same virtual time. */
export interface MarbleHelpers extends RunHelpers {
  readonly clock: Clock;
  readonly scheduler: TestScheduler;
}

/**
 * Runs a test in virtual time and compares by Jest's equality. `systemClock` is virtual in there too, so a service
 * that TestBed made with the default `CLOCK` follows the marbles.
 */
export function runMarbles(test: (helpers: MarbleHelpers) => void): void {
  const scheduler = new TestScheduler((actual, expected) => {
    expect(actual).toEqual(expected);
  });
  const clock = schedulerClock(scheduler);
  scheduler.run((helpers) => {
    test({ ...helpers, clock, scheduler });
  });
}
