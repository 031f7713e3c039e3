import { VirtualTimeScheduler } from 'rxjs';
import { type Clock, InvalidOptionError } from 'rx-mesh/kernel';

/** Options of a {@link ManualClock}. */
export interface ManualClockOptions {
  /** The first reading of the wall, in milliseconds since the Unix epoch. @default 2026-01-01T00:00:00Z */
  readonly startAt?: number | undefined;
}

const NEW_YEAR_2026 = 1_767_225_600_000;

/**
 * A clock that stands still until a test moves it.
 *
 * The monotonic reading starts at 0, far from the wall reading, so code that mixes the two up fails loudly. Timers
 * on {@link ManualClock.scheduler} run inside `advance`, in the order of their due times, one after the other.
 *
 * @usageNotes
 * ```ts
 * const clock = new ManualClock();
 * timer(100, clock.scheduler).subscribe(() => ticks++);
 * clock.advance(100); // ticks is 1
 * ```
 */
export class ManualClock implements Clock {
  readonly #timers = new VirtualTimeScheduler(undefined, 0);
  #wallAhead: number;

  /** Where timers run. Its `now()` is the wall reading, as that of `asyncScheduler` is. */
  readonly scheduler: VirtualTimeScheduler = this.#timers;

  /** @throws InvalidOptionError when `startAt` is no finite number. */
  constructor({ startAt = NEW_YEAR_2026 }: ManualClockOptions = {}) {
    this.#wallAhead = finite('ManualClockOptions.startAt', startAt);
    this.#timers.now = () => this.now();
  }

  /** Wall time in milliseconds since the Unix epoch. */
  now(): number {
    return this.#wallAhead + this.#timers.frame;
  }

  /** Milliseconds by which the clock was advanced since it was made. */
  monotonic(): number {
    return this.#timers.frame;
  }

  /** How many timers wait: 0 proves that nothing ticks on. */
  get pending(): number {
    return this.#timers.actions.length;
  }

  /**
   * Moves both readings on and runs every timer that falls due on the way, also those set meanwhile. A timer reads
   * the time at which it is due. Promises are not awaited.
   *
   * @param ms How far, in milliseconds, at least 0; `advance(0)` runs what is due now.
   * @throws InvalidOptionError when `ms` is negative or no finite number.
   */
  advance(ms: number): void {
    if (finite('ManualClock.advance', ms) < 0) {
      throw new InvalidOptionError('ManualClock.advance', ms, 'a number of at least 0');
    }
    const target = this.#timers.frame + ms;
    this.#timers.maxFrames = target;
    this.#timers.flush();
    // A timer may have advanced the clock itself, even beyond the target.
    this.#timers.frame = Math.max(this.#timers.frame, target);
  }

  /**
   * Moves the wall reading alone, as a correction by the network or by the user does; no timer runs.
   *
   * @param ms How far, in milliseconds; negative goes back.
   * @throws InvalidOptionError when `ms` is no finite number.
   */
  jumpWall(ms: number): void {
    this.#wallAhead += finite('ManualClock.jumpWall', ms);
  }
}

function finite(name: string, value: number): number {
  if (!Number.isFinite(value)) throw new InvalidOptionError(name, value, 'a finite number');
  return value;
}
