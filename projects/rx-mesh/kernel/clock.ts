import { InjectionToken } from '@angular/core';
import { asyncScheduler, type SchedulerLike } from 'rxjs';

declare const ngDevMode: boolean;

/**
 * The one source of time in the house: two readings and a scheduler for timers.
 *
 * Durations, windows and deadlines inside one page use {@link Clock.monotonic}; only what leaves the page
 * (time stamps, deadlines that are stored or shared between tabs) uses {@link Clock.now}.
 *
 * @usageNotes
 * ```ts
 * const clock = inject(CLOCK);
 * const startedAt = clock.monotonic();
 * const elapsed = clock.monotonic() - startedAt;
 * ```
 */
export interface Clock {
  /** Wall time in milliseconds since the Unix epoch. May jump in either direction. */
  now(): number;
  /** Milliseconds that never go back. Only the difference of two readings means something. */
  monotonic(): number;
  /** Where timers run. A test passes a virtual one. */
  readonly scheduler: SchedulerLike;
}

/**
 * The clock of the platform. Inside `TestScheduler.run` both readings are virtual, because RxJS then answers for
 * `asyncScheduler`; so marble tests drive breakers, windows and time-outs with no fake timers. A reading taken
 * outside of `run` must not be compared with one from inside: make what reads the clock in there too.
 */
export const systemClock: Clock = {
  scheduler: asyncScheduler,
  now: () => asyncScheduler.now(),
  monotonic: () => {
    // Marbles are for tests: a build for production reads one clock, not two.
    if (!ngDevMode) return performance.now();
    const wall = asyncScheduler.now();
    return isVirtual(wall) ? wall : performance.now();
  },
};

// A TestScheduler counts from zero.
const LATEST_VIRTUAL_TIME = 100_000_000_000;

// A machine that lost its battery starts in 1970 as well, but there the scheduler and the platform agree.
function isVirtual(wall: number): boolean {
  return wall < LATEST_VIRTUAL_TIME && Math.abs(wall - Date.now()) > 1000;
}

/**
 * A clock whose readings and timers all come from one scheduler.
 *
 * @usageNotes
 * ```ts
 * const clock = schedulerClock(new VirtualTimeScheduler());
 * ```
 */
export function schedulerClock(scheduler: SchedulerLike): Clock {
  const read = () => scheduler.now();
  return { scheduler, now: read, monotonic: read };
}

/** The clock that every service of rx-mesh reads. Replace it to own time in a test. @default systemClock */
export const CLOCK = new InjectionToken<Clock>(ngDevMode ? 'rx-mesh CLOCK' : '', {
  providedIn: 'root',
  factory: () => systemClock,
});
